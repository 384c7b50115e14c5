/** `AUTOFREE=off` and `runtime/off`, each in a process of its own, since a module decides once. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let out: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "autofree-off-"));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    outDir: out,
    rootDir: "runtime",
    types: [],
    skipLibCheck: true,
  };
  ts.createProgram(["runtime/index.ts", "runtime/off.ts", "runtime/checked.ts"], options).emit();
  ts.sys.writeFile(join(out, "package.json"), '{"type":"module"}');
});
afterAll(() => rmSync(out, { recursive: true }));

/** Runs a program against the compiled runtime and returns what it says. */
function run(before: string, env: Record<string, string>): Record<string, unknown> {
  const url = (name: string) => JSON.stringify(pathToFileURL(join(out, name)).href);
  const program = `${before.replace("OFF", url("off.js"))}
    const { alloc, unsafeFree, mustFree, stats, scope } = await import(${url("index.js")});
    const a = alloc(Float64Array, 100);
    a[0] = 5;
    const undef = unsafeFree(a) === undefined;
    mustFree(a);
    mustFree(a.subarray(1));
    scope(() => alloc(Float64Array, 100));
    const b = alloc(Float64Array, 100);
    const { enabled, freed, recycled, bytesHeld, allocs } = stats();
    console.log(JSON.stringify({ same: a === b, a0: a[0], undef, enabled, freed, recycled, bytesHeld, allocs }));`;
  const args = ["--input-type=module", "-e", program];
  return JSON.parse(
    execFileSync(process.execPath, args, {
      env: { ...process.env, ...env },
      encoding: "utf8",
      stdio: "pipe",
    }),
  ) as Record<string, unknown>;
}

const nothing = {
  same: false,
  a0: 5,
  undef: true,
  enabled: false,
  freed: 0,
  recycled: 0,
  bytesHeld: 0,
  allocs: 3,
};

describe("off", () => {
  it("AUTOFREE=off makes frees do nothing, and stats say so", () => {
    expect(run("", { AUTOFREE: "off" })).toEqual(nothing);
  });

  it("importing runtime/off does the same", () => {
    expect(run("await import(OFF);", { AUTOFREE: "" })).toEqual(nothing);
  });

  it("without either, the same program frees (and its double free is caught)", () => {
    expect(() => run("", { AUTOFREE: "" })).toThrow(/already freed/);
  });

  it("an environment that can't be read is not off", () => {
    const hide = "globalThis.process = { get env() { throw new Error('no'); } };";
    expect(() => run(hide, {})).toThrow(/already freed/);
    expect(() => run("delete globalThis.process;", {})).toThrow(/already freed/);
  });
});

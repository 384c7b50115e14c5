/** S7: promises in declarations that `-b` does not compare are not relied on by a build that `-b` may go on from. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, Compilers } from "./compilers.js";
import { quickOptions } from "./config.js";
import { type Mode, Session } from "./session.js";
import type { Edit } from "./system.js";

type Files = Readonly<Record<string, string | object>>;

let compilers: Compilers;
beforeAll(async () => {
  compilers = await Compilers.load(resolve("dist"));
}, 60_000);

const root = mkdtempSync(join(tmpdir(), "ts-autofree-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const promise = "/** @autofree noescape data */\n";
const declared = "export declare function use(data: Float64Array): number;\n";
const callerOf = (module: string): string =>
  `import { use } from "${module}";\n` +
  "export function call(n: number): number {\n  const tmp = new Float64Array(n);\n  const r = use(tmp);\n  return r;\n}\n";
const compilerOptions = {
  ...quickOptions,
  incremental: true,
  outDir: "out",
  rootDir: "src",
  plugins: [{ transform: resolve("dist/transformer/index.js"), transformProgram: true }],
};

const ofPackage: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": { compilerOptions, include: ["src"] },
  "src/caller.ts": callerOf("lib"),
  "node_modules/lib/package.json": { name: "lib", version: "1.0.0", type: "module", types: "index.d.ts" },
  "node_modules/lib/index.d.ts": promise + declared,
};

/** A file that is imported, and not one of the project's own. */
const ofImported: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": { compilerOptions, files: ["src/caller.ts"] },
  "src/caller.ts": callerOf("./native.js"),
  "src/native.d.ts": promise + declared,
};

/** The third project refers to the second, which only hands on what the first declares. */
function ofReferred(direct: boolean): Files {
  const options = { ...compilerOptions, composite: true };
  const config = (...references: string[]) => ({
    compilerOptions: options,
    include: ["src"],
    references: references.map((path) => ({ path })),
  });
  return {
    "package.json": { type: "module" },
    "tsconfig.json": { files: [], references: [{ path: "low" }, { path: "mid" }, { path: "top" }] },
    "low/tsconfig.json": config(),
    "mid/tsconfig.json": config("../low"),
    "top/tsconfig.json": config("../mid", ...(direct ? ["../low"] : [])),
    "low/src/use.ts": `${promise}export function use(data: Float64Array): number {\n  return data.length;\n}\n`,
    "mid/src/index.ts": 'export { use } from "../../low/src/use.js";\n',
    "top/src/caller.ts": callerOf("../../mid/src/index.js"),
  };
}

const keeps =
  "const kept: Float64Array[] = [];\nexport function use(data: Float64Array): number {\n  return kept.push(data);\n}\n";

/** Builds, edits and builds; whether the buffer was freed before and after. */
function freedBeforeAndAfter(
  way: { readonly command: Command; readonly mode: Mode },
  { files, edit, out = "out/caller.js" }: { files: Files; edit: Record<string, string>; out?: string },
): boolean[] {
  const folder = mkdtempSync(join(root, "project-"));
  mkdirSync(join(folder, "node_modules"));
  const session = new Session(compilers, { folder, ...way });
  return [files, edit].map((step) => {
    session.step(textsOf(step));
    return readFileSync(join(folder, out), "utf8").includes(".give(tmp,");
  });
}

function textsOf(files: Files): Edit {
  return new Map(
    Object.entries(files).map(([name, text]) => [
      name,
      typeof text === "string" ? text : JSON.stringify(text),
    ]),
  );
}

const ways = (["ts-autofree", "tspc"] as const).flatMap((command) =>
  (["build", "build-watch"] as const).map((mode) => ({ command, mode })),
);

describe.each(ways)("$command $mode", (way) => {
  it.each([
    ["a package", ofPackage, "node_modules/lib/index.d.ts"],
    ["a file that is only imported", ofImported, "src/native.d.ts"],
  ])("does not rely on a promise in %s", (_name, files, changed) => {
    expect(freedBeforeAndAfter(way, { files, edit: { [changed]: declared } })).toEqual([false, false]);
  });

  it("relies on one of a project that is referred to, and not on one further away", () => {
    const [edit, out] = [{ "low/src/use.ts": keeps }, "top/out/caller.js"];
    expect(freedBeforeAndAfter(way, { files: ofReferred(true), edit, out })).toEqual([true, false]);
    expect(freedBeforeAndAfter(way, { files: ofReferred(false), edit, out })).toEqual([false, false]);
  });
});

it("a build that reads everything anew relies on them", () => {
  const edit = { "node_modules/lib/index.d.ts": declared };
  const way = { command: "ts-autofree", mode: "incremental" } as const;
  expect(freedBeforeAndAfter(way, { files: ofPackage, edit })).toEqual([true, false]);
});

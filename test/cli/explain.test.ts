/** What the command says of some sites, and of one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Files, makeProject, quickOptions, run } from "./harness.js";

const source = `export const held: Float64Array[] = [];
export function sum(n: number): number {
  const tmp = new Float64Array(n);
  return tmp[0]!;
}
export function keep(n: number): void {
  held.push(new Float64Array(n));
}
`;
const project: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src" }, include: ["src"] },
  "src/sum.ts": source,
};

describe.concurrent("--explain", () => {
  it("is about the sites that filters let through, named by any of them alone", async () => {
    const folder = makeProject(project);
    const { code, stdout } = await run("ts-autofree", ["--explain-verdict", "kept,partial"], folder);
    expect(code).toBe(0);
    expect(stdout).toContain("src/sum.ts:7:13 kept");
    expect(stdout).not.toContain("src/sum.ts:3:15");
    expect(stdout).toContain("1 allocation site: 1 kept; 1 more is hidden by filters");
  });

  it("of a line is about its sites in depth, and compiles", async () => {
    const folder = makeProject(project);
    const { code, stdout } = await run("ts-autofree", ["--explain", "src/sum.ts:3", "-p", "."], folder);
    expect(code).toBe(0);
    expect(stdout).toContain("  in sum:\n    3:15 made here\n");
    expect(stdout).not.toContain("src/sum.ts:7");
    expect(existsSync(join(folder, "out/sum.js"))).toBe(true);
  });

  it.each([
    ["src/sum.ts:4", ["no allocation site at src/sum.ts:4.", "--explain src/sum.ts:3:15"]],
    ["src/other.ts:4", ["'src/other.ts'", "not a file of what is compiled"]],
  ])("of %s is refused before anything is emitted", async (place, parts) => {
    const folder = makeProject(project);
    const { code, stdout, stderr } = await run("ts-autofree", ["--explain", place], folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const part of parts) expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  it("of several projects is about the one that has the file", async () => {
    const of = (name: string) => ({
      [`${name}/tsconfig.json`]: {
        compilerOptions: { ...quickOptions, composite: true, outDir: "out" },
        files: [`${name}.ts`],
      },
      [`${name}/${name}.ts`]: source,
    });
    const references = [{ path: "a" }, { path: "b" }];
    const folder = makeProject({
      "package.json": { type: "module" },
      "tsconfig.json": { files: [], references },
      ...of("a"),
      ...of("b"),
    });
    const found = await run("ts-autofree", ["-b", "--explain", "b/b.ts:3"], folder);
    expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 0, stderr: "" });
    expect(found.stdout.match(/made here/g)).toHaveLength(1);
    const missed = await run("ts-autofree", ["-b", "--force", "--explain", "c.ts:3"], folder);
    expect(missed.code).toBe(1);
    expect(missed.stderr).toContain("'c.ts'");
  });
});

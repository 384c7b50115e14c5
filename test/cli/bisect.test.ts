/** `--max-frees`, and `bisect`, which finds the free that a command fails with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Files, makeProject, quickOptions, run } from "./harness.js";

const makers = ["one", "two", "three", "four", "five"];
const project: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src" }, include: ["src"] },
  ...Object.fromEntries(
    makers.map((name, i) => [
      `src/${i}.ts`,
      `export function f(n: number): number {\n  const ${name} = new Float64Array(n);\n  return ${name}.length;\n}\n`,
    ]),
  ),
  // Stands for a test suite: fails if the file that it is told of frees what it is told of.
  "check.mjs": `import { readFileSync } from "node:fs";
const [file, text] = process.argv.slice(2);
process.exit(readFileSync(file, "utf8").includes(text) ? 3 : 0);
`,
};

const bisect = (folder: string, ...command: string[]) =>
  run("ts-autofree", ["bisect", "-p", ".", "--", process.execPath, ...command], folder);

describe.concurrent("--max-frees", () => {
  it("inserts the first frees in the order of the report", async () => {
    const folder = makeProject(project);
    const { code } = await run("ts-autofree", ["--max-frees", "2", "--report", "r.json"], folder);
    expect(code).toBe(0);
    const hasFree = makers.map((_, i) =>
      readFileSync(join(folder, `out/${i}.js`), "utf8").includes(".give("),
    );
    expect(hasFree).toEqual([true, true, false, false, false]);
    const { frees } = JSON.parse(readFileSync(join(folder, "r.json"), "utf8"));
    expect(frees).toHaveLength(5);
    expect(frees[1]).toEqual({ file: "src/1.ts", line: 3, column: 3, value: "two" });
  });

  it.each([["-1"], ["many"], ["1.5"]])("refuses %s", async (value) => {
    const { code, stderr } = await run("ts-autofree", [`--max-frees=${value}`], makeProject(project));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `ts-autofree: error: --max-frees cannot be '${value}'. Use a whole number from 0.\n`,
    });
  });
});

describe.concurrent("bisect", () => {
  it.each([
    [0, "one"],
    [2, "three"],
    [4, "five"],
  ])("finds the free in file %i, and leaves all frees in", async (i, name) => {
    const folder = makeProject(project);
    const { code, stdout, stderr } = await bisect(folder, "check.mjs", `out/${i}.js`, `.give(${name},`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain(
      `ts-autofree: free ${i + 1} of 5 makes the command fail: src/${i}.ts:3:3 frees ${name}\n`,
    );
    for (const [at] of makers.entries())
      expect(readFileSync(join(folder, `out/${at}.js`), "utf8")).toContain(".give(");
  });

  it("says so where the command passes, or fails without any free", async () => {
    const folder = makeProject(project);
    const passing = await bisect(folder, "check.mjs", "out/0.js", "no such text");
    expect(passing).toMatchObject({ code: 0, stderr: "" });
    expect(passing.stdout).toContain("nothing to find");
    const failing = await bisect(folder, "check.mjs", "out/0.js", "export");
    expect(failing).toMatchObject({ code: 2, stderr: "" });
    expect(failing.stdout).toContain("none of them is the cause");
  });

  it.each([
    [["bisect"], "bisect needs a command that fails."],
    [["bisect", "-p", ".", "--"], "bisect needs a command that fails."],
    [["bisect", "-b", "--", "true"], "leave -b out"],
    [["bisect", "--max-frees=3", "--", "true"], "leave --max-frees=3 out"],
    [["bisect", "-p", "nowhere", "--", "true"], "the build fails"],
    [["bisect", "--", "no-such-command"], "the command 'no-such-command' cannot be run"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await run("ts-autofree", args, makeProject(project));
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });
});

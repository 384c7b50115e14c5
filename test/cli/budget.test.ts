/** Builds that are held to a budget: `--fail-under`, and a committed baseline. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../transformer/index.js";
import { type Files, makeProject, quickOptions, readTree, run, writeFiles } from "./harness.js";

const use = `import { total } from "./total.js";
export function f(n: number): number {
  const tmp = new Float64Array(n);
  return total(tmp);
}
`;
const borrows = "export const total = (x: Float64Array): number => x[0]!;\n";
const keeps = `const all: Float64Array[] = [];
export function total(x: Float64Array): number {
  all.push(x);
  return x[0]!;
}
`;
const config = { compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src" }, include: ["src"] };
const project: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": config,
  "src/use.ts": use,
  "src/total.ts": borrows,
};
const name = "ts-autofree.baseline.json";

/** The baseline of the project, and of the same with a function that keeps what it is handed. */
const texts = { borrows: "", keeps: "" };

beforeAll(async () => {
  for (const [key, total] of Object.entries({ borrows, keeps })) {
    const folder = makeProject({ ...project, "src/total.ts": total });
    expect(await run("ts-autofree", ["--update-baseline"], folder)).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    texts[key as keyof typeof texts] = readFileSync(join(folder, name), "utf8");
  }
}, 60_000);

/** A project with the baseline of another state of it. */
function makeHeld(total: string, baseline: keyof typeof texts): string {
  return makeProject({ ...project, "src/total.ts": total, [name]: texts[baseline] });
}

describe("a baseline", () => {
  it("is kept by the build that wrote it, and by what is better", async () => {
    const quiet = { code: 0, stdout: "", stderr: "" };
    expect(await run("ts-autofree", [], makeHeld(borrows, "borrows"))).toEqual(quiet);
    expect(await run("ts-autofree", [], makeHeld(borrows, "keeps"))).toEqual(quiet);
  });

  it("fails the build when a change in another file keeps what was freed", async () => {
    const folder = makeHeld(keeps, "borrows");
    const { code, stdout } = await run("ts-autofree", [], folder);
    expect(code).toBe(2);
    expect(stdout).toContain("src/use.ts(3,15): error TS99021: This buffer was freed according to");
    expect(stdout).toContain("What is new: passed to `total`");
    expect(readFileSync(join(folder, name), "utf8")).toBe(texts.borrows);
  });

  it("fails a build that emits nothing, and none that is not to be compared", async () => {
    const folder = makeHeld(keeps, "borrows");
    expect((await run("ts-autofree", ["--noEmit"], folder)).code).toBe(2);
    expect((await run("ts-autofree", ["--baseline", "off"], folder)).code).toBe(0);
  });

  it("holds compile() too", () => {
    const tsconfig = join(makeHeld(keeps, "borrows"), "tsconfig.json");
    const { exitCode, diagnostics } = compile({ tsconfig });
    expect([exitCode, diagnostics.map(({ code }) => code)]).toEqual([2, [99021]]);
    expect(compile({ tsconfig, options: { baseline: "off" } }).exitCode).toBe(0);
  });

  it("takes what is worse when it is written anew", async () => {
    const folder = makeHeld(keeps, "borrows");
    expect((await run("ts-autofree", ["--update-baseline"], folder)).code).toBe(0);
    expect(readFileSync(join(folder, name), "utf8")).toBe(texts.keeps);
    expect(texts.keeps).not.toBe(texts.borrows);
  });

  it("names what is better under --explain", async () => {
    const { code, stdout } = await run("ts-autofree", ["--explain"], makeHeld(borrows, "keeps"));
    expect(code).toBe(0);
    expect(stdout).toContain("1 site is better than in the baseline");
  });

  it.each([
    [
      ["--free-unprofitable"],
      ["--free-unprofitable false (now true)", "--update-baseline", "--baseline off"],
    ],
    [["--scalars", "off"], ["--scalars on (now off)"]],
    [["--mode", "annotated"], ["--mode all (now annotated)"]],
    [["--declaration"], ["--world closed (now open)"]],
    [["--no-manual-free"], ["--no-manual-free", "--baseline off"]],
    [
      ["--no-manual-free", "--update-baseline"],
      ["--update-baseline", "Leave one of them out"],
    ],
    [
      ["--no-manual-free", "--fail-under", "freed=1"],
      ["--fail-under", "Leave one of them out"],
    ],
  ])("is not compared under %j", async (flags, parts) => {
    const folder = makeHeld(borrows, "borrows");
    const before = readTree(folder);
    const { code, stdout, stderr } = await run("ts-autofree", flags, folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const part of parts) expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(readTree(folder)).toEqual(before);
  });

  it("that cannot be read is refused, and replaced when asked for", async () => {
    const folder = makeProject({ ...project, [name]: "{" });
    const { code, stderr } = await run("ts-autofree", [], folder);
    expect(code).toBe(1);
    expect(stderr).toContain("it is not JSON");
    expect((await run("ts-autofree", ["--update-baseline"], folder)).code).toBe(0);
    expect(readFileSync(join(folder, name), "utf8")).toBe(texts.borrows);
  });

  it("needs a tsconfig", async () => {
    const folder = makeProject({ "a.ts": "export const x = 1;\n" });
    const { code, stderr } = await run(
      "ts-autofree",
      ["--update-baseline", "--ignoreConfig", "a.ts"],
      folder,
    );
    expect(code).toBe(1);
    expect(stderr).toContain("-p DIR");
  });

  it("is each project's own under -b", async () => {
    const of = (project: string): Files => ({
      [`${project}/tsconfig.json`]: {
        compilerOptions: { ...quickOptions, composite: true, outDir: "out" },
        include: ["*.ts"],
      },
      [`${project}/use.ts`]: use,
      [`${project}/total.ts`]: borrows,
    });
    const references = [{ path: "a" }, { path: "b" }];
    const folder = makeProject({
      "package.json": { type: "module" },
      "tsconfig.json": { files: [], references },
      ...of("a"),
      ...of("b"),
    });
    expect((await run("ts-autofree", ["-b", "--update-baseline"], folder)).code).toBe(0);
    expect(["a", "b", "."].map((each) => existsSync(join(folder, each, name)))).toEqual([true, true, false]);
    writeFiles(folder, { "b/total.ts": keeps });
    const { code, stdout } = await run("ts-autofree", ["-b"], folder);
    expect(code).toBe(2);
    expect(stdout).toContain("b/use.ts(3,15): error TS99021");
    expect(stdout).not.toContain("a/use.ts");
  });
});

describe("--fail-under", () => {
  it.each([
    ["freed=100%", 0],
    ["freed=2", 2],
  ])("%s of one freed site", async (least, expected) => {
    const folder = makeProject(project);
    const { code, stdout } = await run("ts-autofree", ["--fail-under", least], folder);
    expect(code).toBe(expected);
    expect(stdout.includes("error TS99020")).toBe(expected !== 0);
  });
});

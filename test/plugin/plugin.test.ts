/**
 * How a build treats the pipeline: once a program, before anything is emitted, and told to the user.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Files,
  makeProject,
  quickOptions,
  readTree,
  repository,
  run,
  writeFiles,
} from "../cli/harness.js";

const fake = join(repository, "test/plugin/fake-pipeline.mjs");

function project(plugins: readonly object[], options: object = {}): Files {
  const compilerOptions = { ...quickOptions, outDir: "out", rootDir: "src", plugins, ...options };
  return {
    "tsconfig.json": { compilerOptions, include: ["src"] },
    "package.json": { type: "module" },
    "src/a.ts": 'import { b } from "./b.js";\nexport const a = b;\n',
    "src/b.ts": "export const b = 1;\n",
  };
}

const marked = '"transformed";\nexport const b = 1;\n';

describe.concurrent("under tspc", () => {
  it("the real entry loads by its name, as an ES module", async () => {
    const folder = makeProject(project([{ transform: "ts-autofree", explain: true }]));
    const { code, stdout, stderr } = await run("tspc", [], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe("0 allocation sites\n");
    expect(existsSync(join(folder, "out/a.js"))).toBe(true);
  });

  it.each([
    ["a plain build", {}, {}, []],
    ["a plain build, as a program transformer", { transformProgram: true }, {}, []],
    ["an incremental build", { transformProgram: true }, { incremental: true }, []],
    ["-b", { transformProgram: true }, { composite: true }, ["-b"]],
  ])("%s runs the pipeline once and transforms every file", async (_name, entry, options, args) => {
    const folder = makeProject(project([{ transform: fake, mode: "annotated", ...entry }], options));
    const runs = join(folder, "runs.txt");
    const { code, stdout, stderr } = await run("tspc", [...args], folder, { PIPELINE_RUNS: runs });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
    const seen = readFileSync(runs, "utf8").trimEnd().split("\n");
    expect(seen.map((line) => JSON.parse(line))).toMatchObject([{ mode: "annotated", noManualFree: false }]);
    expect(readFileSync(join(folder, "out/b.js"), "utf8")).toBe(marked);
  });

  it("the environment sets options and the report is written", async () => {
    const folder = makeProject(project([{ transform: fake }]));
    const runs = join(folder, "runs.txt");
    const env = { PIPELINE_RUNS: runs, AUTOFREE_NO_MANUAL_FREE: "1", AUTOFREE_REPORT: "report.json" };
    expect((await run("tspc", [], folder, env)).code).toBe(0);
    expect(JSON.parse(readFileSync(runs, "utf8"))).toMatchObject({ noManualFree: true });
    const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    expect(report.tool).toMatch(/^ts-autofree \d/);
    expect(report.sites.map((site: { file: string }) => site.file).sort()).toEqual(["src/a.ts", "src/b.ts"]);
  });

  it("several projects share one report", async () => {
    const plugins = [{ transform: fake, transformProgram: true }];
    const config = { compilerOptions: { ...quickOptions, composite: true, plugins }, include: ["*.ts"] };
    const folder = makeProject({
      "tsconfig.json": { files: [], references: [{ path: "low" }, { path: "high" }] },
      "low/tsconfig.json": config,
      "low/low.ts": "export const low = 1;\n",
      "high/tsconfig.json": { ...config, references: [{ path: "../low" }] },
      "high/high.ts": 'export { low } from "../low/low.js";\n',
    });
    expect((await run("tspc", ["-b"], folder, { AUTOFREE_REPORT: "report.json" })).code).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    expect(report.sites.map((site: { file: string }) => site.file)).toEqual(["low/low.ts", "high/high.ts"]);
    expect(report.totals).toMatchObject({ sites: 2, freed: 2 });
  });

  it("type errors are told as ever, and noEmitOnError leaves no file at all", async () => {
    const files = project([{ transform: fake, report: "report.json" }], { noEmitOnError: true });
    const folder = makeProject({ ...files, "src/b.ts": "export const b: string = 1;\n" });
    const before = readTree(folder);
    const { code, stdout } = await run("tspc", [], folder);
    expect(stdout).toContain("src/b.ts(1,14): error TS2322");
    expect(code).toBe(1);
    expect(readTree(folder)).toEqual(before);
  });
});

describe.concurrent("nothing is emitted", () => {
  const refusal = async (files: Files, without: readonly string[] = [], args: readonly string[] = []) => {
    const folder = makeProject(files, without);
    const before = readTree(folder);
    const { code, stdout, stderr } = await run("tspc", args, folder);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/^\s+at |error TS/m);
    expect(readTree(folder)).toEqual(before);
    return stderr;
  };

  it("if the runtime cannot be resolved", async () => {
    const message = await refusal(project([{ transform: fake }]), ["ts-autofree"]);
    expect(message).toContain('imports "ts-autofree/runtime", which cannot be found');
    expect(message).toContain("npm install ts-autofree");
  });

  it.each([
    [{ incremental: true }, []],
    [{ composite: true }, ["-b"]],
    [{}, ["--watch"]],
  ])("if a build under %j with %j would not see a callee change", async (options, args) => {
    const message = await refusal(project([{ transform: fake }], options), [], args);
    expect(message).toContain('Add "transformProgram": true');
  });

  it.each([
    [{ speed: 1 }, '"speed"'],
    [{ report: "src/a.ts/report.json" }, "is not a folder"],
  ])("if a program transformer has %j", async (entry, part) => {
    const plugins = [{ transform: "ts-autofree", transformProgram: true, ...entry }];
    expect(await refusal(project(plugins))).toContain(part);
  });

  it("if the report cannot be written", async () => {
    const message = await refusal(project([{ transform: fake, report: "src/a.ts/report.json" }]), []);
    expect(message).toContain("is not a folder");
  });

  it("if another transformer was there before", async () => {
    const message = await refusal(project([{ transform: fake }, { transform: fake }]), []);
    expect(message).toContain("another transformer changed a file");
  });
});

describe.concurrent("the runtime is not needed", () => {
  it.each([
    [{ noEmit: true }, {}],
    [{ emitDeclarationOnly: true, declaration: true }, {}],
    [{}, { noManualFree: true }],
  ])("under %j with %j", async (options, entry) => {
    const folder = makeProject(project([{ transform: fake, ...entry }], options), ["ts-autofree"]);
    expect(await run("tspc", [], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe.concurrent("the runtime is found", () => {
  it("from the output folder", async () => {
    const folder = makeProject(project([{ transform: fake }]), ["ts-autofree"]);
    const runtime = { name: "ts-autofree", exports: { "./runtime": "./runtime.js" } };
    writeFiles(folder, { "out/node_modules/ts-autofree/package.json": runtime });
    writeFiles(folder, { "out/node_modules/ts-autofree/runtime.js": "export {};\n" });
    expect((await run("tspc", [], folder)).code).toBe(0);
    expect(readFileSync(join(folder, "out/b.js"), "utf8")).toBe(marked);
  });

  it("through path mappings", async () => {
    const paths = { "ts-autofree/runtime": ["./vendor/runtime.d.ts"] };
    const folder = makeProject(project([{ transform: fake }], { paths }), ["ts-autofree"]);
    writeFiles(folder, { "vendor/runtime.d.ts": "export {};\n" });
    expect((await run("tspc", [], folder)).code).toBe(0);
  });
});

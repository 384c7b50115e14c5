import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Files,
  makeProject,
  type Outcome,
  quickOptions,
  readTree,
  repository,
  run,
  runScript,
  writeFiles,
} from "./harness.js";

const source = "export const double = (x: number): number => x * 2;\n";

const project: Files = {
  "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src" }, include: ["src"] },
  "src/index.ts": source,
};

function withPlugin(entry: object): Files {
  const plugins = [{ transform: "ts-autofree", ...entry }];
  return {
    ...project,
    "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", plugins }, include: ["src"] },
  };
}

/** One message on stderr that has all of `parts`, no stack trace, exit code 1. */
function expectRefusal(outcome: Outcome, parts: readonly string[]): void {
  for (const part of parts) expect(outcome.stderr).toContain(part);
  expect(outcome.stderr.match(/ts-autofree: error: /g)).toHaveLength(1);
  expect(outcome.stderr).not.toMatch(/^\s+at .*:\d+/m);
  expect(outcome.stdout).toBe("");
  expect(outcome.code).toBe(1);
}

/** Runs the command in a project that it must refuse, and leave as it was. */
async function refused(
  request: { files?: Files; without?: string[]; args?: string[]; env?: Record<string, string> },
  parts: readonly string[],
): Promise<void> {
  const folder = makeProject(request.files ?? project, request.without);
  const before = readTree(folder);
  const outcome = await run("ts-autofree", request.args ?? [], folder, request.env);
  expectRefusal(outcome, parts);
  expect(readTree(folder)).toEqual(before);
}

describe.concurrent("the command line", () => {
  it.each([
    [
      ["--mode", "some"],
      ["--mode", "'some'", "all or annotated"],
    ],
    [["--mode"], ["--mode needs a value", "all|annotated"]],
    [
      ["--report", "-p", "."],
      ["--report needs a value", "report.json"],
    ],
    [
      ["--report", "report.txt"],
      ["--report", "report.txt", ".json or .html"],
    ],
    [
      ["--explain", "xml"],
      ["--explain", "'xml'", "text, json, html or a place such as src/fft.ts:40"],
    ],
    [
      ["--explain-verdict", "kept,lost"],
      ["--explain-verdict", "'lost'", "freed, partial, static, scalar or kept"],
    ],
    [
      ["--explain-reason", "returnd"],
      ["--explain-reason", "'returnd'", "returned, stored"],
    ],
    [
      ["--fail-under", "80%"],
      ["--fail-under", "'80%'", "freed=80%", "freed=120"],
    ],
    [["--fail-under"], ["--fail-under needs a value", "freed=80%"]],
    [["--explain-file"], ["--explain-file needs a value", "GLOB"]],
    [["--checked=maybe"], ["--checked", "'maybe'", "true"]],
  ])("refuses %j", async (args, parts) => {
    await refused({ args }, parts);
  });

  it("leaves a flag that is not ours to tsc", async () => {
    const folder = makeProject(project);
    const outcome = await run("ts-autofree", ["--explian"], folder);
    expect(outcome.stdout).toContain("error TS5023: Unknown compiler option '--explian'");
    expect(outcome.code).toBe(1);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });
});

describe.concurrent("the environment", () => {
  it.each([
    [{ AUTOFREE_MODE: "none" }, ["AUTOFREE_MODE", "'none'", "all or annotated"]],
    [{ AUTOFREE_NO_MANUAL_FREE: "yes" }, ["AUTOFREE_NO_MANUAL_FREE", "'yes'"]],
    [{ AUTOFREE_REPORT: "report.xml" }, ["AUTOFREE_REPORT", "report.xml", ".json"]],
  ])("refuses %j", async (env, parts) => {
    await refused({ env: env as Record<string, string> }, parts);
  });
});

describe.concurrent("the plugin entry", () => {
  it.each([
    [{ noManualfree: true }, ['"noManualfree"', 'Write "noManualFree"']],
    [{ speed: 11 }, ['"speed"', "Remove it"]],
    [{ checked: "true" }, ['"checked"', "true or false"]],
    [{ mode: "some" }, ['"mode"', "'some'", "all or annotated"]],
  ])("refuses %j", async (entry, parts) => {
    await refused({ files: withPlugin(entry) }, parts);
  });

  it.each([
    [{ speed: 11 }, {}, ['"speed"', "Remove it"]],
    [{}, { AUTOFREE_MODE: "none" }, ["AUTOFREE_MODE", "all or annotated"]],
  ])("refuses %j with %j under tspc", async (entry, env, parts) => {
    const folder = makeProject(withPlugin(entry));
    expectRefusal(await run("tspc", [], folder, env as Record<string, string>), parts);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });
});

describe.concurrent("the project", () => {
  it("without a tsconfig", async () => {
    await refused({ files: { "src/index.ts": source } }, ["no tsconfig.json", "npx tsc --init"]);
  });

  it("with a tsconfig that is named and missing", async () => {
    const folder = makeProject(project);
    const outcome = await run("ts-autofree", ["-p", "tsconfig.build.json"], folder);
    expect(outcome).toEqual(await run("tsc", ["-p", "tsconfig.build.json"], folder));
    expect(outcome.stdout).toContain("error TS5058");
    expect(outcome.code).toBe(1);
  });

  it("with a tsconfig that cannot be parsed", async () => {
    const broken = '{ "compilerOptions": { "outDir": "out" "rootDir": "src" }, "include": ["src"] }\n';
    await refused({ files: { ...project, "tsconfig.json": broken } }, [
      "tsconfig.json(1,40): error TS1005",
      "nothing was emitted",
    ]);
  });

  it("with a base of its tsconfig that cannot be parsed", async () => {
    const files = {
      ...project,
      "base.json": '{ "compilerOptions": ',
      "tsconfig.json": { extends: "./base.json" },
    };
    await refused({ files }, ["base.json(", "nothing was emitted"]);
  });

  it("with another plugin that is not there", async () => {
    const plugins = [{ transform: "no-such-transformer" }];
    const files = {
      ...project,
      "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", plugins } },
    };
    await refused({ files }, ["Cannot find module 'no-such-transformer'", '"plugins"']);
  });

  it("with a report where none can be written", async () => {
    await refused({ args: ["--report", "src/index.ts/report.json"] }, [
      "is not a folder",
      "Name a file in a folder",
    ]);
    const folder = makeProject(project);
    mkdirSync(join(folder, "report.json"));
    expectRefusal(await run("ts-autofree", ["--report", "report.json"], folder), ["it is a folder"]);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });
});

describe.concurrent("the compiler", () => {
  it.each([
    ["7.0.2", ["TypeScript 7.0.2", "no transformer API", ">=5.9 <7", "npm install -D typescript@6"]],
    ["5.8.3", ["TypeScript 5.8.3", ">=5.9 <7", "npm install -D typescript@6"]],
  ])("is TypeScript %s", async (version, parts) => {
    const manifest = { name: "typescript", version, main: "lib/typescript.js" };
    const files = { ...project, "node_modules/typescript/package.json": manifest };
    await refused({ files, without: ["typescript"] }, parts);
  });

  it.each([
    ["typescript", "ts-patch", ["TypeScript cannot be found", "npm install -D typescript@6"]],
    ["ts-patch", "typescript", ["ts-patch cannot be found", "npm install -D ts-patch@3"]],
  ])("is missing its part %s", async (_missing, present, parts) => {
    const folder = makeProject(project, ["ts-autofree", "typescript", "ts-patch"]);
    symlinkSync(join(repository, "node_modules", present), join(folder, "node_modules", present));
    const installed = join(folder, "node_modules/ts-autofree");
    cpSync(join(repository, "dist"), join(installed, "dist"), { recursive: true });
    cpSync(join(repository, "package.json"), join(installed, "package.json"));
    expectRefusal(await runScript(join(installed, "dist/cli/main.js"), [], { cwd: folder }), parts);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  it("cannot load ES modules, as before Node 20.19", async () => {
    const env = { NODE_OPTIONS: "--no-experimental-require-module" };
    await refused({ env }, [process.version, "Use Node 20.19 or newer"]);
  });

  it("is looked for beside the project that is named", async () => {
    const folder = makeProject({ "README.md": "no project here\n" });
    const named = makeProject(project, ["typescript"]);
    writeFiles(named, { "node_modules/typescript/package.json": { name: "typescript", version: "7.0.2" } });
    expectRefusal(await run("ts-autofree", ["-p", named], folder), ["TypeScript 7.0.2", named]);
  });
});

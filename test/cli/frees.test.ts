/**
 * What the command does with frees: puts them in, takes them out, tells of them, and keeps them right as files change.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../transformer/index.js";
import {
  commands,
  type Files,
  makeProject,
  quickOptions,
  readTree,
  run,
  runScript,
  startWatch,
  writeFiles,
} from "./harness.js";

const project: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src" }, include: ["src"] },
  "src/total.ts": [
    "export function total(n: number): number {",
    "  const tmp = new Float64Array(n);",
    "  tmp.fill(2);",
    "  const sum = tmp.reduce((a, b) => a + b, 0);",
    "  return sum;",
    "}",
    "",
  ].join("\n"),
};

/** A caller whose temporary may be freed as long as `use`, in another file, does not keep it. */
const borrows = "export function use(data: Float64Array): number {\n  return data[0] ?? 0;\n}\n";
const retains =
  "const kept: Float64Array[] = [];\n" +
  "export function use(data: Float64Array): number {\n  kept.push(data);\n  return kept.length;\n}\n";
const caller: Files = {
  "package.json": { type: "module" },
  "src/caller.ts":
    'import { use } from "./use.js";\n' +
    "export function call(n: number): number {\n  const tmp = new Float64Array(n);\n  const r = use(tmp);\n  return r;\n}\n",
  "src/use.ts": borrows,
};

function configured(options: object): Files {
  return {
    "tsconfig.json": {
      compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src", ...options },
      include: ["src"],
    },
  };
}

function output(folder: string, name: string): string {
  return readFileSync(join(folder, "out", name), "utf8");
}

async function build(folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run("ts-autofree", args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe.concurrent("frees", () => {
  it("are put in, and the program does what it did", async () => {
    const folder = makeProject(project);
    await build(folder);
    expect(output(folder, "total.js")).toContain(".give(tmp,");
    writeFileSync(
      join(folder, "out/main.js"),
      'import { total } from "./total.js";\nconsole.log(total(9), total(9));\n',
    );
    expect(await runScript(join(folder, "out/main.js"), [], { cwd: folder })).toEqual({
      code: 0,
      stdout: "18 18\n",
      stderr: "",
    });
  });

  it("are the same from the programmatic API", async () => {
    const [command, api] = [makeProject(project), makeProject(project)];
    await build(command);
    expect(compile({ tsconfig: join(api, "tsconfig.json") }).report.totals.freed).toBe(1);
    expect(readTree(api)).toEqual(readTree(command));
  });

  it("are not put in under --no-manual-free, and handwritten ones are taken out", async () => {
    const byHand =
      'import { unsafeFree } from "ts-autofree/runtime";\nexport const drop = (x: Uint8Array): void => unsafeFree(x);\n';
    const folder = makeProject({ ...project, "src/by-hand.ts": byHand });
    await build(folder);
    expect(output(folder, "by-hand.js")).toContain("unsafeFree(x)");
    await build(folder, "--no-manual-free");
    expect(output(folder, "by-hand.js")).not.toContain("unsafeFree(x)");
    expect(output(folder, "total.js")).toContain("new Float64Array(n)");
    expect(output(folder, "total.js")).not.toContain("ts-autofree");
  });

  it("call the checked runtime under --checked", async () => {
    const folder = makeProject(project);
    await build(folder, "--checked");
    expect(output(folder, "total.js")).toContain('from "ts-autofree/runtime/checked"');
  });

  it("are told, on the terminal and in a file", async () => {
    const folder = makeProject(project);
    const text = await build(folder, "--explain", "--report", "report.json");
    expect(text).toContain("src/total.ts:2:15 freed: Float64Array new Float64Array(n) is freed at");
    expect(text).toContain("1 allocation site: 1 freed");
    const { sites } = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    expect(sites).toMatchObject([
      { file: "src/total.ts", line: 2, column: 15, function: "total", verdict: "freed", reason: null },
    ]);
    expect(sites[0].frees).toHaveLength(1);
  });

  it("need a runtime that the project can resolve", async () => {
    const folder = makeProject(project, ["ts-autofree"]);
    const before = readTree(folder);
    const { code, stdout, stderr } = await run("ts-autofree", [], folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ts-autofree: error: .*"ts-autofree\/runtime".*npm install ts-autofree.*\n$/);
    expect(readTree(folder)).toEqual(before);
    await build(folder, "--no-manual-free");
    expect(existsSync(join(folder, "out/total.js"))).toBe(true);
  });
});

describe.concurrent("a changed option", () => {
  it.each([
    ["the command line", ["--no-manual-free"], {}],
    ["the plugin entry", [], { plugins: [{ transform: "ts-autofree", noManualFree: true }] }],
  ])("on %s makes --incremental emit again what it changes", async (_where, args, options) => {
    const incremental = {
      ...project,
      ...configured({ incremental: true }),
      "src/plain.ts": "export const a = 1;\n",
    };
    const folder = makeProject(incremental);
    const emitted = async (...flags: string[]) => {
      const lines = (await build(folder, "--listEmittedFiles", ...flags)).split("\n");
      return lines.filter((line) => line.endsWith(".js")).map((line) => basename(line));
    };
    expect(await emitted()).toEqual(["plain.js", "total.js"]);
    expect(await emitted()).toEqual([]);
    writeFiles(folder, configured({ incremental: true, ...options }));
    expect(await emitted(...args)).toContain("total.js");
    expect(output(folder, "total.js")).not.toContain(".give(");
    writeFiles(folder, incremental);
    expect(await emitted()).toContain("total.js");
    expect(output(folder, "total.js")).toContain(".give(");
  });
});

describe.concurrent("a callee in another file that begins to keep its argument", () => {
  it.each([
    ["--incremental", { incremental: true }, []],
    ["-b", { composite: true }, ["-b"]],
  ])("takes the free out of its caller under %s", async (_name, options, args) => {
    const folder = makeProject({ ...caller, ...configured(options) });
    await build(folder, ...args);
    expect(output(folder, "caller.js")).toContain(".give(tmp,");
    writeFiles(folder, { "src/use.ts": retains });
    await build(folder, ...args);
    expect(output(folder, "caller.js")).not.toContain(".give(");
    writeFiles(folder, { "src/use.ts": borrows });
    await build(folder, ...args);
    expect(output(folder, "caller.js")).toContain(".give(tmp,");
  });

  it("takes it out under --watch, of the command and of tspc", async () => {
    const plugins = [{ transform: "ts-autofree", transformProgram: true }];
    for (const command of ["ts-autofree", "tspc"] as const) {
      const folder = makeProject({ ...caller, ...configured({ plugins }) });
      const watch = startWatch(commands[command], folder);
      try {
        await watch.round(1);
        expect(output(folder, "caller.js")).toContain(".give(tmp,");
        // The first change always emits the importers again, since until then no declared shape was compared.
        writeFiles(folder, { "src/use.ts": `${borrows}// changed\n` });
        await watch.round(2);
        writeFiles(folder, { "src/use.ts": retains });
        await watch.round(3);
        expect(output(folder, "caller.js")).not.toContain(".give(");
      } finally {
        watch.stop();
      }
    }
  });
});

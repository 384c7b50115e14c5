/**
 * The command does what tsc does: the same words, exit codes and files, where nothing is freed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { helpText } from "../../cli/help.js";
import {
  commands,
  type Files,
  makeProject,
  quickOptions,
  readTree,
  run,
  startWatch,
  temporaryFolder,
  writeFiles,
} from "./harness.js";

const sound: Files = {
  "tsconfig.json": {
    compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src", declaration: true, sourceMap: true },
    include: ["src"],
  },
  "src/index.ts": 'import { twice } from "./twice.js";\nexport const eight = twice(4);\n',
  "src/twice.ts": "/** Twice. */\nexport function twice(x: number): number {\n  return x + x;\n}\n",
};

const wrong: Files = { ...sound, "src/index.ts": 'export const a: string = 1;\nexport const b = "b";\n' };

const places = { outDir: "out", rootDir: "src" };

const references: Files = {
  "tsconfig.json": { files: [], references: [{ path: "./low" }, { path: "./high" }] },
  "base.json": {
    compilerOptions: {
      ...quickOptions,
      composite: true,
    },
  },
  "low/tsconfig.json": { extends: "../base.json", compilerOptions: places, include: ["src"] },
  "low/src/low.ts": "export const low = 1;\n",
  "high/tsconfig.json": {
    extends: "../base.json",
    compilerOptions: places,
    include: ["src"],
    references: [{ path: "../low" }],
  },
  "high/src/high.ts": 'import { low } from "../../low/src/low.js";\nexport const high: number = low + 1;\n',
};

function withOptions(files: Files, options: object): Files {
  const config = files["tsconfig.json"] as { compilerOptions: object };
  return {
    ...files,
    "tsconfig.json": { ...config, compilerOptions: { ...config.compilerOptions, ...options } },
  };
}

/** Runs tsc and our command, each in its own copy, and expects the same words, exit code and files. */
async function expectSameAsTsc(
  files: Files,
  args: readonly string[],
  own: readonly string[] = [],
): Promise<number> {
  const [plain, ours] = [makeProject(files), makeProject(files)];
  const [expected, actual] = await Promise.all([
    run("tsc", args, plain),
    run("ts-autofree", [...args, ...own], ours),
  ]);
  expect(actual).toEqual(expected);
  expect(readTree(ours)).toEqual(readTree(plain));
  return expected.code ?? -1;
}

describe.concurrent("like tsc", () => {
  it("compiles the project of the current folder", async () => {
    expect(await expectSameAsTsc(sound, [])).toBe(0);
  });

  it("compiles a project that lists the plugin", async () => {
    expect(
      await expectSameAsTsc(withOptions(sound, { plugins: [{ transform: "ts-autofree" }] }), ["-p", "."]),
    ).toBe(0);
  });

  it("compiles bare files", async () => {
    const { "tsconfig.json": _, ...files } = sound;
    const flags = ["--target", "es2022", "--lib", "es2022", "--module", "nodenext", "--outDir", "out"];
    expect(await expectSameAsTsc(files, ["src/index.ts", ...flags])).toBe(0);
  });

  it("compiles bare files beside a tsconfig that they ignore", async () => {
    const args = ["--ignoreConfig", "src/twice.ts", "--lib", "es2022", "--outDir", "other"];
    expect(await expectSameAsTsc(sound, args)).toBe(0);
  });

  it("reports type errors and emits", async () => {
    expect(await expectSameAsTsc(wrong, [])).toBe(2);
  });

  it("reports type errors and emits nothing under noEmitOnError", async () => {
    expect(await expectSameAsTsc(withOptions(wrong, { noEmitOnError: true }), [])).toBe(1);
  });

  it("checks only under noEmit", async () => {
    expect(await expectSameAsTsc(wrong, ["--noEmit"])).toBe(2);
  });

  it("reports an unknown compiler option of the tsconfig where it stands", async () => {
    expect(await expectSameAsTsc(withOptions(sound, { noManualFree: true }), [])).not.toBe(0);
  });

  it("builds references, and takes them away", async () => {
    expect(await expectSameAsTsc(references, ["-b", "--verbose", "false"], ["--no-manual-free"])).toBe(0);
    const folder = makeProject(references);
    const before = readTree(folder);
    await run("ts-autofree", ["-b"], folder);
    expect(existsSync(join(folder, "high/out/high.js"))).toBe(true);
    await run("ts-autofree", ["-b", "--clean"], folder);
    expect(readTree(folder)).toEqual(before);
  });

  it("shows the configuration and the version", async () => {
    expect(await expectSameAsTsc(sound, ["--showConfig", "--outDir", "/tmp/out"])).toBe(0);
    const folder = temporaryFolder();
    const version = await run("ts-autofree", ["--version"], folder);
    expect(version.stdout).toMatch(/^ts-autofree \d+\.\d+\.\d+\nVersion \d+\.\d+\.\d+\n$/);
    const help = await run("ts-autofree", ["--help"], folder);
    expect(help.stdout).toBe(helpText(version.stdout.split("\n")[0] ?? ""));
    expect(help.code).toBe(0);
  });

  it("writes the same build information under --no-manual-free", async () => {
    const files = withOptions(sound, { incremental: true });
    expect(await expectSameAsTsc(files, [], ["--no-manual-free"])).toBe(0);
  });
});

/** Which projects a verbose build says that it builds. */
function built(stdout: string): string[] {
  return [...stdout.matchAll(/Building project '.*\/(\w+)\/tsconfig.json'/g)].map(([, name]) => name ?? "");
}

describe.concurrent("a changed option", () => {
  it("makes -b build again, and the same option does not", async () => {
    const folder = makeProject(references);
    const build = async (...own: string[]) =>
      built((await run("ts-autofree", ["-b", "-v", ...own], folder)).stdout);
    expect(await build()).toEqual(["low", "high"]);
    expect(await build()).toEqual([]);
    expect(await build("--mode", "annotated")).toEqual(["low", "high"]);
    expect(await build("--mode", "annotated")).toEqual([]);
    expect(await build("--no-manual-free")).toEqual(["low", "high"]);
    expect(await build()).toEqual(["low", "high"]);
    expect(built((await run("tsc", ["-b", "-v"], folder)).stdout)).toEqual(["low", "high"]);
  });
});

describe.concurrent("reports", () => {
  it("are written where nothing is emitted", async () => {
    const folder = makeProject(sound);
    const { stdout, code } = await run(
      "ts-autofree",
      ["--noEmit", "--explain", "--report", "a/r.json"],
      folder,
    );
    expect(stdout).toMatch(/allocation sites?/);
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, "a/r.json"), "utf8"));
    expect(report).toMatchObject({ version: 1, sites: [] });
    expect(report.tool).toMatch(/^ts-autofree \d/);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  it("are not written for a program that noEmitOnError stops", async () => {
    const folder = makeProject(withOptions(wrong, { noEmitOnError: true }));
    const before = readTree(folder);
    expect((await run("ts-autofree", ["--report", "r.json"], folder)).code).toBe(1);
    expect(readTree(folder)).toEqual(before);
  });

  it("are printed as JSON alone", async () => {
    const folder = makeProject(sound);
    const { stdout } = await run("ts-autofree", ["--explain", "json"], folder);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1 });
  });
});

describe("--watch", () => {
  it("compiles again when a file changes", async () => {
    const folder = makeProject(sound);
    const { round, stop } = startWatch(commands["ts-autofree"], folder);
    try {
      await round(1);
      expect(readFileSync(join(folder, "out/twice.js"), "utf8")).toContain("return x + x");
      writeFiles(folder, { "src/twice.ts": "export const twice = (x: number): number => 2 * x;\n" });
      await round(2);
      expect(readFileSync(join(folder, "out/twice.js"), "utf8")).toContain("2 * x");
    } finally {
      stop();
    }
  });
});

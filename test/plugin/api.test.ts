import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import autofree, { analyze, compile, UserError } from "../../transformer/index.js";
import { type Files, makeProject, quickOptions, readTree, run } from "../cli/harness.js";

const sound: Files = {
  "tsconfig.json": {
    compilerOptions: {
      ...quickOptions,
      outDir: "out",
      rootDir: "src",
      plugins: [{ transform: "ts-autofree" }],
    },
    include: ["src"],
  },
  "src/a.ts": "export const a = 1;\n",
};

describe("compile", () => {
  it("writes what tsc writes where nothing is freed, and says which files", async () => {
    const [plain, ours] = [makeProject(sound), makeProject(sound)];
    expect((await run("tsc", [], plain)).code).toBe(0);
    const { exitCode, diagnostics, files, report } = compile({ tsconfig: join(ours, "tsconfig.json") });
    expect({ exitCode, diagnostics }).toEqual({ exitCode: 0, diagnostics: [] });
    expect(files).toEqual([join(ours, "out/a.js")]);
    expect(report.tool).toMatch(/^ts-autofree \d+\.\d+\.\d+$/);
    expect(readTree(ours)).toEqual(readTree(plain));
  });

  it("takes another output folder and a report", () => {
    const folder = makeProject(sound);
    const options = { report: join(folder, "r.json") };
    compile({ tsconfig: join(folder, "tsconfig.json"), outDir: join(folder, "other"), options });
    expect(existsSync(join(folder, "other/a.js"))).toBe(true);
    expect(existsSync(join(folder, "out"))).toBe(false);
    expect(JSON.parse(readFileSync(options.report, "utf8"))).toMatchObject({ version: 1 });
  });

  it.each([
    [false, 2],
    [true, 1],
  ])("has tsc's exit code for type errors with noEmitOnError %j: %j", (noEmitOnError, code) => {
    const folder = makeProject({
      "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", rootDir: ".", noEmitOnError } },
      "a.ts": "export const a: string = 1;\n",
    });
    const { exitCode, diagnostics, files } = compile({
      tsconfig: join(folder, "tsconfig.json"),
      options: { report: join(folder, "r.json") },
    });
    expect(diagnostics.map((found) => found.code)).toEqual([2322]);
    expect(existsSync(join(folder, "r.json"))).toBe(!noEmitOnError);
    expect(exitCode).toBe(code);
    expect(files).toEqual(noEmitOnError ? [] : [join(folder, "out/a.js")]);
  });

  it.each([
    ["is missing", {}, "npx tsc --init"],
    ["cannot be parsed", { "tsconfig.json": "{ nothing" }, "tsconfig.json(1,3): error TS"],
    ["has no input", { "tsconfig.json": { include: ["src"] } }, "TS18003"],
    [
      "has an unknown plugin option",
      {
        ...sound,
        "tsconfig.json": { compilerOptions: { plugins: [{ transform: "ts-autofree", fast: 1 }] } },
      },
      '"fast"',
    ],
  ])("refuses a tsconfig that %s", (_what, files, part) => {
    const folder = makeProject(files as Files);
    const tsconfig = join(folder, "tsconfig.json");
    const before = readTree(folder);
    for (const call of [() => compile({ tsconfig }), () => analyze({ tsconfig })]) {
      expect(call).toThrow(UserError);
      expect(call).toThrow(part);
    }
    expect(readTree(folder)).toEqual(before);
  });
});

describe("analyze", () => {
  it("takes a tsconfig or a program, and writes nothing", () => {
    const folder = makeProject(sound);
    const before = readTree(folder);
    const fromConfig = analyze(
      { tsconfig: join(folder, "tsconfig.json") },
      { report: join(folder, "r.json") },
    );
    const program = ts.createProgram([join(folder, "src/a.ts")], { ...ts.getDefaultCompilerOptions() });
    expect(analyze(program, { typescript: ts })).toEqual(fromConfig);
    expect(readTree(folder)).toEqual(before);
  });
});

describe("the transformer as a function", () => {
  const emit = (entry: Record<string, unknown>, compiler: typeof ts = ts) => {
    const folder = makeProject(sound);
    const program = ts.createProgram([join(folder, "src/a.ts")], { outDir: join(folder, "out") });
    program.emit(undefined, undefined, undefined, false, {
      before: [autofree(program, entry, { ts: compiler })],
    });
    return folder;
  };

  it("works without ts-patch", () => {
    expect(existsSync(join(emit({ mode: "annotated" }), "out/a.js"))).toBe(true);
  });

  it("throws a message without a stack, and does not end the run", () => {
    expect(() => emit({ mode: "none" })).toThrow(UserError);
    try {
      emit({ mode: "none" });
    } catch (error) {
      expect((error as Error).stack).toBe((error as Error).message);
    }
  });

  it("refuses a compiler that it was not made for", () => {
    expect(() => emit({}, { ...ts, version: "5.8.2" })).toThrow("TypeScript 5.8.2");
    expect(() => emit({}, { ...ts, version: "7.1.0-beta" })).toThrow("npm install -D typescript@6");
  });
});

it("compile reads the environment, and refuses a wrong value before it writes", () => {
  const folder = makeProject(sound);
  process.env.AUTOFREE_MODE = "none";
  try {
    expect(() => compile({ tsconfig: join(folder, "tsconfig.json") })).toThrow("AUTOFREE_MODE");
    expect(existsSync(join(folder, "out"))).toBe(false);
  } finally {
    delete process.env.AUTOFREE_MODE;
  }
});

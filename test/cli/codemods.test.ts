/** `ts-autofree apply` and `strip` as users run them: on files, with what a command line can get wrong. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Files,
  makeProject,
  quickOptions,
  readTree,
  repository,
  run,
  runScript,
  temporaryFolder,
  writeFiles,
} from "./harness.js";

const f = (name: string) =>
  `export function ${name}(n: number): number {\n  const t = new Float64Array(n);\n  t[0] = n;\n  return t[0];\n}\n`;

const project: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src" }, include: ["src"] },
  "src/main.ts": `import { f } from "./f.js";\ndeclare const console: { log(x: unknown): void };\n${f("g")}console.log(f(3) + g(4));\n`,
  "src/f.ts": f("f"),
};

const quiet = (stdout: string) => ({ code: 0, stdout, stderr: "" });

async function output(folder: string): Promise<string> {
  const { code, stdout, stderr } = await runScript(join(folder, "out/main.js"), [], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("apply and strip", () => {
  it("write sources that any compiler takes, and give them back byte for byte", async () => {
    const folder = makeProject(project);
    const crlf = `\uFEFF${f("f").replaceAll("\n", "\r\n").replaceAll("  ", "\t")}`;
    writeFileSync(join(folder, "src/f.ts"), crlf);
    const before = readTree(folder);
    expect(await run("ts-autofree", ["apply", "-p", "."], folder)).toEqual(
      quiet("ts-autofree: frees written into 2 files\n"),
    );
    const applied = readFileSync(join(folder, "src/f.ts"), "utf8");
    expect(applied.startsWith("\uFEFFimport {")).toBe(true);
    expect(applied).toContain("\r\n\t$free(t);\r\n");
    expect(applied.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(await run("tsc", [], folder)).toEqual(quiet(""));
    expect(readFileSync(join(folder, "out/f.js"), "utf8")).toContain("$free(t);");
    expect(await output(folder)).toBe("7\n");
    expect(await run("ts-autofree", ["apply"], folder)).toEqual(quiet("ts-autofree: nothing to change\n"));
    expect(await run("ts-autofree", ["strip"], folder)).toEqual(
      quiet("ts-autofree: frees taken out of 2 files\n"),
    );
    const sources = (tree: Map<string, string>) => [...tree].filter(([name]) => !name.startsWith("out"));
    expect(sources(readTree(folder))).toEqual(sources(before));
  });

  it("print with --dry-run a diff that makes the same of the sources, and change nothing", async () => {
    const folder = makeProject(project);
    const before = readTree(folder);
    const { code, stdout, stderr } = await run("ts-autofree", ["apply", "--dry-run"], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("--- a/src/f.ts\n+++ b/src/f.ts\n@@ ");
    expect(stdout).toContain("\n+  $free(t);\n");
    expect(readTree(folder)).toEqual(before);
    writeFileSync(join(folder, "patch"), stdout);
    execFileSync("git", ["apply", "patch"], { cwd: folder });
    const patched = readFileSync(join(folder, "src/main.ts"), "utf8");
    await run("ts-autofree", ["apply"], folder);
    expect(readFileSync(join(folder, "src/main.ts"), "utf8")).toBe(patched);
    const stripping = await run("ts-autofree", ["strip", "--dry-run"], folder);
    expect(stripping.stdout).toContain("\n-  $free(t);\n");
    expect(readFileSync(join(folder, "src/main.ts"), "utf8")).toBe(patched);
  });

  it("prove anew what changed after frees were applied, in a file that the tsconfig doesn't name", async () => {
    const config = { ...(project["tsconfig.json"] as object), include: ["src/main.ts"] };
    const folder = makeProject({ ...project, "tsconfig.json": config });
    await run("ts-autofree", ["apply"], folder);
    const file = join(folder, "src/f.ts");
    const kept = readFileSync(file, "utf8").replace("t[0] = n;", "t[0] = n;\n  kept.push(t);");
    expect(kept).toContain("$free(t);");
    writeFileSync(file, `${kept}export const kept: Float64Array[] = [];\n`);
    await run("ts-autofree", ["apply"], folder);
    expect(readFileSync(file, "utf8")).not.toContain("$free");
    expect(readFileSync(join(folder, "src/main.ts"), "utf8")).toContain("$free");
  });

  it("keep handwritten frees, or take them out", async () => {
    const own = 'import { unsafeFree } from "ts-autofree/runtime";\n';
    const source = `${own}export function h(): number {\n  const u = new Uint8Array(9);\n  const r = u[0];\n  unsafeFree(u);\n  return r;\n}\n`;
    const folder = makeProject({ ...project, "src/h.ts": source });
    const read = () => readFileSync(join(folder, "src/h.ts"), "utf8");
    await run("ts-autofree", ["apply"], folder);
    expect(read()).toContain("  unsafeFree(u);\n");
    await run("ts-autofree", ["strip", "--keep-manual"], folder);
    expect(read()).toBe(source);
    await run("ts-autofree", ["strip"], folder);
    expect(read()).toBe(source.replace(own, "").replace("  unsafeFree(u);\n", ""));
  });

  it("leave the plugin nothing to break: sources with frees compile by it as well", async () => {
    const folder = makeProject(project);
    await run("ts-autofree", ["apply"], folder);
    expect(await run("ts-autofree", ["--verify"], folder)).toMatchObject({ code: 0, stdout: "" });
    expect(await output(folder)).toBe("7\n");
  });

  it("understand one another through a formatter", async () => {
    const source = `const sum = (t: Float64Array): number => t.reduce((a, b) => a + b, 0);

export function f(x: number, n: number): number {
  const t = new Float64Array(n).fill(x);
  if (x > 1) return sum(t);
  if (x > 2) return t[0];
  else return 1;
}

export const g = (n: number): { s: number; kind: "first" | "second" } => ({
  s: sum(new Float64Array(n).fill(1)),
  kind: "first",
});

export function h(n: number): number {
  const rows = [new Float64Array(n), new Float64Array(n)];
  let t = new Float64Array(n);
  for (let i = 0; i < n; i++) t = t.map((x) => x + i);
  return sum(rows[0]) + t[0];
}
`;
    const folder = makeProject({ ...project, "src/h.ts": source });
    const file = join(folder, "src/h.ts");
    const biome = join(repository, "node_modules/@biomejs/biome/bin/biome");
    const format = () =>
      runScript(biome, ["format", "--write", "--indent-style=space", "src"], { cwd: folder });
    await run("ts-autofree", ["apply"], folder);
    expect(await format()).toMatchObject({ code: 0 });
    const formatted = readFileSync(file, "utf8");
    expect(formatted).toContain("    /* autofree: braces */ const $r");
    await run("ts-autofree", ["strip"], folder);
    expect(readFileSync(file, "utf8")).not.toContain("$");
    expect(await format()).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8")).toBe(source);
  });

  it("take our flags", async () => {
    const folder = makeProject(project);
    const count = async (...flags: string[]) => {
      const { stdout } = await run("ts-autofree", ["apply", "--dry-run", ...flags], folder);
      return stdout.split("$free(").length - 1;
    };
    expect(await count()).toBe(2);
    expect(await count("--max-frees", "1")).toBe(1);
    expect(await count("--mode=annotated")).toBe(0);
  });
});

describe("nothing is written", () => {
  const refused = async (folder: string, args: readonly string[], message: RegExp) => {
    const before = readTree(folder);
    const { code, stdout, stderr } = await run("ts-autofree", args, folder);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(readTree(folder)).toEqual(before);
  };

  it.each<[string, Files, RegExp]>([
    [
      "a type error",
      { "src/f.ts": f("f").replace("n;", "'n';") },
      /the program has errors.*\n.*src\/f\.ts\(3,3\): error TS2322/,
    ],
    ["a syntax error", { "src/f.ts": `${f("f")}const = 1;\n` }, /the program has errors/],
    [
      "a wrong directive",
      { "src/f.ts": `/** @autofree noescape zz */\n${f("f")}` },
      /directives or frees are wrong, .*zz/s,
    ],
    [
      "noManualFree",
      {
        "tsconfig.json": {
          compilerOptions: { ...quickOptions, plugins: [{ transform: "ts-autofree", noManualFree: true }] },
          include: ["src"],
        },
      },
      /noManualFree is on, so there are no frees to apply\. .*use: ts-autofree strip/,
    ],
    ["another encoding", {}, /src\/latin\.ts' is not UTF-8/],
  ])("for %s", async (name, files, message) => {
    const folder = makeProject({ ...project, ...files });
    if (name === "another encoding") {
      const text = `// Gr\u00fc\u00dfe\n${f("h")}`;
      writeFileSync(join(folder, "src/latin.ts"), Buffer.from(text, "latin1"));
    }
    await refused(folder, ["apply"], message);
  });

  it.each<[string[], RegExp]>([
    [["apply", "--no-manual-free"], /apply has no --no-manual-free/],
    [["apply", "--checked"], /apply has no --checked/],
    [["apply", "--watch"], /apply works on one project, and knows no '--watch'\. Use: ts-autofree apply/],
    [["apply", "-p"], /-p needs a folder or a tsconfig/],
    [["apply", "-p", "nowhere"], /there is no tsconfig at '.*nowhere'/],
    [["apply", "--mode", "some"], /--mode cannot be 'some'/],
    [["strip", "src/f.ts"], /strip works on one project, and knows no 'src\/f\.ts'/],
  ])("for %j", async (args, message) => {
    await refused(makeProject(project), args, message);
  });

  it.skipIf(process.getuid?.() === 0)("if one file can't be", async () => {
    const folder = makeProject(project);
    chmodSync(join(folder, "src/main.ts"), 0o444);
    await refused(folder, ["apply"], /main\.ts' is not writable, so nothing was written/);
  });

  it("where the compiler can't find the runtime", async () => {
    const folder = makeProject(project, ["ts-autofree"]);
    await refused(
      folder,
      ["apply"],
      /import "ts-autofree\/runtime", which the compiler cannot find.*npm install ts-autofree/,
    );
  });
});

it("only TypeScript sources of the program are written", async () => {
  const { compilerOptions } = project["tsconfig.json"] as { compilerOptions: object };
  const folder = makeProject({
    ...project,
    "tsconfig.json": { compilerOptions: { ...compilerOptions, allowJs: true }, include: ["src"] },
    "src/plain.js": "export function p(n) {\n  const t = new Float64Array(80);\n  return t.length;\n}\n",
    "src/types.d.ts": "export declare const x: Float64Array;\n",
    "node_modules/dep/package.json": { name: "dep", version: "1.0.0", type: "module", exports: "./index.ts" },
    "node_modules/dep/index.ts": f("dep"),
  });
  writeFiles(folder, { "src/f.ts": `import { dep } from "dep";\n${f("f")}export const d = dep(2);\n` });
  const before = readTree(folder);
  const dependency = readFileSync(join(folder, "node_modules/dep/index.ts"), "utf8");
  const { code, stdout, stderr } = await run("ts-autofree", ["apply"], folder);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "ts-autofree: frees written into 2 files\n" });
  expect(stderr).toBe("src/plain.js left as it is: it is not TypeScript\n");
  const changed = [...readTree(folder)].filter(([name, text]) => before.get(name) !== text);
  expect(changed.map(([name]) => name)).toEqual(["src/f.ts", "src/main.ts"]);
  expect(readFileSync(join(folder, "node_modules/dep/index.ts"), "utf8")).toBe(dependency);
});

it("ts-morph is asked for where it is missing", async () => {
  const folder = makeProject(project, ["ts-autofree"]);
  const installed = join(folder, "node_modules/ts-autofree");
  cpSync(join(repository, "dist"), join(installed, "dist"), { recursive: true });
  cpSync(join(repository, "package.json"), join(installed, "package.json"));
  for (const command of ["apply", "strip"]) {
    const { code, stderr } = await runScript(join(installed, "dist/cli/main.js"), [command], { cwd: folder });
    expect(stderr).toMatch(
      /^ts-autofree: error: apply and strip need ts-morph, .*Run: npm install -D ts-morph\n$/,
    );
    expect(code).toBe(1);
  }
});

/** The command of TypeScript 7, where the operating system has one. */
function findTypeScript7(): string | null {
  try {
    const manifest = createRequire(join(repository, "index.js")).resolve("typescript-7/package.json");
    return join(dirname(manifest), "bin/tsc");
  } catch {
    return null;
  }
}

const typescript7 = findTypeScript7();

it.skipIf(typescript7 === null)("the example, applied, does by TypeScript 7 what it did", async () => {
  const folder = temporaryFolder();
  const wanted = (path: string) => !/[\\/](node_modules|out[^\\/]*)$/.test(path);
  cpSync(join(repository, "examples/spectrum"), folder, { recursive: true, filter: wanted });
  cpSync(makeProject({}), folder, { recursive: true, verbatimSymlinks: true });
  const compile = (out: string) => runScript(typescript7 ?? "", ["--outDir", out], { cwd: folder });
  const start = (out: string) => runScript(join(folder, out, "main.js"), [], { cwd: folder });
  expect(await compile("out-plain")).toEqual(quiet(""));
  expect(await run("ts-autofree", ["apply"], folder)).toEqual(
    quiet("ts-autofree: frees written into 3 files\n"),
  );
  expect(await compile("out")).toEqual(quiet(""));
  const smooth = readFileSync(join(folder, "out/smooth.js"), "utf8");
  expect(smooth).toContain("$alloc(Float64Array, n + 1)");
  expect(smooth).toContain("$free(sums);");
  const [plain, freed] = [await start("out-plain"), await start("out")];
  expect(plain.stdout).toContain("150 peaks in 50 spectra");
  expect(freed).toEqual(plain);
});

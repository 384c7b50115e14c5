/**
 * A published package that nobody here wrote: compiled with `--no-manual-free` it is byte for byte what tsc writes,
 * and with frees it is the same from the command and from tspc.
 */
import { cpSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { makeProject, readTree, repository, run, writeFiles } from "./harness.js";

const modules = join(repository, "node_modules");
const root = join(modules, "ml-spectra-processing");

function makeCopy(plugins: readonly object[]): string {
  const compilerOptions = {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    lib: ["es2023", "dom"],
    types: [],
    skipLibCheck: true,
    strict: true,
    noCheck: true,
    rewriteRelativeImportExtensions: true,
    sourceMap: true,
    rootDir: "src",
    outDir: "out",
    plugins,
  };
  const folder = makeProject({});
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies))
    symlinkSync(join(modules, name), join(folder, "node_modules", name));
  cpSync(join(root, "src"), join(folder, "src"), {
    recursive: true,
    filter: (path) => basename(path) !== "__tests__",
  });
  writeFiles(folder, { "tsconfig.json": { compilerOptions, include: ["src"] } });
  return folder;
}

it.each([
  ["under --no-manual-free is that of tsc", "tsc", ["--no-manual-free"], []],
  ["with frees is that of tspc", "tspc", [], [{ transform: "ts-autofree" }]],
] as const)("ml-spectra-processing %s", async (_name, other, flags, plugins) => {
  const [theirs, ours] = [makeCopy(plugins), makeCopy([])];
  const [expected, actual] = await Promise.all([run(other, [], theirs), run("ts-autofree", flags, ours)]);
  expect(expected).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(actual).toEqual(expected);
  const tree = readTree(join(theirs, "out"));
  expect(tree.size).toBeGreaterThan(300);
  expect([...tree.values()].some((text) => /\$free\(|\.give\(/.test(text))).toBe(other === "tspc");
  expect(readTree(join(ours, "out"))).toEqual(tree);
});

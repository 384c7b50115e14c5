/**
 * A published package that nobody here wrote, compiled with `--no-manual-free`: byte for byte what tsc writes.
 */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeProject, readTree, repository, run } from "./harness.js";

const root = join(repository, "node_modules/ml-spectra-processing");

function makeCopy(): string {
  const compilerOptions = {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    lib: ["es2023", "dom"],
    types: [],
    skipLibCheck: true,
    strict: true,
    declaration: true,
    sourceMap: true,
    rootDir: "src",
    outDir: "out",
  };
  const folder = makeProject({
    "tsconfig.json": { compilerOptions, include: ["src"], exclude: ["**/__tests__"] },
  });
  symlinkSync(join(root, "src"), join(folder, "src"));
  return folder;
}

it("ml-spectra-processing is that of tsc", async () => {
  const [plain, ours] = [makeCopy(), makeCopy()];
  const [expected, actual] = await Promise.all([
    run("tsc", ["--preserveSymlinks"], plain),
    run("ts-autofree", ["--preserveSymlinks", "--no-manual-free"], ours),
  ]);
  expect(actual).toEqual(expected);
  const tree = readTree(join(plain, "out"));
  expect(tree.size).toBeGreaterThan(300);
  expect(readTree(join(ours, "out"))).toEqual(tree);
});

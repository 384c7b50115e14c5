import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DemoFailure } from "./failure.mjs";
import { projectRoot } from "./options.mjs";

const packageFolder = path.join(projectRoot, "node_modules/ml-spectra-processing");
const tsc = path.join(projectRoot, "node_modules/typescript/lib/tsc.js");
const autofree = path.join(projectRoot, "dist/cli/main.js");

/** What a person who compiles this package would write; its own tsconfig is not in the npm package. */
const compilerOptions = {
  target: "ES2023",
  module: "NodeNext",
  lib: ["ES2024", "DOM", "DOM.Iterable"],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
  rootDir: "src",
};

/**
 * @typedef {object} CompileTimes wall-clock milliseconds, the least of all rounds
 * @property {number} plain
 * @property {number} freed
 * @property {number} ratio freed / plain
 * @property {number} rounds
 */

/** @returns {string} */
export function packageVersion() {
  requireFile(path.join(packageFolder, "package.json"), "npm ci");
  return JSON.parse(readFileSync(path.join(packageFolder, "package.json"), "utf8")).version;
}

/**
 * Compiles the package to `plain`, `freed`, `checked` and `stripped` below `out`. The sources are copied there first,
 * so that each compiler sees a user's project, not a dependency.
 *
 * @param {string} out
 * @param {number} rounds how often to compile, taking turns, for the times
 * @param {(message: string) => void} progress
 * @returns {CompileTimes}
 */
export function compilePackage(out, rounds, progress) {
  requireFile(autofree, "npm run build");
  requireFile(path.join(packageFolder, "src/index.ts"), "npm ci");
  for (const part of ["src", "plain", "freed", "checked", "stripped", "report.json"]) {
    rmSync(path.join(out, part), { recursive: true, force: true });
  }
  mkdirSync(out, { recursive: true });
  cpSync(path.join(packageFolder, "src"), path.join(out, "src"), { recursive: true });
  writeFileSync(
    path.join(out, "tsconfig.json"),
    `${JSON.stringify({ compilerOptions, include: ["src"] }, null, 2)}\n`,
  );

  let plain = Number.POSITIVE_INFINITY;
  let freed = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= rounds; round++) {
    progress(`compiling, round ${round} of ${rounds}: tsc`);
    plain = Math.min(plain, run(out, "plain", [tsc]));
    progress(`compiling, round ${round} of ${rounds}: ts-autofree`);
    freed = Math.min(freed, run(out, "freed", [autofree, "--report", path.join(out, "report.json")]));
  }
  progress("compiling: ts-autofree --checked");
  run(out, "checked", [autofree, "--checked"]);
  progress("compiling: ts-autofree --no-manual-free");
  run(out, "stripped", [autofree, "--no-manual-free"]);
  return { plain, freed, ratio: freed / plain, rounds };
}

/**
 * @param {string} out
 * @param {string} folder below `out`
 * @param {string[]} command the compiler and its own flags
 * @returns {number} milliseconds
 */
function run(out, folder, command) {
  const args = [...command, "-p", path.join(out, "tsconfig.json"), "--outDir", path.join(out, folder)];
  const start = performance.now();
  const child = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8" });
  const elapsed = performance.now() - start;
  if (child.status !== 0) {
    throw new DemoFailure(
      `Compiling failed: node ${args.join(" ")}\n${child.stdout}${child.stderr}`.trimEnd(),
    );
  }
  return elapsed;
}

/**
 * @param {string} file
 * @param {string} remedy
 */
function requireFile(file, remedy) {
  if (!existsSync(file)) {
    throw new DemoFailure(`${path.relative(projectRoot, file)} is missing: run \`${remedy}\` first.`, 2);
  }
}

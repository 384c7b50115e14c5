/**
 * Compiles a published package with tsc and with ts-autofree, runs both, and prints what freeing buffers changes.
 * Every figure printed comes from this run. See docs/demo.md.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { compilePackage, packageVersion } from "./demo/compile.mjs";
import { DemoFailure } from "./demo/failure.mjs";
import { compareFolders } from "./demo/folders.mjs";
import {
  findDifferences,
  fullScale,
  measureAllocations,
  measureChecked,
  measureTimes,
  quickScale,
} from "./demo/measure.mjs";
import { projectRoot, readOptions, usage } from "./demo/options.mjs";
import { allocationTable, checkedTable, compileTable, timeTable, verdictTables } from "./demo/table.mjs";
import { readVerdicts } from "./demo/verdicts.mjs";

/** One line that replaces itself, on a terminal only. @param {string} message */
function progress(message) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${message}`);
}

/** @param {string} text */
function print(text) {
  progress("");
  console.log(text);
}

/** @param {string} node */
function versionOf(node) {
  const child = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (child.status !== 0) throw new DemoFailure(`--node ${node} is not a node that runs.`, 2);
  return child.stdout.trim();
}

/** @param {import("./demo/options.mjs").DemoOptions} options */
function run(options) {
  const { out, quick, node } = options;
  const version = packageVersion();
  const nodeVersion = versionOf(node);
  print(`ml-spectra-processing ${version}, Node ${nodeVersion}, ${availableParallelism()} cores\n`);

  const compile = options.compile ? compilePackage(out, quick ? 1 : 3, progress) : null;
  requireCompiled(out);
  const verdicts = readVerdicts(path.join(out, "report.json"));
  print(`${verdictTables(verdicts)}\n`);
  if (compile !== null) print(`${compileTable(compile)}\n`);

  const stripped = compareFolders(path.join(out, "plain"), path.join(out, "stripped"));
  print(describeStripped(stripped));

  const scale = quick ? quickScale : fullScale;
  const context = { node, out, progress };
  const { allocations, results: counted } = measureAllocations(scale, context);
  const countedDifferences = findDifferences(counted);
  print(describeResults(countedDifferences));
  print(`\n${allocationTable(allocations)}\n`);
  // The time that a wrong result takes says nothing.
  const timed = countedDifferences.length === 0 ? measureTimes(scale, context) : null;
  if (timed !== null) print(`${timeTable(timed.measurements)}\n`);

  const checked = countedDifferences.length === 0 ? measureChecked(scale, context) : null;
  if (checked !== null) print(`${checkedTable(checked.costs)}\n`);

  const later = [...(timed?.results ?? []), ...(checked?.results ?? [])];
  const differences = [...countedDifferences, ...findDifferences(later)];
  return {
    package: `ml-spectra-processing@${version}`,
    node: nodeVersion,
    quick,
    verdicts,
    compile,
    stripped,
    results: { equal: differences.length === 0, differences },
    allocations,
    measurements: timed?.measurements ?? [],
    checked: checked?.costs ?? [],
  };
}

/** @param {string} out */
function requireCompiled(out) {
  for (const part of ["plain", "freed", "checked", "stripped"]) {
    if (!existsSync(path.join(out, part))) {
      const where = path.relative(projectRoot, path.join(out, part));
      throw new DemoFailure(`${where} is missing: run without --no-compile first.`, 2);
    }
  }
}

/** @param {import("./demo/folders.mjs").FolderComparison} comparison */
function describeStripped({ files, different }) {
  if (different.length === 0) return `--no-manual-free: ${files} files, byte for byte those of tsc`;
  return `--no-manual-free: ${different.length} of ${files} files DIFFER from those of tsc:\n  ${different.join("\n  ")}`;
}

/** @param {string[]} differences */
function describeResults(differences) {
  if (differences.length === 0) return "results: equal, bit for bit";
  return `results: DIFFERENT\n  ${differences.join("\n  ")}`;
}

/** @param {string[]} args */
function main(args) {
  const options = readOptions(args);
  if (options.help) return console.log(usage);
  const figures = run(options);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  if (!figures.results.equal) {
    throw new DemoFailure(`The versions differ in: ${figures.results.differences.join("; ")}.`);
  }
  if (figures.stripped.different.length > 0) {
    throw new DemoFailure("With --no-manual-free the output is not that of tsc.");
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof DemoFailure)) throw error;
  progress("");
  console.error(error.message);
  process.exitCode = error.exitCode;
}

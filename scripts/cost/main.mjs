/**
 * Measures what our passes add to the compiler's own time, on projects of different sizes. See docs/cost.md.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { layOut } from "../demo/table.mjs";
import { findProjects, layOutCopies } from "./projects.mjs";

const usage = `Usage: npm run cost -- --work DIR [options] [CHECKOUT ...]

  --work DIR     where the checkouts are, and copies are made
  CHECKOUT       a folder in DIR with a tsconfig.json and src, to measure beside ml-spectra-processing
  --runs N       measure each project N times and take the least (default 3)
  --copies N     the larger size: so many copies of the sources as one program (default 3)
  --only NAME    measure this project alone
  --write        put the table into docs/cost.md`;

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = path.join(root, "docs/cost.md");
const passes = [
  "findFunctions",
  "lowering",
  "analysis",
  "planning",
  "link",
  "report",
  "edits",
  "emit",
  "rest",
];

/** @typedef {import("./measure.mjs").Figures} Figures */

/**
 * The least time of each kind in several runs.
 *
 * @param {string} tsconfig
 * @param {number} runs
 * @returns {Figures}
 */
function measure(tsconfig, runs) {
  const script = path.join(root, "scripts/cost/measure.mjs");
  /** @type {Figures[]} */
  const all = [];
  for (let run = 1; run <= runs; run++) {
    const output = execFileSync(process.execPath, ["--stack-size=4000", script, tsconfig], {
      encoding: "utf8",
    });
    all.push(JSON.parse(output));
  }
  const best = all.reduce((a, b) => (b.ours < a.ours ? b : a));
  return { ...best, tsc: Math.min(...all.map((each) => each.tsc)) };
}

/** @param {number} ms */
const seconds = (ms) => (ms / 1000).toFixed(2);

/**
 * @param {string} name
 * @param {Figures} figures
 */
function row(name, figures) {
  const { files, lines, tsc, ours, sites, freed } = figures;
  return [
    name,
    String(files),
    String(lines),
    `${freed}/${sites}`,
    seconds(tsc),
    seconds(ours),
    `${((ours / tsc) * 100).toFixed(1)} %`,
    ((ours / lines) * 1000).toFixed(0),
    ...passes.map((pass) => (figures.passes[pass] ?? 0).toFixed(0)),
  ];
}

/** @param {string[][]} rows */
function table(rows) {
  const header = ["project", "files", "lines", "freed", "tsc s", "ours s", "share", "µs/line"];
  return layOut([...header, ...passes], rows);
}

/** Replaces the block between the page's marks. @param {string} text */
function writePage(text) {
  const machine = `Node ${process.version}, ${availableParallelism()} cores`;
  const block = `<!-- measured -->\n\n${machine}:\n\n\`\`\`text\n${text}\n\`\`\`\n\n<!-- /measured -->`;
  const before = readFileSync(page, "utf8");
  writeFileSync(
    page,
    before.replace(/<!-- measured -->[\s\S]*<!-- \/measured -->/, () => block),
  );
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      work: { type: "string" },
      runs: { type: "string", default: "3" },
      copies: { type: "string", default: "3" },
      only: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  if (values.work === undefined) throw new Error(`--work is missing.\n\n${usage}`);
  const work = path.resolve(values.work);
  mkdirSync(work, { recursive: true });
  const rows = [];
  for (const project of findProjects(work, positionals)) {
    if (values.only !== undefined && project.name !== values.only) continue;
    for (const copies of [1, Number(values.copies)]) {
      process.stderr.write(`${project.name}, ${copies} times\n`);
      const figures = measure(layOutCopies(work, project, copies), Number(values.runs));
      rows.push(row(copies === 1 ? project.name : `  ${copies} copies`, figures));
    }
  }
  console.log(table(rows));
  if (values.write) writePage(table(rows));
}

try {
  main();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exitCode = 1;
}

/** Compiles the kernels: `plain` and `preallocated` by tsc, and `plain` by ts-autofree with each set of options. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const tsc = path.join(root, "node_modules/typescript/lib/tsc.js");
const autofree = path.join(root, "dist/cli/main.js");

/**
 * @typedef {object} Version
 * @property {string} name as it is shown
 * @property {string} folder of its output
 * @property {"plain" | "preallocated"} source
 * @property {readonly string[] | null} flags of ts-autofree; `null` for tsc
 *
 * @typedef {{ verdict: string, file: string }} Site
 */

/** @type {readonly Version[]} */
export const byTsc = [
  { name: "preallocated", folder: "preallocated", source: "preallocated", flags: null },
  { name: "plain", folder: "plain", source: "plain", flags: null },
];

/**
 * @param {{ name: string, flags: readonly string[] }} build
 * @param {number} index
 * @returns {Version}
 */
export function versionOf({ name, flags }, index) {
  return { name, folder: `freed-${index}`, source: "plain", flags };
}

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  strict: true,
  types: ["node"],
  lib: ["es2023"],
};

/**
 * @param {string} work the folder for the output
 * @param {readonly Version[]} versions
 * @returns {Map<string, readonly Site[]>} by version, the sites of those that ts-autofree compiled
 */
export function compileKernels(work, versions) {
  if (!existsSync(autofree)) throw new Error(`${autofree} is missing: run \`npm run build\` first.`);
  mkdirSync(work, { recursive: true });
  /** @type {Map<string, readonly Site[]>} */
  const sites = new Map();
  for (const { name, folder, source, flags } of versions) {
    const at = path.join(work, folder);
    rmSync(at, { recursive: true, force: true });
    cpSync(path.join(import.meta.dirname, source), path.join(at, "src"), { recursive: true });
    const own = { rootDir: "src", outDir: "out", typeRoots: [path.join(root, "node_modules/@types")] };
    const config = { compilerOptions: { ...compilerOptions, ...own }, include: ["src"] };
    writeFileSync(path.join(at, "tsconfig.json"), JSON.stringify(config));
    const report = path.join(at, "report.json");
    const command = flags === null ? [tsc] : [autofree, ...flags, "--report", report];
    const run = spawnSync(process.execPath, [...command, "-p", at], { cwd: root, encoding: "utf8" });
    if (run.status !== 0) throw new Error(`"${name}" did not compile:\n${run.stdout}${run.stderr}`);
    if (flags !== null) sites.set(name, readSites(report));
  }
  return sites;
}

/** @param {string} report @returns {Site[]} */
function readSites(report) {
  const { sites } = JSON.parse(readFileSync(report, "utf8"));
  return sites.map((/** @type {Site} */ { verdict, file }) => ({ verdict, file: path.basename(file) }));
}

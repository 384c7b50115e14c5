/**
 * Ten kernels written plainly, beside the same with scratch that is preallocated by hand: `npm run bench:kernels -- --help`.
 *
 * Versions take turns, each run in a process of its own; all must return the same, bit for bit. Times are the CPU time of all threads,
 * the least of the rounds.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { byTsc, compileKernels, versionOf } from "./compile.mjs";
import { documentTables, keepTable } from "./document.mjs";
import { kernels as allKernels } from "./kernels.mjs";
import { readOptions, usage, WrongOption } from "./options.mjs";
import { formatTable } from "./table.mjs";

/** Below the project, so that compiled code finds `ts-autofree/runtime`. */
const work = path.resolve(import.meta.dirname, "../../out/kernels");
const heaps = [
  { heap: "empty", liveObjects: 0 },
  { heap: "200 MB", liveObjects: 2_000_000 },
];
const isFreed = (/** @type {string} */ verdict) => ["freed", "static", "scalar"].includes(verdict);
const progress = (/** @type {string} */ message) => void (process.stderr.isTTY && console.error(message));

/** @param {import("./options.mjs").Options} options */
function main({ nodes, kernels, rounds, seconds, builds, docs }) {
  const versions = [...byTsc, ...builds.map(versionOf)];
  progress("compiling");
  const sites = compileKernels(work, versions);
  const ownSites = sites.get(builds[0].name) ?? [];
  for (const { path: node, version } of nodes) {
    /** @type {Map<string, import("./table.mjs").Counted>} */
    const counted = new Map();
    const measured = kernels.flatMap((kernel) => {
      const own = ownSites.filter(({ file }) => kernel.files.includes(file));
      const freed = own.filter(({ verdict }) => isFreed(verdict)).length;
      const { bytes, result } = countBytes(node, kernel.name, versions);
      counted.set(kernel.name, { bytes, sites: { freed, all: own.length } });
      return heaps.map(({ heap, liveObjects }) => {
        progress(`Node ${version}: ${kernel.name}, ${heap} heap`);
        const how = { seconds, liveObjects, rounds, result };
        return { kernel: kernel.name, heap, rounds: measure(node, kernel.name, versions, how) };
      });
    });
    const table = formatTable(version, measured, { counted, builds: builds.map(({ name }) => name) });
    console.log(`\n${table.trimEnd()}`);
    if (kernels.length === allKernels.length) keepTable(work, version, table);
  }
  if (docs) documentTables(work);
}

/**
 * @param {string} node
 * @param {string} kernel
 * @param {readonly import("./compile.mjs").Version[]} versions
 */
function countBytes(node, kernel, versions) {
  /** @type {Record<string, number>} */
  const bytes = {};
  let result = "";
  for (const version of versions) {
    const run = child(node, version, { kernel, counts: true, seconds: 0, liveObjects: 0 });
    result ||= run.result;
    requireEqual(kernel, version.name, { result, own: run.result });
    bytes[version.name] = run.bytes;
  }
  return { bytes, result };
}

/**
 * @param {string} node
 * @param {string} kernel
 * @param {readonly import("./compile.mjs").Version[]} versions
 * @param {{ seconds: number, liveObjects: number, rounds: number, result: string }} how
 */
function measure(node, kernel, versions, { seconds, liveObjects, rounds, result }) {
  /** @type {Record<string, import("./run.mjs").Result[]>} */
  const results = Object.fromEntries(versions.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Who comes first changes, so that nobody always follows the same neighbour.
    for (let i = 0; i < versions.length; i++) {
      const version = versions[(i + round) % versions.length];
      const run = child(node, version, { kernel, counts: false, seconds, liveObjects });
      requireEqual(kernel, version.name, { result, own: run.result });
      results[version.name].push(run);
    }
  }
  return results;
}

/** @param {string} kernel @param {string} version @param {{ result: string, own: string }} results */
function requireEqual(kernel, version, { result, own }) {
  if (own !== result)
    throw new Error(`${kernel}: "${version}" returns something else than "${byTsc[0].name}".`);
}

/**
 * @param {string} node
 * @param {import("./compile.mjs").Version} version
 * @param {Omit<import("./run.mjs").Request, "folder">} request
 * @returns {import("./run.mjs").Result}
 */
function child(node, { name, folder }, request) {
  const argument = JSON.stringify({ ...request, folder: path.join(work, folder, "out") });
  const args = ["--expose-gc", path.join(import.meta.dirname, "run.mjs"), argument];
  const run = spawnSync(node, args, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${request.kernel}, "${name}", failed:\n${run.stderr}`);
  return JSON.parse(run.stdout);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") console.log(usage);
  else main(options);
} catch (error) {
  if (!(error instanceof WrongOption)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/**
 * Runs one kernel in one version, in a process of its own. The argument is a `Request` as JSON, the output a `Result`.
 *
 * @typedef {object} Request
 * @property {string} folder of the compiled modules
 * @property {string} kernel
 * @property {boolean} counts count the bytes in array buffers, in place of measuring time
 * @property {number} seconds of CPU time to measure
 * @property {number} liveObjects small objects that stay reachable
 *
 * @typedef {object} Result
 * @property {string} result a hash of what the kernel returns for all inputs
 * @property {number} us CPU time of all threads for one call, in microseconds
 * @property {number} leastUs the same in that block of some milliseconds in which it is least: what other work on the machine disturbs least
 * @property {number} wallUs
 * @property {number} minor collections for a call
 * @property {number} major
 * @property {number} bytes in array buffers for a call, where they are counted
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { interceptConstructors, takeCount } from "../../scripts/demo/buffer-counter.mjs";
import { fingerprint } from "../../scripts/demo/fingerprint.mjs";
import { makeLiveObjects, observeCollections } from "../../scripts/demo/observe.mjs";
import { inputsOf, kernels } from "./kernels.mjs";

/** @param {Request} request */
async function main({ folder, kernel: name, counts, seconds, liveObjects }) {
  const kernel = kernels.find((each) => each.name === name);
  if (!kernel) throw new Error(`there is no kernel "${name}"`);
  const inputs = inputsOf(kernel);
  if (counts) interceptConstructors();
  const run = await load(folder, kernel);
  const figures = counts ? count(inputs, run) : await time(inputs, run, { seconds, liveObjects });
  return { ...figures, result: hashOf(inputs, run) };
}

/**
 * @param {string} folder
 * @param {import("./kernels.mjs").Kernel} kernel
 * @returns {Promise<(...input: any[]) => unknown>}
 */
async function load(folder, kernel) {
  const module = await import(pathToFileURL(path.join(folder, `${kernel.module}.js`)).href);
  return module[kernel.function];
}

/** Of the results for all inputs, and of the inputs afterwards. @param {any[][]} inputs @param {(...input: any[]) => unknown} run */
function hashOf(inputs, run) {
  return fingerprint([inputs.map((input) => run(...input)), inputs]);
}

/** By kernel, a hash of what it returns; no time is measured. @param {string} folder of the compiled modules */
export async function resultsOf(folder) {
  /** @type {Record<string, string[]>} */
  const results = {};
  for (const kernel of kernels) {
    const inputs = inputsOf(kernel);
    const run = await load(folder, kernel);
    // The second time buffers are recycled.
    results[kernel.name] = [hashOf(inputs, run), hashOf(inputs, run)];
  }
  return results;
}

/** @param {any[][]} inputs @param {(...input: any[]) => unknown} run */
function count(inputs, run) {
  for (const input of inputs) run(...input);
  takeCount();
  for (const input of inputs) run(...input);
  return { bytes: takeCount().bytes / inputs.length };
}

/**
 * @param {any[][]} inputs
 * @param {(...input: any[]) => unknown} run
 * @param {{ seconds: number, liveObjects: number }} how
 */
async function time(inputs, run, { seconds, liveObjects }) {
  const live = makeLiveObjects(liveObjects);
  spend(seconds / 2, inputs, run);
  globalThis.gc?.();
  const collections = observeCollections();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { calls, leastUs } = spend(seconds, inputs, run);
  const end = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  const { minor, major } = await collections(start, end);
  if (live.length !== liveObjects) throw new Error("keeps them alive until here");
  return {
    us: (user + system) / calls,
    leastUs,
    wallUs: ((end - start) * 1000) / calls,
    minor: minor / calls,
    major: major / calls,
  };
}

/** CPU time of a block, in microseconds. */
const blockUs = 10_000;

/**
 * Calls until that much CPU time was spent, so that a busy machine changes little; or five times as long has passed.
 *
 * @param {number} seconds
 * @param {any[][]} inputs
 * @param {(...input: any[]) => unknown} run
 * @returns {{ calls: number, leastUs: number }} how many calls, and the CPU time for one in the block in which that is least
 */
function spend(seconds, inputs, run) {
  const end = performance.now() + seconds * 5000;
  let calls = 0;
  let leastUs = Number.POSITIVE_INFINITY;
  for (let spent = 0; spent < seconds * 1e6 && performance.now() < end; ) {
    const block = spendBlock(inputs, run);
    spent += block.us;
    calls += block.calls;
    leastUs = Math.min(leastUs, block.us / block.calls);
  }
  return { calls, leastUs };
}

/** @param {any[][]} inputs @param {(...input: any[]) => unknown} run */
function spendBlock(inputs, run) {
  const cpu = process.cpuUsage();
  for (let calls = 0; ; ) {
    for (let i = 0; i < inputs.length; i++) run(...inputs[i]);
    calls += inputs.length;
    const { user, system } = process.cpuUsage(cpu);
    if (user + system >= blockUs) return { calls, us: user + system };
  }
}

if (process.argv[1] === import.meta.filename)
  console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? "{}"))));

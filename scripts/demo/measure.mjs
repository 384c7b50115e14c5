import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { DemoFailure } from "./failure.mjs";

/**
 * @typedef {import("./workloads.mjs").TimedRun} TimedRun
 * @typedef {import("./workloads.mjs").CountedRun} CountedRun
 *
 * @typedef {object} Scale how much to run
 * @property {number} rounds child processes per version, workload and heap
 * @property {number} warmup iterations
 * @property {number} factor of each workload's own number of timed iterations
 * @property {number} countedIterations
 * @property {number[]} liveObjects one measurement for each
 *
 * @typedef {object} Figures of one version; the median of the rounds unless said otherwise
 * @property {number} msPerIteration
 * @property {number} minMsPerIteration the least of the rounds
 * @property {number} cpuMsPerIteration
 * @property {number} minorCollections
 * @property {number} majorCollections
 * @property {number} pauseMs
 * @property {number} peakRssBytes
 *
 * @typedef {object} Measurement
 * @property {string} workload
 * @property {number} iterations that the collections and pauses are for
 * @property {number} liveObjects
 * @property {number} heapBytes of the JavaScript heap before the first iteration, in the plain version
 * @property {Figures} plain
 * @property {Figures} freed
 * @property {Record<keyof Figures, number | null>} ratio freed / plain; null where plain is 0
 *
 * @typedef {object} CheckedCost the least of the rounds, milliseconds per iteration
 * @property {string} workload
 * @property {number} plain
 * @property {number} checked
 * @property {number} ratio checked / plain
 *
 * @typedef {object} Outcome
 * @property {string} what was computed
 * @property {string} result its fingerprint
 *
 * @typedef {object} Allocation
 * @property {string} workload
 * @property {Omit<CountedRun, "result">} plain
 * @property {Omit<CountedRun, "result">} freed
 * @property {{ bytesPerIteration: number | null, buffersPerIteration: number | null }} ratio
 */

/** Timed iterations: about half a second each. */
const timedIterations = { smoothing: 24, phasing: 12, alignment: 24 };

const versions = /** @type {const} */ (["plain", "freed"]);

/** @type {Scale} */
export const fullScale = {
  rounds: 4,
  warmup: 4,
  factor: 1,
  countedIterations: 8,
  liveObjects: [0, 2_000_000],
};

/** @type {Scale} */
export const quickScale = { rounds: 1, warmup: 1, factor: 0.25, countedIterations: 5, liveObjects: [0] };

/**
 * @typedef {object} RunContext
 * @property {string} node
 * @property {string} out the folder with `plain`, `freed` and `checked`
 * @property {(message: string) => void} progress
 */

/**
 * Runs each workload on both versions with its allocations counted, untimed.
 *
 * @param {Scale} scale
 * @param {RunContext} context
 */
export function measureAllocations(scale, context) {
  /** @type {Outcome[]} */
  const results = [];
  /** @type {Allocation[]} */
  const allocations = [];
  for (const workload of Object.keys(timedIterations)) {
    context.progress(`${workload}: counting allocations and comparing results`);
    const [plain, freed] = versions.map((version) => {
      const run = /** @type {CountedRun} */ (
        runChild(
          context,
          version,
          { workload, mode: "count", iterations: scale.countedIterations, liveObjects: 0 },
          1,
        )
      );
      const { result, ...figures } = run;
      results.push({ what: `${workload}, all iterations`, result: result });
      return figures;
    });
    allocations.push({ workload, plain, freed, ratio: divide(freed, plain) });
  }
  return { allocations, results };
}

/**
 * Times each workload on both versions, which take turns: whatever else the machine does meets both.
 *
 * @param {Scale} scale
 * @param {RunContext} context
 */
export function measureTimes(scale, context) {
  /** @type {Outcome[]} */
  const results = [];
  /** @type {Measurement[]} */
  const measurements = [];
  for (const liveObjects of scale.liveObjects) {
    for (const [workload, fullIterations] of Object.entries(timedIterations)) {
      const iterations = Math.ceil(fullIterations * scale.factor);
      /** @type {{ plain: TimedRun[], freed: TimedRun[] }} */
      const runs = { plain: [], freed: [] };
      for (let round = 0; round < scale.rounds; round++) {
        const heap = liveObjects === 0 ? "empty heap" : `${liveObjects} live objects`;
        context.progress(`${workload}, ${heap}: timing, round ${round + 1} of ${scale.rounds}`);
        for (const version of round % 2 === 0 ? versions : [...versions].reverse()) {
          const request = { workload, mode: "time", iterations, liveObjects };
          const run = /** @type {TimedRun} */ (runChild(context, version, request, scale.warmup));
          results.push({ what: `${workload}, last of ${iterations} iterations`, result: run.result });
          runs[version].push(run);
        }
      }
      measurements.push({ workload, iterations, liveObjects, ...summarize(runs) });
    }
  }
  return { measurements, results };
}

/** @param {{ plain: TimedRun[], freed: TimedRun[] }} runs */
function summarize(runs) {
  const plain = figuresOf(runs.plain);
  const freed = figuresOf(runs.freed);
  return {
    heapBytes: median(runs.plain.map((run) => run.heapBytes)),
    plain,
    freed,
    ratio: divide(freed, plain),
  };
}

/**
 * What the checked build costs, beside plain, with an empty heap.
 *
 * @param {Scale} scale
 * @param {RunContext} context
 * @returns {{ costs: CheckedCost[], results: Outcome[] }}
 */
export function measureChecked(scale, context) {
  /** @type {Outcome[]} */
  const results = [];
  const costs = Object.entries(timedIterations).map(([workload, fullIterations]) => {
    const iterations = Math.ceil(fullIterations * scale.factor);
    /** @type {Record<string, number[]>} */
    const times = { plain: [], checked: [] };
    for (let round = 0; round < scale.rounds; round++) {
      for (const version of Object.keys(times)) {
        context.progress(`${workload}, ${version}: timing, round ${round + 1} of ${scale.rounds}`);
        const request = { workload, mode: "time", iterations, liveObjects: 0 };
        const run = /** @type {TimedRun} */ (runChild(context, version, request, scale.warmup));
        results.push({ what: `${workload}, last of ${iterations} iterations`, result: run.result });
        times[version].push(run.msPerIteration);
      }
    }
    const [plain, checked] = [times.plain, times.checked].map((each) => Math.min(...each));
    return { workload, plain, checked, ratio: checked / plain };
  });
  return { costs, results };
}

/**
 * @param {TimedRun[]} runs
 * @returns {Figures}
 */
function figuresOf(runs) {
  const middle = (/** @type {keyof Omit<TimedRun, "result">} */ key) => median(runs.map((run) => run[key]));
  return {
    msPerIteration: middle("msPerIteration"),
    minMsPerIteration: Math.min(...runs.map((run) => run.msPerIteration)),
    cpuMsPerIteration: middle("cpuMsPerIteration"),
    minorCollections: middle("minorCollections"),
    majorCollections: middle("majorCollections"),
    pauseMs: middle("pauseMs"),
    peakRssBytes: middle("peakRssBytes"),
  };
}

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @template {Record<string, number>} T
 * @param {T} freed
 * @param {T} plain
 * @returns {Record<keyof T, number | null>}
 */
function divide(freed, plain) {
  const ratios = Object.keys(plain).map((key) => [key, plain[key] === 0 ? null : freed[key] / plain[key]]);
  return Object.fromEntries(ratios);
}

/**
 * @param {Outcome[]} outcomes
 * @returns {string[]} everything that did not come out the same in every run of every version; empty when all is well
 */
export function findDifferences(outcomes) {
  const expected = new Map();
  const different = new Set();
  for (const { what, result } of outcomes) {
    if (!expected.has(what)) expected.set(what, result);
    else if (expected.get(what) !== result) different.add(what);
  }
  return [...different];
}

/**
 * @param {RunContext} context
 * @param {string} version
 * @param {{ workload: string, mode: string, iterations: number, liveObjects: number }} request
 * @param {number} warmup
 */
function runChild({ node, out }, version, request, warmup) {
  const script = fileURLToPath(new URL("./workloads.mjs", import.meta.url));
  const argument = JSON.stringify({ folder: path.join(out, version), warmup, ...request });
  const child = spawnSync(node, ["--expose-gc", script, argument], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.error !== undefined) throw new DemoFailure(`Cannot run ${node}: ${child.error.message}.`, 2);
  if (child.status !== 0) {
    const how = child.signal === null ? `exit code ${child.status}` : child.signal;
    throw new DemoFailure(
      `${request.workload} failed in the ${version} version (${how}):\n${child.stderr}`.trimEnd(),
    );
  }
  return JSON.parse(child.stdout);
}

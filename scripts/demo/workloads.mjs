/**
 * The program that `measure.mjs` runs in a child process: one workload over one compiled copy of the package.
 * Its only argument is a `WorkloadRequest` as JSON; its output is a `TimedRun` or `CountedRun` as JSON.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fingerprint } from "./fingerprint.mjs";
import { forgetPeakRss, makeLiveObjects, observeCollections, readPeakRss } from "./observe.mjs";
import { inductionDecay, intensitySpectrum, peakLists } from "./spectra.mjs";

/**
 * @typedef {object} WorkloadRequest
 * @property {string} folder the compiled package
 * @property {string} workload
 * @property {"time" | "count"} mode
 * @property {number} iterations
 * @property {number} warmup iterations before those
 * @property {number} liveObjects small objects that stay reachable meanwhile
 *
 * @typedef {object} TimedRun
 * @property {number} msPerIteration wall clock
 * @property {number} cpuMsPerIteration of all threads, the collector's among them
 * @property {number} minorCollections in all timed iterations
 * @property {number} majorCollections
 * @property {number} pauseMs the sum of the collector's pauses in all timed iterations
 * @property {number} peakRssBytes of the whole process; on Linux without the start and the making of the live objects
 * @property {number} heapBytes JavaScript heap in use before the first iteration
 * @property {string} result fingerprint of the last result
 *
 * @typedef {object} CountedRun
 * @property {number} bytesPerIteration allocated in array buffers
 * @property {number} buffersPerIteration
 * @property {string} result fingerprint of all results, each taken at once and again at the end, and of the inputs
 */

/** So many inputs take turns: what an iteration left behind must not pass for the result of the next. */
const INPUTS = 4;

/** @typedef {{ inputs: any[], run: (input: any) => unknown }} Workload */

/** @type {Record<string, (load: (module: string) => Promise<any>) => Promise<Workload>>} */
const workloads = {
  async smoothing(load) {
    const { xWhittakerSmoother } = await load("x/index.js");
    return {
      inputs: Array.from({ length: INPUTS }, (_, i) => intensitySpectrum(100 + i, 16_384)),
      run: (y) => xWhittakerSmoother(y),
    };
  },
  async phasing(load) {
    const { reimFFT, reimAutoPhaseCorrection } = await load("reim/index.js");
    return {
      inputs: Array.from({ length: INPUTS }, (_, i) => inductionDecay(200 + i, 65_536)),
      run: (decay) => reimAutoPhaseCorrection(reimFFT(decay, { applyZeroShift: true })),
    };
  },
  async alignment(load) {
    const { xyArrayAlign, xyArrayAlignByIntensity } = await load("xyArray/index.js");
    return {
      inputs: Array.from({ length: INPUTS }, (_, i) => peakLists(300 + i, 12, 4_096)),
      run: (spectra) => [
        xyArrayAlign(spectra, { delta: 0.1 }),
        xyArrayAlignByIntensity(spectra, { delta: 0.1 }),
      ],
    };
  },
};

/**
 * @param {Workload} workload
 * @param {WorkloadRequest} request
 * @returns {Promise<TimedRun>}
 */
async function time({ inputs, run }, { warmup, iterations, liveObjects }) {
  const live = makeLiveObjects(liveObjects);
  globalThis.gc?.();
  forgetPeakRss();
  const collections = observeCollections();
  for (let i = 0; i < warmup; i++) run(inputs[i % inputs.length]);
  globalThis.gc?.();
  const heapBytes = process.memoryUsage().heapUsed;

  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let result;
  for (let i = 0; i < iterations; i++) result = run(inputs[i % inputs.length]);
  const end = performance.now();
  const cpu = process.cpuUsage(cpuBefore);

  const peakRssBytes = readPeakRss();
  const { minor, major, pauseMs } = await collections(start, end);
  if (live.length !== liveObjects) throw new Error("unreachable: keeps the objects alive until here");
  return {
    msPerIteration: (end - start) / iterations,
    cpuMsPerIteration: (cpu.user + cpu.system) / 1000 / iterations,
    minorCollections: minor,
    majorCollections: major,
    pauseMs,
    peakRssBytes,
    heapBytes,
    result: fingerprint(result),
  };
}

/**
 * @param {Workload} workload
 * @param {WorkloadRequest} request
 * @param {() => { buffers: number, bytes: number }} takeCount
 * @returns {CountedRun}
 */
function countAllocations({ inputs, run }, { warmup, iterations }, takeCount) {
  const results = [];
  const fingerprints = [];
  let bytes = 0;
  let buffers = 0;
  for (let i = 0; i < warmup + iterations; i++) {
    takeCount();
    const result = run(inputs[i % inputs.length]);
    const taken = takeCount();
    if (i >= warmup) {
      bytes += taken.bytes;
      buffers += taken.buffers;
    }
    results.push(result);
    fingerprints.push(fingerprint(result));
  }
  return {
    bytesPerIteration: bytes / iterations,
    buffersPerIteration: buffers / iterations,
    result: fingerprint([fingerprints, results, inputs]),
  };
}

/** @param {WorkloadRequest} request */
async function main(request) {
  const load = (/** @type {string} */ module) =>
    import(pathToFileURL(path.join(request.folder, module)).href);
  const prepare = workloads[request.workload];
  if (prepare === undefined) throw new Error(`no workload ${request.workload}`);
  if (request.mode === "time") return time(await prepare(load), request);

  const { interceptConstructors, takeCount } = await import("./buffer-counter.mjs");
  interceptConstructors();
  return countAllocations(await prepare(load), request, takeCount);
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? "{}"))));

/**
 * What is run of each package, on inputs made from seeds. Runs in a child process; its only argument is a `Request` as JSON.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { interceptConstructors, takeCount } from "../../scripts/demo/buffer-counter.mjs";
import { fingerprint } from "../../scripts/demo/fingerprint.mjs";
import {
  forgetPeakRss,
  makeLiveObjects,
  observeCollections,
  readPeakRss,
} from "../../scripts/demo/observe.mjs";
import { inductionDecay, intensitySpectrum, peakLists } from "../../scripts/demo/spectra.mjs";

/**
 * @typedef {object} Request
 * @property {string} work
 * @property {string} version
 * @property {string} workload
 * @property {boolean} counts count bytes in place of measuring time
 * @property {number} seconds about how long to run
 * @property {number} liveObjects
 *
 * @typedef {{ inputs: any[], run: (input: any) => unknown }} Workload `run` may return a promise
 */

/** @param {number} length @param {number} seed */
function noise(length, seed) {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Text-like: a few letters, many repeats. @param {number} length @param {number} seed */
function prose(length, seed) {
  const bytes = noise(length, seed);
  for (let i = 40; i < length; i++)
    bytes[i] = bytes[i] > 90 ? bytes[i - 1 - (bytes[i] % 37)] : 97 + (bytes[i] % 16);
  return bytes;
}

/** Bars and a little noise, so that there are edges. @param {number} width @param {number} height @param {number} seed */
function greyShapes(width, height, seed) {
  const bytes = noise(width * height, seed);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInside = (x + seed * 7) % 64 < 24 !== (y + (x >> 2)) % 80 < 40;
      bytes[y * width + x] = (isInside ? 180 : 40) + (bytes[y * width + x] >> 4);
    }
  }
  return bytes;
}

/** @param {(seed: number) => any} make */
const four = (make) => [1, 2, 3, 4].map(make);

/** By name, the package and what to do with it. @type {Record<string, { in: string, of: (load: (module: string) => Promise<any>) => Promise<Workload> }>} */
export const workloads = {
  "Whittaker smoothing, 16k": {
    in: "spectra",
    async of(load) {
      const { xWhittakerSmoother } = await load("index.js");
      return { inputs: four((i) => intensitySpectrum(100 + i, 16_384)), run: (y) => xWhittakerSmoother(y) };
    },
  },
  "FFT and phase correction, 64k": {
    in: "spectra",
    async of(load) {
      const { reimFFT, reimAutoPhaseCorrection } = await load("index.js");
      return {
        inputs: four((i) => inductionDecay(200 + i, 65_536)),
        run: (decay) => reimAutoPhaseCorrection(reimFFT(decay, { applyZeroShift: true })),
      };
    },
  },
  "alignment of 12 spectra": {
    in: "spectra",
    async of(load) {
      const { xyArrayAlign } = await load("index.js");
      return {
        inputs: four((i) => peakLists(300 + i, 12, 4_096)),
        run: (spectra) => xyArrayAlign(spectra, { delta: 0.1 }),
      };
    },
  },
  "ML-KEM-768": {
    in: "pq",
    async of(load) {
      const { ml_kem768 } = await load("ml-kem.js");
      return {
        inputs: four((i) => ({ seed: noise(64, i), message: noise(32, i + 9) })),
        run({ seed, message }) {
          const { publicKey, secretKey } = ml_kem768.keygen(seed);
          const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, message);
          return [sharedSecret, ml_kem768.decapsulate(cipherText, secretKey)];
        },
      };
    },
  },
  "ML-DSA-65": {
    in: "pq",
    async of(load) {
      const { ml_dsa65 } = await load("ml-dsa.js");
      return {
        inputs: four((i) => ({ seed: noise(32, i), message: noise(200, i + 9) })),
        run({ seed, message }) {
          const { publicKey, secretKey } = ml_dsa65.keygen(seed);
          const signature = ml_dsa65.sign(message, secretKey, { extraEntropy: false });
          return [signature, ml_dsa65.verify(signature, message, publicKey)];
        },
      };
    },
  },
  "PNG encode and decode, 512 × 512": {
    in: "png",
    async of(load) {
      const { encode, decode } = await load("index.js");
      return {
        inputs: four((i) => ({ width: 512, height: 512, channels: 3, data: prose(512 * 512 * 3, i) })),
        run: (image) => decode(encode(image)).data,
      };
    },
  },
  "gzip of 100 × 4 KB": {
    in: "fflate",
    async of(load) {
      const { gzipSync } = await load("index.js");
      return {
        inputs: four((i) => Array.from({ length: 100 }, (_, k) => prose(4096, i * 1000 + k))),
        run: (messages) => messages.map((each) => gzipSync(each, { mtime: 0 })),
      };
    },
  },
  "Canny edges, 256 × 256": {
    in: "image",
    async of(load) {
      const { Image } = await load("index.js");
      return {
        inputs: four((i) => greyShapes(256, 256, i)),
        run: (data) =>
          new Image(256, 256, { colorModel: "GREY", data }).cannyEdgeDetector().getRawImage().data,
      };
    },
  },
  "Gaussian blur, 256 × 256": {
    in: "image",
    async of(load) {
      const { Image } = await load("index.js");
      return {
        inputs: four((i) => greyShapes(256 * 3, 256, i)),
        run: (data) =>
          new Image(256, 256, { colorModel: "RGB", data }).gaussianBlur({ sigma: 2, size: 9 }).getRawImage()
            .data,
      };
    },
  },
  "compressed PLY of 5000 splats": {
    in: "splat",
    async of(load) {
      const { writeCompressedPly, MemoryFileSystem, Column, DataTable } = await load("index.js");
      const names =
        "x y z scale_0 scale_1 scale_2 f_dc_0 f_dc_1 f_dc_2 opacity rot_0 rot_1 rot_2 rot_3".split(" ");
      return {
        inputs: four((i) =>
          names.map((_, k) => Float32Array.from(noise(5000, 20 * i + k), (x) => x / 64 - 2)),
        ),
        async run(columns) {
          const dataTable = new DataTable(columns.map((data, k) => new Column(names[k], data)));
          const files = new MemoryFileSystem();
          await writeCompressedPly({ filename: "splats.ply", dataTable }, files);
          return files.results.get("splats.ply");
        },
      };
    },
  },
};

/** @param {Request} request */
async function main({ work, version, workload, counts, seconds, liveObjects }) {
  const { in: name, of } = workloads[workload];
  if (counts) interceptConstructors();
  const load = (/** @type {string} */ module) =>
    import(pathToFileURL(path.join(work, name, version, module)).href);
  const { inputs, run } = await of(load);
  return counts ? count(inputs, run) : time(inputs, run, { seconds, liveObjects });
}

/** @param {any[]} inputs @param {(input: any) => unknown} run */
async function count(inputs, run) {
  for (const input of inputs) await run(input);
  takeCount();
  const outcomes = [];
  for (const input of inputs) outcomes.push(await run(input));
  const { bytes, buffers } = takeCount();
  return {
    bytes: bytes / inputs.length,
    buffers: buffers / inputs.length,
    result: fingerprint([outcomes, inputs]),
  };
}

/** @param {any[]} inputs @param {(input: any) => unknown} run @param {{ seconds: number, liveObjects: number }} how */
async function time(inputs, run, { seconds, liveObjects }) {
  const live = makeLiveObjects(liveObjects);
  const warmEnd = performance.now() + seconds * 400;
  const first = run(inputs[0]);
  const isAsync = first instanceof Promise;
  await first;
  for (let i = 0; performance.now() < warmEnd; i++) {
    const done = run(inputs[i % inputs.length]);
    if (isAsync) await done;
  }
  globalThis.gc?.();
  forgetPeakRss();
  const collections = observeCollections();
  const faults = process.resourceUsage().minorPageFault;
  const cpu = process.cpuUsage();
  const start = performance.now();
  let iterations = 0;
  let result;
  let leastMs = Number.POSITIVE_INFINITY;
  let end = start;
  for (; end < start + seconds * 1000; iterations++) {
    result = run(inputs[iterations % inputs.length]);
    if (isAsync) await result;
    const before = end;
    end = performance.now();
    leastMs = Math.min(leastMs, end - before);
  }
  const { user, system } = process.cpuUsage(cpu);
  const pageFaults = (process.resourceUsage().minorPageFault - faults) / iterations;
  const peakRss = readPeakRss();
  const { minor, major, pauseMs } = await collections(start, end);
  if (live.length !== liveObjects || result === undefined) throw new Error("keeps both alive until here");
  return {
    ms: (end - start) / iterations,
    leastMs,
    cpuMs: (user + system) / 1000 / iterations,
    minor: minor / iterations,
    major: major / iterations,
    pauseMs: pauseMs / iterations,
    pageFaults,
    peakRss,
  };
}

if (process.argv[1] === import.meta.filename)
  console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? "{}"))));

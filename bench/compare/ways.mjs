/**
 * The ways of getting a temporary, each in a process of its own. The argument is a request as JSON, the output a result as JSON.
 *
 * @typedef {object} Request
 * @property {string} way
 * @property {number} n elements
 * @property {number} times iterations
 * @property {number} live small objects that stay reachable
 * @property {string} folder of the compiled kernel: `plain` and `freed` below it
 *
 * @typedef {object} Result
 * @property {number} ns an iteration, the least of the rounds, and of as many more as take 0.3 seconds
 * @property {number} minor collections in the five rounds
 * @property {number} major
 * @property {number} peakMb the most memory that the process held
 */
import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** @type {Request} */
const { way, n, times, live, folder } = JSON.parse(process.argv[2]);
const rounds = 5;

/** @param {string} version */
const kernel = (version) => import(pathToFileURL(`${folder}/${version}/kernel.js`).href);

/** @type {Record<string, () => Promise<(n: number, times: number) => number>>} */
const ways = {
  async plain() {
    return (await kernel("plain")).temporaries;
  },
  async freed() {
    return (await kernel("freed")).temporaries;
  },
  async calls() {
    return (await kernel("freed")).calls;
  },
  async "by hand"() {
    const { work } = await kernel("plain");
    return (n, times) => {
      const a = new Float64Array(n);
      let total = 0;
      for (let i = 0; i < times; i++) total += work(a);
      return total;
    };
  },
  async uninitialized() {
    const { work } = await kernel("plain");
    const { allocUninitialized, unsafeFree } = await import("ts-autofree/runtime");
    return (n, times) => {
      let total = 0;
      for (let i = 0; i < times; i++) {
        const a = allocUninitialized(Float64Array, n);
        total += work(a);
        unsafeFree(a);
      }
      return total;
    };
  },
  async "typedarray-pool"() {
    const { work } = await kernel("plain");
    const { default: pool } = await import("typedarray-pool");
    return (n, times) => {
      let total = 0;
      for (let i = 0; i < times; i++) {
        // Its buffers are as long as the next power of two; all sizes here are one.
        const a = pool.mallocDouble(n);
        total += work(a);
        pool.freeDouble(a);
      }
      return total;
    };
  },
  async "thi.ng"() {
    const { work } = await kernel("plain");
    const { MemPool } = await import("@thi.ng/malloc");
    const pool = new MemPool({ size: Math.max(1 << 16, n * 8 * 2 + 4096) });
    return (n, times) => {
      let total = 0;
      for (let i = 0; i < times; i++) {
        const a = pool.mallocAs("f64", n);
        total += work(a);
        pool.free(a);
      }
      return total;
    };
  },
};

const run = await ways[way]();
const kept = [];
for (let i = 0; i < live; i++) kept.push({ i, next: null });

let minor = 0;
let major = 0;
const observer = new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) {
    if (detail.kind === 1) minor++;
    else if (detail.kind === 4) major++;
  }
});
const expected = (n * (n - 1)) / 2;
if (run(n, Math.ceil(times / 4)) !== expected * Math.ceil(times / 4))
  throw new Error(`${way} computes wrongly`);
run(n, Math.ceil(times / 4));
await delay(1);
observer.observe({ entryTypes: ["gc"] });
let ns = Number.POSITIVE_INFINITY;
const time = () => {
  const start = performance.now();
  run(n, times);
  ns = Math.min(ns, ((performance.now() - start) / times) * 1e6);
};
for (let round = 0; round < rounds; round++) time();
await delay(1);
observer.disconnect();
// Small sizes take some milliseconds: other work on the machine is long beside that.
for (const end = performance.now() + 300; performance.now() < end; ) time();
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ ns, minor, major, peakMb, kept: kept.length }));

/**
 * What a temporary costs: allocate n elements of Float64Array, write and sum them, let go. Per iteration, as a ratio to a
 * buffer allocated once by hand; the least of many runs of each way, taken in turns.
 *
 * Run after `npm run build`: node bench/runtime/loop.mjs
 */
const { alloc, allocUninitialized, unsafeFree, trim } = await import("../../dist/runtime/index.js");

function work(a) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) a[i] = i;
  for (let i = 0; i < a.length; i++) sum += a[i];
  return sum;
}

let sink = 0;
const ways = {
  "by hand": (n, times) => {
    const a = new Float64Array(n);
    for (let i = 0; i < times; i++) sink += work(a);
  },
  new: (n, times) => {
    for (let i = 0; i < times; i++) sink += work(new Float64Array(n));
  },
  alloc: (n, times) => {
    for (let i = 0; i < times; i++) {
      const a = alloc(Float64Array, n);
      sink += work(a);
      unsafeFree(a);
    }
  },
  uninitialized: (n, times) => {
    for (let i = 0; i < times; i++) {
      const a = allocUninitialized(Float64Array, n);
      sink += work(a);
      unsafeFree(a);
    }
  },
};

const rounds = Number(process.argv[2] ?? 15);
console.log(`Node ${process.version}; ns by hand, then ratios to it`);
console.log(["elements", "by hand", "new", "alloc", "uninitialized"].map((s) => s.padStart(14)).join(""));
for (const n of [4, 9, 16, 32, 64, 128, 512, 2048, 8192, 32768, 131072, 1 << 19, 1 << 20]) {
  const times = Math.max(2, Math.min(100_000, Math.round(4e6 / n)));
  const best = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      way(n, times);
      best[name] = Math.min(best[name] ?? Infinity, ((performance.now() - start) / times) * 1e6);
    }
  }
  const base = best["by hand"];
  const ratios = ["new", "alloc", "uninitialized"].map((name) => (best[name] / base).toFixed(2));
  console.log([n, base.toFixed(0), ...ratios].map((s) => String(s).padStart(14)).join(""));
  trim();
}
if (Number.isNaN(sink)) console.log(sink);

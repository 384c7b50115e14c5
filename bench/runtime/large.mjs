/**
 * Large zeroed temporaries: fresh pages from the system, or recycled and filled with zeros? µs per iteration, dense use (every
 * element written) and sparse use (one element in each 64 KiB). The collector's share is in "new".
 *
 * Run: node bench/runtime/large.mjs
 */
const sizes = [64 << 10, 256 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20, 15 << 20];
const uses = {
  dense: (a) => {
    for (let i = 0; i < a.length; i++) a[i] = i;
  },
  sparse: (a) => {
    for (let i = 0; i < a.length; i += 8192) a[i] = i;
  },
};
const rounds = Number(process.argv[2] ?? 7);
console.log(`Node ${process.version}; µs`);
console.log(
  ["KiB", "dense new", "dense zeroed", "dense as is", "sparse new", "sparse zeroed"]
    .map((s) => s.padStart(14))
    .join(""),
);
for (const size of sizes) {
  const held = new Float64Array(size / 8);
  const times = Math.max(8, Math.min(2000, Math.round((64 << 20) / size)));
  const best = {};
  const time = (name, run) => {
    const start = performance.now();
    for (let i = 0; i < times; i++) run();
    best[name] = Math.min(best[name] ?? Infinity, ((performance.now() - start) / times) * 1e3);
  };
  for (let round = 0; round < rounds; round++) {
    for (const [name, use] of Object.entries(uses)) {
      time(`${name} new`, () => use(new Float64Array(size / 8)));
      time(`${name} zeroed`, () => use(held.fill(0)));
      time(`${name} as is`, () => use(held));
    }
  }
  const row = ["dense new", "dense zeroed", "dense as is", "sparse new", "sparse zeroed"].map((k) =>
    best[k].toFixed(1),
  );
  console.log([size >> 10, ...row].map((s) => String(s).padStart(14)).join(""));
}

/**
 * What the calls themselves cost: one alloc and one free of a 128-byte buffer, ns, beside `new`. "several kinds" is the same
 * after the program has used all kinds and many lengths, as a real one has; "nested" has four buffers out at a time.
 *
 * Run after `npm run build`: node bench/runtime/pair.mjs
 */
const { alloc, allocUninitialized, unsafeFree } = await import("../../dist/runtime/index.js");

const kinds = [Float64Array, Uint8Array, Int32Array, Float32Array, Uint16Array, Int8Array];
const times = 300_000;
let sink = 0;
const cases = {
  new: () => {
    for (let i = 0; i < times; i++) sink += new Float64Array(16)[0];
  },
  "new, 64 bytes": () => {
    for (let i = 0; i < times; i++) sink += new Float64Array(8)[0];
  },
  "alloc, unsafeFree": () => {
    for (let i = 0; i < times; i++) {
      const a = alloc(Float64Array, 16);
      sink += a[0];
      unsafeFree(a);
    }
  },
  "allocUninitialized, unsafeFree": () => {
    for (let i = 0; i < times; i++) {
      const a = allocUninitialized(Float64Array, 16);
      sink += a[0];
      unsafeFree(a);
    }
  },
  "the same, nested": () => {
    for (let i = 0; i < times; i += 4) {
      const a = allocUninitialized(Float64Array, 16);
      const b = allocUninitialized(Float64Array, 17);
      const c = allocUninitialized(Float64Array, 16);
      const d = allocUninitialized(Float64Array, 18);
      sink += a[0] + b[0] + c[0] + d[0];
      unsafeFree(d);
      unsafeFree(c);
      unsafeFree(b);
      unsafeFree(a);
    }
  },
  "the same, several kinds": () => {
    for (let i = 0; i < times; i++) {
      const a = allocUninitialized(kinds[i % 6], 128);
      sink += a[0];
      unsafeFree(a);
    }
  },
  "alloc, unsafeFree, 64 bytes": () => {
    for (let i = 0; i < times; i++) {
      const a = alloc(Float64Array, 8);
      sink += a[0];
      unsafeFree(a);
    }
  },
  "unsafeFree by another view": () => {
    for (let i = 0; i < times; i++) {
      const a = allocUninitialized(Float64Array, 16);
      unsafeFree(a.buffer);
    }
  },
  "unsafeFree of foreign views": () => {
    for (let i = 0; i < times; i++) unsafeFree(new Float64Array(16));
  },
};

for (const bytes of [256, 512, 1024]) {
  cases[`new, ${bytes} bytes`] = () => {
    for (let i = 0; i < times; i++) sink += new Float64Array(bytes / 8)[0];
  };
  cases[`alloc, unsafeFree, ${bytes} bytes`] = () => {
    for (let i = 0; i < times; i++) {
      const a = alloc(Float64Array, bytes / 8);
      sink += a[0];
      unsafeFree(a);
    }
  };
}

const rounds = Number(process.argv[2] ?? 15);
const best = {};
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(cases)) {
    const start = performance.now();
    run();
    best[name] = Math.min(best[name] ?? Infinity, ((performance.now() - start) / times) * 1e6);
  }
}
console.log(`Node ${process.version}`);
for (const [name, ns] of Object.entries(best)) console.log(name.padEnd(34), ns.toFixed(1).padStart(8), "ns");
if (Number.isNaN(sink)) console.log(sink);

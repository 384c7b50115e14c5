/**
 * Ten million mixed allocs and frees of random kinds and sizes, also double frees, frees by other views and frees that
 * are forgotten: the budget has to hold, resident memory to stay flat, live contents to stay intact.
 *
 * Run after `npm run build`: node bench/runtime/soak.mjs [operations]
 */
const { alloc, configure, stats, unsafeFree } = await import("../../dist/runtime/index.js");

const operations = Number(process.argv[2] ?? 10_000_000);
const maxBytes = 8 << 20;
configure({ maxBytes });
const kinds = [Float64Array, Uint8Array, Int32Array, Float32Array, Uint16Array, ArrayBuffer];
let seed = 12345;
const random = (n) => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % n;
};

const bytes = (x) => (x instanceof ArrayBuffer ? new Uint8Array(x) : x);
const live = [];
const rss = [];
for (let i = 0; i < operations; i++) {
  if (live.length < 200 || (live.length < 400 && random(2) === 0)) {
    const length = random(100) === 0 ? 1 + random(100_000) : 1 + random(300) * (1 + random(4));
    const x = alloc(kinds[random(kinds.length)], length);
    const view = bytes(x);
    if (view[0] !== 0 || view[view.length - 1] !== 0) throw new Error("not zeroed");
    const mark = 1 + (i % 100);
    view[0] = mark;
    view[view.length - 1] = mark;
    live.push({ x, mark });
  } else {
    const at = random(live.length);
    const { x, mark } = live[at];
    live[at] = live[live.length - 1];
    live.pop();
    const view = bytes(x);
    if (view[0] !== mark || view[view.length - 1] !== mark) throw new Error("contents changed");
    const how = random(20);
    if (how === 0) continue; // forgotten
    unsafeFree(how === 1 ? (x.buffer ?? x) : x);
    if (how === 2) unsafeFree(x);
  }
  if (i % (operations / 10) === 0) {
    const { bytesHeld } = stats();
    if (bytesHeld > maxBytes) throw new Error("over budget");
    rss.push(Math.round(process.memoryUsage().rss / 2 ** 20));
  }
}
const { allocs, recycled, freed, peakBytesHeld } = stats();
console.log(`Node ${process.version}`, { operations, allocs, recycled, freed, peakBytesHeld });
console.log("resident MB, at each tenth:", rss.join(" "));

/**
 * What to do with a large buffer that was freed: drop it, detach it, hold it weakly, or hold it. Forty temporaries of 16 or 100 MB
 * in a row, written all over; ms an iteration, collections, memory at its peak and a moment after the last.
 *
 * Run: node bench/runtime/give-back.mjs [--live]
 */
import { spawnSync } from "node:child_process";
import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const times = 40;

/** @type {Record<string, (bytes: number) => { take(): Float64Array, give(a: Float64Array): void }>} */
const ways = {
  drop: (bytes) => ({ take: () => new Float64Array(bytes / 8), give: () => {} }),
  detach: (bytes) => ({
    take: () => new Float64Array(bytes / 8),
    give: (a) => void (/** @type {any} */ (a.buffer).transfer(0)),
  }),
  weak: (bytes) => {
    /** @type {WeakRef<Float64Array> | undefined} */
    let held;
    return {
      take: () => held?.deref()?.fill(0) ?? new Float64Array(bytes / 8),
      give: (a) => {
        if (held?.deref() !== a) held = new WeakRef(a);
      },
    };
  },
  hold: (bytes) => {
    /** @type {Float64Array | undefined} */
    let held;
    return {
      take: () => held?.fill(0) ?? new Float64Array(bytes / 8),
      give: (a) => {
        held = a;
      },
    };
  },
};

async function child(way, bytes, live) {
  const kept = [];
  for (let i = 0; i < live; i++) kept.push({ i, next: null });
  if (way === "detach" && !("transfer" in ArrayBuffer.prototype)) return null;
  let minor = 0;
  let major = 0;
  new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) detail.kind === 1 ? minor++ : detail.kind === 4 && major++;
  }).observe({ entryTypes: ["gc"] });
  const { take, give } = ways[way](bytes);
  let sum = 0;
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    const a = take();
    for (let j = 0; j < a.length; j += 64) a[j] = j;
    sum += a[64];
    give(a);
  }
  const ms = (performance.now() - start) / times;
  await delay(200);
  const peak = process.resourceUsage().maxRSS / 1024;
  const after = process.memoryUsage.rss() / 2 ** 20;
  return { ms, minor, major, peak, after, sum, kept: kept.length };
}

if (process.argv[2] === "child") {
  const [, , , way, bytes, live] = process.argv;
  console.log(JSON.stringify(await child(way, Number(bytes), Number(live))));
} else {
  const live = process.argv.includes("--live") ? 2_000_000 : 0;
  console.log(`Node ${process.version}, ${live ? "200 MB live heap" : "empty heap"}`);
  for (const mb of [16, 100]) {
    for (const way of Object.keys(ways)) {
      const runs = [0, 1, 2].map(() => {
        const args = [fileURLToPath(import.meta.url), "child", way, String(mb << 20), String(live)];
        return JSON.parse(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout);
      });
      if (runs[0] === null) continue;
      const best = (key) => Math.min(...runs.map((run) => run[key]));
      console.log(
        `${mb} MB ${way.padEnd(7)} ${best("ms").toFixed(1).padStart(7)} ms, collections ${runs[0].minor}, ${runs[0].major}; peak ${best("peak").toFixed(0)} MB, after ${best("after").toFixed(0)} MB`,
      );
    }
  }
}

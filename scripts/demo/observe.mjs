/** What a process that is measured finds out about itself. */
import { readFileSync, writeFileSync } from "node:fs";
import { constants, PerformanceObserver } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

/**
 * @param {number} count
 * @returns {object[]} about 100 bytes each
 */
export function makeLiveObjects(count) {
  return Array.from({ length: count }, (_, i) => ({ id: i, value: i * 0.5, tag: { index: i } }));
}

/** Starts to observe; the function returned sums up what happened between two points in time. */
export function observeCollections() {
  /** @type {any[]} */
  const entries = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });

  return async (/** @type {number} */ from, /** @type {number} */ to) => {
    await delay(20); // entries are delivered by the event loop
    observer.disconnect();
    const during = entries.filter((entry) => entry.startTime >= from && entry.startTime < to);
    const ofKind = (/** @type {number} */ kind) =>
      during.filter((entry) => entry.detail.kind === kind).length;
    return {
      minor: ofKind(constants.NODE_PERFORMANCE_GC_MINOR),
      major: ofKind(constants.NODE_PERFORMANCE_GC_MAJOR),
      pauseMs: during.reduce((sum, entry) => sum + entry.duration, 0),
    };
  };
}

/** Makes Linux take the peak from here on; elsewhere it stays that of the whole life of the process. */
export function forgetPeakRss() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // not Linux, or not allowed
  }
}

/** On Linux not `maxRSS`: that of a child starts at the peak of the process that started it. */
export function readPeakRss() {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    if (peak !== null) return Number(peak[1]) * 1024;
  } catch {
    // not Linux
  }
  return process.resourceUsage().maxRSS * 1024;
}

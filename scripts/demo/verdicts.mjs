import { existsSync, readFileSync } from "node:fs";
import { DemoFailure } from "./failure.mjs";

/**
 * @typedef {object} Verdicts
 * @property {number} sites
 * @property {Record<string, number>} counts by verdict
 * @property {Record<string, number>} keptReasons by reason, most frequent first
 */

/**
 * @param {string} reportFile
 * @returns {Verdicts}
 */
export function readVerdicts(reportFile) {
  if (!existsSync(reportFile)) throw new DemoFailure(`ts-autofree wrote no report to ${reportFile}.`);
  const { sites } = JSON.parse(readFileSync(reportFile, "utf8"));
  return countVerdicts(sites);
}

/**
 * @param {{ verdict: string, reason: string | null }[]} sites
 * @returns {Verdicts}
 */
export function countVerdicts(sites) {
  const kept = sites.filter((site) => site.verdict === "kept");
  return {
    sites: sites.length,
    counts: countBy(sites.map((site) => site.verdict)),
    keptReasons: countBy(kept.map((site) => site.reason ?? "no reason given")),
  };
}

/** @param {string[]} names */
function countBy(names) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])));
}

/**
 * What is known of each allocation site and each free that did nothing: the report at the end.
 *
 * Idea: counters by place. What is left to the collector at a site is what was born there less what was freed.
 *
 * Invariants:
 * - A buffer is counted once when born and at most once when freed, at the site where it was born.
 *
 * Example (`AUTOFREE_LEFT=1`):
 * ```text
 * ts-autofree: 2 sites left 1.2 MB to the collector in 300 buffers; 40 were freed
 *     1.2 MB     299  src/fft.ts:40:15
 *      800 B       1  src/main.ts:3:9
 * ```
 */
import type { CannotFreeReason } from "../api.js";
import { describePlace, type Place, type ProcessLike } from "./positions.js";

/** An allocation site, by its place. */
export class Site {
  count = 0;
  bytes = 0;
  freed = 0;
  freedBytes = 0;
  constructor(readonly place: string) {}
}

interface Refusal {
  readonly place: string;
  readonly reason: string;
  count: number;
}

const sites = new Map<string, Site>();
const refusals = new Map<string, Refusal>();

/** The site at a place. */
export function siteAt(place: string): Site {
  let site = sites.get(place);
  if (site === undefined) {
    site = new Site(place);
    sites.set(place, site);
  }
  return site;
}

/** Counts a free that did nothing. */
export function noteRefusal(at: Place, reason: CannotFreeReason): void {
  const place = describePlace(at);
  const key = `${place} ${reason}`;
  const known = refusals.get(key);
  if (known) known.count++;
  else refusals.set(key, { place, reason, count: 1 });
}

export interface Ledger {
  /** Sites with buffers that were left to the collector, most bytes first. */
  readonly left: readonly { readonly site: string; readonly bytes: number; readonly count: number }[];
  readonly freed: number;
  /** Frees that did nothing. */
  readonly refused: readonly { readonly free: string; readonly reason: string; readonly count: number }[];
}

export function readLedger(): Ledger {
  const left = [...sites.values()]
    .map(({ place, count, bytes, freed, freedBytes }) => ({
      site: place,
      bytes: bytes - freedBytes,
      count: count - freed,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.bytes - a.bytes);
  let freed = 0;
  for (const site of sites.values()) freed += site.freed;
  const refused = [...refusals.values()].map(({ place, reason, count }) => ({ free: place, reason, count }));
  return { left, freed, refused };
}

/** The report as text. */
export function renderLedger({ left, freed, refused }: Ledger): string {
  const sum = (key: "bytes" | "count") => left.reduce((total, each) => total + each[key], 0);
  const lines = [
    `ts-autofree: ${left.length} sites left ${size(sum("bytes"))} to the collector in ${sum("count")} buffers; ${freed} were freed`,
    ...left.map(
      ({ site, bytes, count }) => `${size(bytes).padStart(10)} ${String(count).padStart(8)}  ${site}`,
    ),
  ];
  if (refused.length > 0) {
    lines.push("ts-autofree: frees that did nothing");
    for (const { free, reason, count } of refused)
      lines.push(`${String(count).padStart(10)}  ${free}  ${reason}`);
  }
  return `${lines.join("\n")}\n`;
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Writes the report to where the environment asks for it: `1` for standard error, or a file whose name ends in `.json`. */
export function deliverLedger(to: string): void {
  const { process } = globalThis as { process?: ProcessLike };
  const ledger = readLedger();
  if (!to.endsWith(".json")) {
    process?.stderr?.write(renderLedger(ledger));
    return;
  }
  const fs = process?.getBuiltinModule?.("node:fs") as { writeFileSync(file: string, text: string): void };
  fs.writeFileSync(to, `${JSON.stringify(ledger, null, 2)}\n`);
}

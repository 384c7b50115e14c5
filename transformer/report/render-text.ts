/**
 * The report as a compiler prints notes: one line a site, then the way by which its buffer escapes, then totals.
 */
import { adviceOn, ownerPhrase } from "../plan/reasons.js";
import {
  type PathStep,
  type Reason,
  type Report,
  type SiteReport,
  type Verdict,
  verdicts,
} from "./report.js";

export interface TextStyle {
  /** Escape codes for a terminal. */
  readonly colors: boolean;
}

const verdictColors: Readonly<Record<Verdict, number>> = {
  freed: 32,
  static: 32,
  scalar: 32,
  partial: 33,
  kept: 31,
};

/**
 * Renders a report for people.
 *
 * ```text
 * src/fft.ts:40:15 kept: Float64Array new Float64Array(n) is returned by twiddles (returned)
 *     src/fft.ts:44:3 returned by `twiddles`
 * ```
 */
export function renderText(report: Report, style: TextStyle): string {
  const paint = painter(style);
  const lines = report.sites.flatMap((site) => siteLines(site, paint));
  const suspects = report.suspects.flatMap((each) => [
    `${paint(`${each.file}:${each.line}:${each.column}`, 36)} ${paint("suspect", each.certain ? 31 : 33)}: ${each.text}`,
    ...each.path.map((step) => stepLine(step, paint)),
  ]);
  return `${[...lines, ...suspects, ...summaryLines(report)].join("\n")}\n`;
}

/** What has become better than it was in the baseline; nothing where nothing has. */
export function renderImproved(improved: readonly SiteReport[]): string {
  if (improved.length === 0) return "";
  const lines = improved.map(
    (site) => `    ${site.file}:${site.line}:${site.column} ${site.verdict}: ${site.expression}`,
  );
  const count = `${improved.length} ${improved.length === 1 ? "site is" : "sites are"}`;
  return `\n${count} better than in the baseline; --update-baseline keeps that:\n${lines.join("\n")}\n`;
}

/** Colours a text, with the code of a terminal. */
export type Paint = (text: string, code: number) => string;

export function painter({ colors }: TextStyle): Paint {
  return (text, code) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
}

/** A site and the way by which its buffer escapes. */
export function siteLines(site: SiteReport, paint: Paint): string[] {
  return [siteLine(site, paint), ...site.path.map((step) => stepLine(step, paint))];
}

function siteLine(site: SiteReport, paint: Paint): string {
  const place = paint(`${site.file}:${site.line}:${site.column}`, 36);
  const verdict = paint(site.verdict, verdictColors[site.verdict]);
  return `${place} ${verdict}: ${site.type} ${site.expression} ${fateOf(site)}`;
}

function stepLine(step: PathStep, paint: Paint): string {
  return `    ${paint(`${step.file}:${step.line}:${step.column}`, 36)} ${step.why}`;
}

function fateOf(site: SiteReport): string {
  const owner = site.function === "<module>" ? "the module's top level" : site.function;
  const frees = `${placesOf(site)} in ${owner}`;
  switch (site.verdict) {
    case "freed":
      return `is freed ${frees}${site.elided ? ", not zeroed" : ""}${site.reused ? ", reused by the next iteration" : ""}`;
    case "partial":
      return `is freed on some paths only, ${frees}${site.reason ? `: elsewhere it ${keptPhrase(site, owner)}` : ""}`;
    case "static":
      return `is one buffer of the module, allocated once, in ${owner}`;
    case "scalar":
      return `is kept in local variables, in ${owner}`;
    case "kept":
      return keptPhrase(site, owner);
  }
}

function placesOf(site: SiteReport): string {
  if (site.frees.length === 0) return "where it dies";
  return `at ${site.frees.map((free) => `${free.file ?? ""}${free.file ? ":" : ""}${free.line}:${free.column}`).join(", ")}`;
}

function keptPhrase({ reason }: SiteReport, owner: string): string {
  return reason === null ? `is left to the collector, in ${owner}` : ownerPhrase(reason, owner);
}

function summaryLines(report: Report): string[] {
  const { totals, hidden = 0 } = report;
  const left = hidden > 0 ? `; ${hidden} more ${hidden === 1 ? "is" : "are"} hidden by filters` : "";
  if (totals.sites === 0) return [`0 allocation sites${left}`];
  const counts = verdicts
    .filter((verdict) => totals[verdict] > 0)
    .map((verdict) => `${totals[verdict]} ${verdict}`);
  const reasons = new Map<Reason | "other", number>();
  for (const site of report.sites) {
    if (site.verdict === "kept")
      reasons.set(site.reason ?? "other", (reasons.get(site.reason ?? "other") ?? 0) + 1);
  }
  const ranked = [...reasons].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const head = `${totals.sites} allocation ${totals.sites === 1 ? "site" : "sites"}: ${counts.join(", ")}${left}`;
  return [
    "",
    head,
    ...ranked.flatMap(([reason, count]) => [`    kept, ${reason}: ${count}`, ...helpLine(reason)]),
  ];
}

function helpLine(reason: Reason | "other"): string[] {
  const help = reason === "other" ? null : adviceOn(reason);
  return help === null ? [] : [`        what helps: ${help}`];
}

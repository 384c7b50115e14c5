/**
 * Leaves out of a report what `--explain` is not asked about. The totals are those of what is left, and `hidden` says how many
 * sites are not.
 *
 * A site is shown if it passes each filter that is set, and a filter that has several values is passed by any of them.
 */
import { relative, resolve, sep } from "node:path";
import type { Options } from "../options.js";
import { type Reason, type Report, type SiteReport, type Verdict, verdicts } from "./report.js";

/** What to show; a list that is empty lets everything through. */
export interface SiteFilter {
  /** Paths, folders or patterns, relative to the project's root. */
  readonly files: readonly string[];
  readonly functions: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly reasons: readonly Reason[];
}

/**
 * The filter that the options ask for.
 *
 * @param options as they were resolved
 * @param places a path may be named from the project's root and from the current folder
 */
export function filterOf(
  { explainFile, explainFunction, explainVerdict, explainReason }: Options,
  { root, cwd }: { readonly root: string; readonly cwd: string },
): SiteFilter {
  const fromHere = (path: string): string => relative(root, resolve(cwd, path)).split(sep).join("/");
  const files = explainFile.flatMap((path) => (path.includes("/") ? [path, fromHere(path)] : [path]));
  return { files, functions: explainFunction, verdicts: explainVerdict, reasons: explainReason };
}

/**
 * The report of the sites that pass a filter.
 *
 * @param report any report
 * @param filter what is left in it
 * @returns the very report if the filter is empty
 *
 * @example
 * filterReport(report, { files: ["src/fft.ts"], functions: [], verdicts: ["kept"], reasons: [] });
 */
export function filterReport(report: Report, filter: SiteFilter): Report {
  const { files, functions, verdicts: shown, reasons } = filter;
  if (files.length + functions.length + shown.length + reasons.length === 0) return report;
  const patterns = files.map(patternOf);
  const inFiles = (file: string): boolean =>
    patterns.length === 0 || patterns.some((pattern) => pattern.test(file));
  const sites = report.sites.filter(
    (site) =>
      inFiles(site.file) &&
      (functions.length === 0 || functions.includes(site.function)) &&
      (shown.length === 0 || shown.includes(site.verdict)) &&
      (reasons.length === 0 || (site.reason !== null && reasons.includes(site.reason))),
  );
  const places = new Set(
    sites.flatMap((site) =>
      site.frees.map((free) => `${free.file ?? site.file}:${free.line}:${free.column}`),
    ),
  );
  // A handwritten free has neither function nor verdict.
  const onlyFiles = functions.length + shown.length + reasons.length === 0;
  return {
    ...report,
    sites,
    frees: report.frees.filter(({ file, line, column }) => places.has(`${file}:${line}:${column}`)),
    suspects: onlyFiles ? report.suspects.filter(({ file }) => inFiles(file)) : [],
    hidden: report.sites.length - sites.length,
    totals: countSites(sites),
  };
}

/** The totals of a list of sites. */
export function countSites(sites: readonly SiteReport[]): Report["totals"] {
  const totals = { sites: sites.length, freed: 0, partial: 0, static: 0, scalar: 0, kept: 0 };
  for (const verdict of verdicts) totals[verdict] = sites.filter((site) => site.verdict === verdict).length;
  return totals;
}

/**
 * What a path or pattern stands for: `*` and `?` don't cross a `/`, `**` does. A folder stands for all that is in it, and a name
 * without `/` for files of that name in any folder.
 */
function patternOf(text: string): RegExp {
  const path = text.replace(/^\.\//, "").replace(/\/+$/, "");
  const anywhere = path.includes("/") || path === "" ? "" : "(?:.*/)?";
  const body = path.replace(/\*\*\/|\*\*|[*?]|[^*?]+/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  const inFolder = path === "." || path === "" ? ".*" : `${body}(?:/.*)?`;
  return new RegExp(`^${anywhere}${inFolder}$`);
}

/**
 * Brings reports to where the user asked for them: the terminal, a file, or both.
 *
 * A run that builds several projects (`-b`) has one report for each: on the terminal one after the other, in
 * the file together.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import type { Options } from "../options.js";
import type { SiteDescription } from "./describe-site.js";
import { filterOf, filterReport } from "./filter-report.js";
import type { PageFile } from "./html/page-data.js";
import { renderHtml } from "./html/render-html.js";
import { renderDescriptions } from "./render-description.js";
import { renderJson } from "./render-json.js";
import { renderImproved, renderText } from "./render-text.js";
import type { Report, SiteReport } from "./report.js";

/** A report and the folder that its paths are relative to. */
export interface RootedReport {
  readonly root: string;
  readonly report: Report;
}

/** The same with what the page shows besides; empty where no page is asked for. */
interface FiledReport extends RootedReport {
  readonly files: readonly PageFile[];
}

/** Reports of this run, by the file they go to and the project they are of. */
const delivered = new Map<string, Map<string, FiledReport>>();

let described = false;

/** Whether a place was explained in this run: one project of several has it. */
export function hasDescribed(): boolean {
  return described;
}

/**
 * Prints and writes a report as the options ask.
 *
 * @param request `project` tells this project from the others of the run: its tsconfig, or its folder; `collectFiles` is asked for
 *   the files only where a page is to show them
 */
export function deliverReport(request: {
  readonly project: string;
  readonly root: string;
  readonly report: Report;
  readonly options: Options;
  /** What is said of the place that `explain` names, if it names one. */
  readonly descriptions: readonly SiteDescription[] | null;
  /** Sites that are better than in the baseline. */
  readonly improved: readonly SiteReport[];
  readonly collectFiles: () => readonly PageFile[];
}): void {
  const { project, root, report, options } = request;
  const explained = filterReport(report, filterOf(options, { root, cwd: process.cwd() }));
  const toPage = options.report?.endsWith(".html") ?? false;
  const files = toPage || options.explain === "html" ? request.collectFiles() : [];
  const style = { colors: wantsColors(process.stdout.isTTY === true, process.env) };
  if (options.explain === "text")
    process.stdout.write(renderText(explained, style) + renderImproved(request.improved));
  if (request.descriptions) {
    described = true;
    process.stdout.write(renderDescriptions(request.descriptions, style));
  }
  if (options.explain === "json") process.stdout.write(renderJson(explained));
  if (options.explain === "html") process.stdout.write(renderHtml({ report: explained, files }));
  if (options.report === null) return;
  const reports = delivered.get(options.report) ?? new Map<string, FiledReport>();
  delivered.set(options.report, reports);
  reports.set(project, { root, report, files });
  const all = [...reports.values()];
  const merged = mergeReports(all);
  const text = toPage ? renderHtml({ report: merged, files: mergeFiles(all) }) : renderJson(merged);
  mkdirSync(dirname(options.report), { recursive: true });
  writeFileSync(options.report, text);
}

/** The files of several reports, named as {@link mergeReports} names them. */
function mergeFiles(reports: readonly FiledReport[]): readonly PageFile[] {
  const [first, ...others] = reports;
  if (first && others.length === 0) return first.files;
  const base = commonFolder(reports.map(({ root }) => root));
  const found = new Map<string, PageFile>();
  for (const { root, files } of reports) {
    for (const each of files.map((file) => rebaseFile(file, root, base))) found.set(each.file, each);
  }
  return [...found.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/**
 * Whether to colour what goes to the terminal: `NO_COLOR` forbids it, `FORCE_COLOR` (but for 0) asks for it in a pipe too.
 *
 * @example
 * wantsColors(false, { FORCE_COLOR: "1" }); // true
 */
export function wantsColors(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (environment.NO_COLOR) return false;
  const { FORCE_COLOR: force } = environment;
  if (force === "0" || force === "false") return false;
  return force !== undefined || isTerminal;
}

/**
 * One report of several: paths become relative to the folder that the projects share. A single report stays
 * as it is.
 */
export function mergeReports(reports: readonly RootedReport[]): Report {
  const [first, ...others] = reports;
  if (!first) throw new Error("mergeReports needs at least one report");
  if (others.length === 0) return first.report;
  const base = commonFolder(reports.map(({ root }) => root));
  const sites = reports.flatMap(({ root, report }) =>
    report.sites.map((site) => rebaseSite(site, root, base)),
  );
  const frees = reports.flatMap(({ root, report }) =>
    report.frees.map((each) => rebaseFile(each, root, base)),
  );
  const suspects = reports.flatMap(({ root, report }) =>
    report.suspects.map((each) => ({
      ...rebaseFile(each, root, base),
      path: each.path.map((step) => rebaseFile(step, root, base)),
    })),
  );
  const totals = { sites: 0, freed: 0, partial: 0, static: 0, scalar: 0, kept: 0 };
  for (const { report } of reports) {
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += report.totals[key];
  }
  return { version: 1, tool: first.report.tool, sites, frees, suspects, totals };
}

function rebaseFile<T extends { readonly file: string }>(each: T, root: string, base: string): T {
  return { ...each, file: relative(base, resolve(root, each.file)).split(sep).join("/") };
}

function rebaseSite(site: SiteReport, root: string, base: string): SiteReport {
  const rebase = (file: string) => relative(base, resolve(root, file)).split(sep).join("/");
  return {
    ...site,
    file: rebase(site.file),
    frees: site.frees.map((free) => (free.file === undefined ? free : { ...free, file: rebase(free.file) })),
    path: site.path.map((step) => ({ ...step, file: rebase(step.file) })),
  };
}

function commonFolder(folders: readonly string[]): string {
  const [first = "", ...rest] = folders.map((folder) => resolve(folder));
  let common = first;
  while (
    rest.some(
      (folder) => folder !== common && !folder.startsWith(common.endsWith(sep) ? common : common + sep),
    )
  ) {
    common = dirname(common);
  }
  return common;
}

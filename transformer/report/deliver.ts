/**
 * Brings reports to where the user asked for them: the terminal, a file, or both.
 *
 * A run that builds several projects (`-b`) has one report for each: on the terminal one after the other, in
 * the file together.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import type { Options } from "../options.js";
import { renderJson } from "./render-json.js";
import { renderText } from "./render-text.js";
import type { Report, SiteReport } from "./report.js";

/** A report and the folder that its paths are relative to. */
export interface RootedReport {
  readonly root: string;
  readonly report: Report;
}

/** Reports of this run, by the file they go to and the project they are of. */
const delivered = new Map<string, Map<string, RootedReport>>();

/**
 * Prints and writes a report as the options ask.
 *
 * @param project what tells this project from the others of the run: its tsconfig, or its folder
 */
export function deliverReport(request: {
  readonly project: string;
  readonly root: string;
  readonly report: Report;
  readonly options: Options;
}): void {
  const { project, root, report, options } = request;
  if (options.explain === "text") {
    process.stdout.write(
      renderText(report, { colors: process.stdout.isTTY === true && !process.env.NO_COLOR }),
    );
  }
  if (options.explain === "json") process.stdout.write(renderJson(report));
  if (options.report === null) return;
  const reports = delivered.get(options.report) ?? new Map<string, RootedReport>();
  delivered.set(options.report, reports);
  reports.set(project, { root, report });
  mkdirSync(dirname(options.report), { recursive: true });
  writeFileSync(options.report, renderJson(mergeReports([...reports.values()])));
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

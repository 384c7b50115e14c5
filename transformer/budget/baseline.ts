/**
 * The baseline: what became of every allocation site when somebody last looked, in a file that is committed.
 *
 * A site is told by its file, function and expression, and by the how-manieth of these it is: so lines may move. The file has one site
 * a line, in a fixed order, so that it diffs and merges well.
 */
import { basename, dirname, join } from "node:path";
import { UserError } from "../diagnostics.js";
import { type Report, type SiteReport, type Verdict, verdicts } from "../report/report.js";

/** The options that verdicts depend on. */
export interface BaselineOptions {
  readonly mode: "all" | "annotated";
  readonly world: "open" | "closed";
  readonly dependencies: "on" | "off";
  readonly scalars: "on" | "off";
  readonly slots: "on" | "off";
  readonly freeUnprofitable: boolean;
}

export interface BaselineSite {
  readonly file: string;
  readonly function: string;
  readonly expression: string;
  /** Which of the sites with the same file, function and expression, from 0 in the order of the source. */
  readonly ordinal: number;
  readonly verdict: Verdict;
  /** The steps by which it escapes or is lost, without their places. */
  readonly path: readonly string[];
}

export interface Baseline {
  readonly version: 1;
  readonly options: BaselineOptions;
  readonly sites: readonly BaselineSite[];
}

/**
 * The file of a project's baseline, beside its tsconfig. A folder may have several: `tsconfig.build.json` has
 * `ts-autofree.build.baseline.json`.
 *
 * @example
 * baselineFile("/project/tsconfig.json"); // "/project/ts-autofree.baseline.json"
 */
export function baselineFile(tsconfig: string): string {
  const name = basename(tsconfig)
    .replace(/\.json$/, "")
    .replace(/^tsconfig\.?/, "");
  return join(dirname(tsconfig), `ts-autofree${name === "" ? "" : `.${name}`}.baseline.json`);
}

/** What sites have in common that only their ordinal tells apart. */
export function groupKey(site: Pick<BaselineSite, "file" | "function" | "expression">): string {
  return JSON.stringify([site.file, site.function, site.expression]);
}

/**
 * The baseline that a report makes.
 *
 * @param report of the whole program
 * @param options those of the build
 */
export function makeBaseline({ sites }: Report, options: BaselineOptions): Baseline {
  const counts = new Map<string, number>();
  const rows = sites.map((site): BaselineSite => {
    const { file, function: owner, expression, verdict, path } = site;
    const ordinal = counts.get(groupKey(site)) ?? 0;
    counts.set(groupKey(site), ordinal + 1);
    return { file, function: owner, expression, ordinal, verdict, path: path.map(({ why }) => why) };
  });
  return { version: 1, options, sites: rows.sort(inOrder) };
}

function inOrder(a: BaselineSite, b: BaselineSite): number {
  for (const key of ["file", "function", "expression"] as const) {
    if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1;
  }
  return a.ordinal - b.ordinal;
}

/** The text of a baseline's file. */
export function renderBaseline({ version, options, sites }: Baseline): string {
  const rows = sites.map((site) => `    ${JSON.stringify(site)}`).join(",\n");
  const list = rows === "" ? "[]" : `[\n${rows}\n  ]`;
  return `{\n  "version": ${version},\n  "options": ${JSON.stringify(options)},\n  "sites": ${list}\n}\n`;
}

/**
 * Reads the text of a baseline's file.
 *
 * @param text what stands in the file
 * @param file its name, for the message
 * @throws UserError when it is no baseline, or of another version
 */
export function parseBaseline(text: string, file: string): Baseline {
  const refuse = (why: string): UserError =>
    new UserError(`'${file}' cannot be read: ${why}. Restore it, or write it anew with --update-baseline.`);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw refuse("it is not JSON");
  }
  if (!isRecord(found) || found.version !== 1) throw refuse("it is no baseline of version 1");
  if (!isRecord(found.options)) throw refuse("it does not say with which options it was written");
  if (!Array.isArray(found.sites) || !found.sites.every(isSite)) throw refuse("a site in it lacks a part");
  return found as unknown as Baseline;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSite(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { file, function: owner, expression, ordinal, verdict, path } = value;
  const isText = [file, owner, expression].every((each) => typeof each === "string");
  const isPath = Array.isArray(path) && path.every((each) => typeof each === "string");
  return isText && isPath && Number.isSafeInteger(ordinal) && verdicts.some((each) => each === verdict);
}

/** How good a verdict is: a site whose verdict gets worse has regressed. */
export function rankOf(verdict: Verdict): number {
  switch (verdict) {
    case "freed":
    case "static":
    case "scalar":
      return 2;
    case "partial":
      return 1;
    case "kept":
      return 0;
  }
}

/** Whether the sites of a report are freed or need no freeing. */
export function isFreed({ verdict }: SiteReport): boolean {
  return rankOf(verdict) === 2;
}

/** The data of the page, looked up in the ways that the page needs, and the state of what is shown. */
import type { InsertedFree, SiteReport, SuspectFree } from "../../report.js";
import type { PageData, PageFile } from "../page-data.js";

export interface Site extends SiteReport {
  /** The part of the address that names it: `src/fft.ts:12:15`. */
  readonly key: string;
  /** Its number in the report. */
  readonly index: number;
  /** What the text filter looks at, in lower case. */
  readonly words: string;
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Filters {
  readonly file: string;
  readonly verdict: string;
  readonly reason: string;
  readonly text: string;
}

export const noFilters: Filters = { file: "", verdict: "", reason: "", text: "" };

export type View = "source" | "changes" | "plain" | "emitted";

export interface Model {
  readonly data: PageData;
  readonly sites: readonly Site[];
  readonly sitesByFile: ReadonlyMap<string, readonly Site[]>;
  readonly sitesByKey: ReadonlyMap<string, Site>;
  readonly filesByName: ReadonlyMap<string, PageFile>;
  readonly freesByFile: ReadonlyMap<string, readonly InsertedFree[]>;
  readonly suspectsByFile: ReadonlyMap<string, readonly SuspectFree[]>;
  /** The sites that a free at a place is for. */
  readonly sitesByFree: ReadonlyMap<string, readonly Site[]>;
}

export function buildModel(data: PageData): Model {
  const { report, files } = data;
  const sitesByKey = new Map<string, Site>();
  const sitesByFree = new Map<string, Site[]>();
  const sites = report.sites.map((site, index): Site => {
    let key = placeText(site);
    for (let copy = 2; sitesByKey.has(key); copy++) key = `${placeText(site)}~${copy}`;
    const whys = site.path.map((step) => step.why);
    const parts = [site.file, site.expression, site.type, site.function, site.reason ?? "", ...whys];
    const made: Site = { ...site, key, index, words: parts.join("\n").toLowerCase() };
    sitesByKey.set(key, made);
    for (const free of site.frees) {
      const place = placeText({ ...free, file: free.file ?? site.file });
      sitesByFree.set(place, [...(sitesByFree.get(place) ?? []), made]);
    }
    return made;
  });
  return {
    data,
    sites,
    sitesByKey,
    sitesByFree,
    sitesByFile: groupBy(sites, ({ file }) => file),
    filesByName: new Map(files.map((file) => [file.file, file])),
    freesByFile: groupBy(report.frees, ({ file }) => file),
    suspectsByFile: groupBy(report.suspects, ({ file }) => file),
  };
}

export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** The sites that filters let through, in the order of the report. */
export function selectSites({ sites }: Model, { file, verdict, reason, text }: Filters): Site[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return sites.filter(
    (site) =>
      (file === "" || site.file === file) &&
      (verdict === "" || site.verdict === verdict) &&
      (reason === "" || site.reason === reason) &&
      words.every((word) => site.words.includes(word)),
  );
}

function groupBy<T extends { readonly file: string }>(
  all: readonly T[],
  keyOf: (each: T) => string,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each);
    else groups.set(keyOf(each), [each]);
  }
  return groups;
}

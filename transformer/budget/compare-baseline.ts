/**
 * Compares a report with a baseline: which sites were freed and are no longer, and which have become better.
 *
 * Where several sites have the same file, function and expression, and one was added or taken out, nobody can tell which is which.
 * They are then compared as favourably as can be: what is said to have regressed surely has.
 */
import type { PathStep, Report, SiteReport, Verdict } from "../report/report.js";
import { type Baseline, type BaselineSite, groupKey, rankOf } from "./baseline.js";

/** A site whose verdict is worse than in the baseline. */
export interface Regression {
  readonly site: SiteReport;
  readonly was: Verdict;
  /** The first step of its path that the baseline does not have; `null` where the path is empty or the same. */
  readonly newStep: PathStep | null;
  /** The steps that the baseline has not, the first among them. */
  readonly newSteps: readonly PathStep[];
}

export interface BaselineComparison {
  readonly regressions: readonly Regression[];
  /** Sites whose verdict is better than in the baseline. */
  readonly improved: readonly SiteReport[];
}

/**
 * Compares site by site. Sites that are new or gone are neither.
 *
 * @param report of the whole program
 * @param baseline written with the same options
 *
 * @example
 * compareBaseline(report, baseline).regressions.map(({ newStep }) => newStep?.why); // ["stored in `x` of an argument"]
 */
export function compareBaseline(report: Report, baseline: Baseline): BaselineComparison {
  const before = groupBy(baseline.sites);
  const regressions: Regression[] = [];
  const improved: SiteReport[] = [];
  for (const [key, sites] of groupBy(report.sites)) {
    const old = before.get(key) ?? [];
    const better = sites.filter((site, i) => old[i] && rankOf(site.verdict) > rankOf(old[i].verdict));
    const worse = sites.flatMap((site, i) => regressionAt(site, old[i]));
    const lost = countLost(old, sites);
    // Where ordinals have moved, any that is not freed may be the one.
    const suspected = worse.length > 0 ? worse : sites.flatMap((site) => regressionAt(site, bestOf(old)));
    regressions.push(...suspected.slice(0, lost));
    // What only changed its place with another of the kind has become neither.
    if (old.length === sites.length) improved.push(...better.slice(0, countLost(sites, old)));
  }
  return { regressions, improved };
}

function groupBy<T extends Pick<BaselineSite, "file" | "function" | "expression">>(
  sites: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const site of sites) {
    const group = groups.get(groupKey(site));
    if (group) group.push(site);
    else groups.set(groupKey(site), [site]);
  }
  return groups;
}

type Ranked = readonly { readonly verdict: Verdict }[];

/**
 * How many of `old` surely have a worse verdict in `now`: in the pairing that is the most favourable. Where some are gone, they may be
 * those with the best verdicts.
 */
function countLost(old: Ranked, now: Ranked): number {
  const ascending = (each: Ranked): number[] =>
    each.map(({ verdict }) => rankOf(verdict)).sort((a, b) => a - b);
  const gone = Math.max(0, old.length - now.length);
  const before = ascending(old).slice(0, old.length - gone);
  const after = ascending(now).slice(now.length - before.length);
  return before.filter((rank, i) => rank > (after[i] ?? 0)).length;
}

function bestOf(sites: readonly BaselineSite[]): BaselineSite | undefined {
  return [...sites].sort((a, b) => rankOf(b.verdict) - rankOf(a.verdict))[0];
}

function regressionAt(site: SiteReport, old: BaselineSite | undefined): Regression[] {
  if (!old || rankOf(site.verdict) >= rankOf(old.verdict)) return [];
  const newSteps = site.path.filter(({ why }) => !old.path.includes(why));
  return [{ site, was: old.verdict, newSteps, newStep: newSteps[0] ?? null }];
}

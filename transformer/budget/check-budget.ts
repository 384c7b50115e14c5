/**
 * Holds a build to its budget: a share or a number of freed sites (`--fail-under`), and the baseline.
 *
 * B1 Only what surely is worse than in the baseline is an error: sites that are new, gone or renamed are none.
 */
import type TS from "typescript";
import { diagnosticAt, type Place, remarkAt } from "../directive-errors.js";
import { reasonPhrase } from "../plan/reasons.js";
import type { PathStep, Report, SiteReport, Verdict } from "../report/report.js";
import { placeText } from "../report/source-place.js";
import { type Baseline, isFreed } from "./baseline.js";
import { compareBaseline, type Regression } from "./compare-baseline.js";
import type { LeastFreed } from "./least-freed.js";

/** Codes of the errors about budgets. */
export const budgetErrorCodes = { underBudget: 99020, regressed: 99021 } as const;

export interface BudgetInput {
  readonly report: Report;
  readonly failUnder: LeastFreed | null;
  /** With the name of its file; `null` where there is none. */
  readonly baseline: { readonly file: string; readonly content: Baseline } | null;
  /** The place of a row of the report or of a step of a path in the program's files. */
  readonly placeOf: (at: PathStep | SiteReport) => Place | null;
  /** Where what is about the whole program is said if there is no site. */
  readonly start: Place | null;
}

export interface BudgetResult {
  readonly errors: readonly TS.Diagnostic[];
  /** Sites that are better than in the baseline. */
  readonly improved: readonly SiteReport[];
}

/**
 * The errors about what is worse than it may be.
 *
 * @param input the report of the whole program, and what it is held to
 *
 * @example
 * checkBudget({ report, failUnder: { unit: "percent", least: 80 }, baseline: null, placeOf, start }).errors.length; // 0
 */
export function checkBudget({ report, failUnder, baseline, placeOf, start }: BudgetInput): BudgetResult {
  const errors: TS.Diagnostic[] = [];
  if (failUnder) errors.push(...underBudget({ report, failUnder, placeOf, start }));
  if (!baseline) return { errors, improved: [] };
  const { regressions, improved } = compareBaseline(report, baseline.content);
  for (const each of regressions) errors.push(...regressed(each, baseline.file, placeOf));
  return { errors, improved };
}

type Located = Pick<BudgetInput, "report" | "placeOf" | "start">;

/** How many of the sites that are not freed are named. */
const mostNamed = 5;

function underBudget({
  report,
  failUnder,
  placeOf,
  start,
}: Located & { failUnder: LeastFreed }): TS.Diagnostic[] {
  const { sites } = report;
  const freed = sites.filter(isFreed).length;
  const share = sites.length === 0 ? 100 : (freed / sites.length) * 100;
  const { unit, least } = failUnder;
  if ((unit === "percent" ? share : freed) >= least) return [];
  const others = sites.filter((site) => !isFreed(site));
  const at = others.map(placeOf).find((place) => place !== null) ?? start;
  if (!at) return [];
  // Rounded down, so that what is too little never reads as enough.
  const have =
    unit === "percent"
      ? `${Math.floor(share * 10) / 10}% (${freed} of ${sites.length})`
      : `${freed} of ${sites.length}`;
  const text = `Too few allocation sites are freed: ${have}, but at least ${least}${unit === "percent" ? "%" : ""} are asked for by --fail-under.`;
  const named = others.slice(0, mostNamed).flatMap((site) => {
    const place = placeOf(site);
    return place ? [remarkAt(place, `${site.verdict}: ${whyNot(site)}`, budgetErrorCodes.underBudget)] : [];
  });
  return [diagnosticAt(at, { code: budgetErrorCodes.underBudget, text }, named)];
}

function whyNot({ verdict, reason, path }: SiteReport): string {
  if (reason !== null) return reasonPhrase(reason);
  return verdict === "partial"
    ? (path[0]?.why ?? "it is freed on some paths only")
    : "it is left to the collector";
}

const wasWords: Readonly<Record<Verdict, string>> = {
  freed: "was freed",
  static: "was one buffer of the module",
  scalar: "was no allocation",
  partial: "was freed on some paths",
  kept: "was kept",
};

function regressed(
  { site, was, newStep, newSteps }: Regression,
  file: string,
  placeOf: BudgetInput["placeOf"],
): TS.Diagnostic[] {
  const at = placeOf(site);
  if (!at) return [];
  const now = site.verdict === "partial" ? "it is freed on some paths only" : whyNot(site);
  const step = newStep ? ` What is new: ${newStep.why} (${placeText(newStep)}).` : "";
  const text = `This buffer ${wasWords[was]} according to ${file}, and is no longer: ${now}.${step}`;
  const remarks = site.path.flatMap((each) => {
    const place = placeOf(each);
    const why = newSteps.includes(each) ? `new: ${each.why}` : each.why;
    return place ? [remarkAt(place, why, budgetErrorCodes.regressed)] : [];
  });
  return [diagnosticAt(at, { code: budgetErrorCodes.regressed, text }, remarks)];
}

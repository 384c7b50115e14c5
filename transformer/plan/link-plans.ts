/**
 * Links the plans of callers and callees: a buffer that a function returns fresh is freed if every caller frees it.
 *
 * Such a site gets the callers' verdict in place of `kept: returned`, so that it draws its memory from the pool
 * that the callers fill. Returning it further counts as what the next caller does; a cycle (recursion) counts as
 * what happens outside of it.
 */

import type { FunctionId, SiteId } from "../ir/ids.js";
import { isFreed, type PlannedSite, type PlanStep, type SiteVerdict } from "./plan.js";
import type { PlannedFunction } from "./program-plan.js";
import { reasonPhrase } from "./reasons.js";

interface Use {
  readonly function: FunctionId;
  readonly site: PlannedSite;
  /** What the caller does with this very buffer; its site may stand for several. */
  readonly verdict: SiteVerdict;
}

/** Reasons for which a buffer is in the hands of the caller: as the result, or in an object that the caller passed. */
const leavesByCaller: ReadonlySet<string> = new Set(["returned", "stored"]);

const keyOf = (id: FunctionId, site: SiteId): string => `${id}:${site}`;

export function linkPlans(functions: readonly PlannedFunction[]): readonly PlannedFunction[] {
  const uses = new Map<string, Use[]>();
  for (const { plan } of functions) {
    for (const site of plan.sites) {
      for (const made of site.madeAt) {
        const key = keyOf(made.function, made.site);
        uses.set(key, [...(uses.get(key) ?? []), { function: plan.function, site, verdict: made.verdict }]);
      }
    }
  }
  return functions.map(({ lowered, plan }) => {
    const sites = plan.sites.map((site) => {
      const verdict = linkedVerdict(uses, keyOf(plan.function, site.site), site.verdict, new Set());
      return verdict === site.verdict ? site : { ...site, verdict };
    });
    return { lowered, plan: { ...plan, sites } };
  });
}

/** The verdict of a site with what its callers do; the same object when they change nothing. */
function linkedVerdict(
  uses: ReadonlyMap<string, readonly Use[]>,
  key: string,
  verdict: SiteVerdict,
  visiting: Set<string>,
): SiteVerdict {
  if (verdict.kind !== "kept" || !leavesByCaller.has(verdict.reason)) return verdict;
  visiting.add(key);
  const callers = (uses.get(key) ?? []).filter((use) => !visiting.has(keyOf(use.function, use.site.site)));
  const verdicts = callers.map((use) => ({
    use,
    linked: linkedVerdict(uses, keyOf(use.function, use.site.site), use.verdict, visiting),
  }));
  visiting.delete(key);
  const elsewhere = verdicts.flatMap(({ use, linked }) =>
    !isFreed(linked)
      ? []
      : [...linked.points.map((point) => ({ function: use.function, point })), ...linked.elsewhere],
  );
  if (elsewhere.length === 0) return verdict;
  const losses = verdicts.flatMap(({ use, linked }) => lossesAt(use, linked));
  return { kind: losses.length === 0 ? "freed" : "partial", points: [], elsewhere, losses };
}

/** Where a caller loses what it is given, in the caller's words. */
function lossesAt(use: Use, linked: SiteVerdict): PlanStep[] {
  const { origin } = use.site;
  const steps = linked.kind === "kept" ? linked.path : isFreed(linked) ? (linked.losses ?? []) : [];
  const theirs = steps.map((step) => ({ ...step, function: step.function ?? use.function }));
  const given = { origin, function: use.function };
  switch (linked.kind) {
    case "freed":
    case "scalar":
      return [];
    case "partial":
      return [{ ...given, why: "given to this caller, which frees it on some paths only" }, ...theirs];
    case "kept":
      return [{ ...given, why: `given to this caller: ${reasonPhrase(linked.reason)}` }, ...theirs];
  }
}

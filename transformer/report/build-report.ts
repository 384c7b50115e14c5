/** Builds the report from the plans: one row for every allocation site, in source order. */
import type TS from "typescript";
import { unreachable } from "../bailout.js";
import type { FunctionId } from "../ir/ids.js";
import type { LoweredFunction } from "../lower/builder.js";
import type { FunctionPlan, PlannedSite, PlanStep } from "../plan/plan.js";
import { countSites } from "./filter-report.js";
import type { OrderedFree } from "./order-frees.js";
import type { FreePlace, PathStep, Report, SiteReport, SuspectFree } from "./report.js";
import { freePlace, placeOf } from "./source-place.js";

export interface ReportInput {
  readonly root: string;
  readonly frees: readonly OrderedFree[];
  readonly suspects: readonly SuspectFree[];
  readonly functions: readonly { readonly lowered: LoweredFunction; readonly plan: FunctionPlan }[];
  /** Sites in functions that were left alone. */
  readonly leftAlone: readonly {
    readonly node: TS.Expression;
    readonly type: string;
    readonly function: string;
    readonly why: string;
  }[];
}

export function buildReport({ root, frees, suspects, functions, leftAlone }: ReportInput): Report {
  const sites: SiteReport[] = [];
  const byId = new Map(functions.map(({ lowered }) => [lowered.ir.id, lowered]));
  for (const { lowered, plan } of functions) {
    for (const site of plan.sites)
      if (!lowered.ir.sites[site.site]?.implicit) sites.push(reportSite({ root, lowered, site, byId }));
  }
  for (const { node, type, function: name, why } of leftAlone) {
    const place = placeOf(root, node);
    const path = [{ ...place, why }];
    sites.push({
      ...place,
      expression: textOf(node),
      type,
      function: name,
      verdict: "kept",
      frees: [],
      reason: "unsupported-syntax",
      path,
    });
  }
  sites.sort((a, b) =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
  );
  const inserted = frees.map(({ place, value }) => ({ ...place, value }));
  return { version: 1, tool: "ts-autofree", sites, frees: inserted, suspects, totals: countSites(sites) };
}

interface SiteInput {
  readonly root: string;
  readonly lowered: LoweredFunction;
  readonly site: PlannedSite;
  readonly byId: ReadonlyMap<FunctionId, LoweredFunction>;
}

function reportSite({ root, lowered, site, byId }: SiteInput): SiteReport {
  const node = lowered.source.origins[site.origin] as TS.Node;
  const place = placeOf(root, node);
  const row = { ...place, expression: textOf(node), type: site.type, function: lowered.ir.name };
  const { verdict } = site;
  switch (verdict.kind) {
    case "freed":
    case "partial": {
      const here = verdict.points.map((point) => withoutFile(freePlace(root, lowered, point)));
      const elsewhere = verdict.elsewhere.map(({ function: id, point }) =>
        freePlace(root, byId.get(id) ?? lowered, point),
      );
      return {
        ...row,
        verdict: verdict.kind,
        frees: [...here, ...elsewhere],
        reason: null,
        path: (verdict.losses ?? []).map((step) => stepOf({ root, lowered, byId }, step)),
        ...(site.isOverwritten ? { elided: true as const } : {}),
        ...(site.reuse !== undefined ? { reused: true as const } : {}),
      };
    }
    case "kept": {
      const path = verdict.path.map((step) => stepOf({ root, lowered, byId }, step));
      return { ...row, verdict: "kept", frees: [], reason: verdict.reason, path };
    }
    case "scalar":
      return { ...row, verdict: "scalar", frees: [], reason: null, path: [] };
    default:
      return unreachable(verdict);
  }
}

function stepOf(
  { root, lowered, byId }: Omit<SiteInput, "site">,
  { origin, why, function: id }: PlanStep,
): PathStep {
  const owner = id === undefined ? lowered : (byId.get(id) ?? lowered);
  return { ...placeOf(root, owner.source.origins[origin] as TS.Node), why };
}

function withoutFile({ line, column }: FreePlace): FreePlace {
  return { line, column };
}

function textOf(node: TS.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

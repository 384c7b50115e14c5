/** Builds the report from the plans: one row for every allocation site, in source order. */
import type TS from "typescript";
import { unreachable } from "../bailout.js";
import type { FunctionId, PointId } from "../ir/ids.js";
import type { LoweredFunction } from "../lower/builder.js";
import type { FunctionPlan, PlannedSite } from "../plan/plan.js";
import type { FreePlace, PathStep, Report, SiteReport } from "./report.js";

export interface ReportInput {
  readonly root: string;
  readonly functions: readonly { readonly lowered: LoweredFunction; readonly plan: FunctionPlan }[];
  /** Sites in functions that were left alone. */
  readonly leftAlone: readonly {
    readonly node: TS.Expression;
    readonly type: string;
    readonly function: string;
    readonly why: string;
  }[];
}

export function buildReport({ root, functions, leftAlone }: ReportInput): Report {
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
  const count = (verdict: SiteReport["verdict"]): number =>
    sites.filter((each) => each.verdict === verdict).length;
  const totals = {
    sites: sites.length,
    freed: count("freed"),
    partial: count("partial"),
    static: count("static"),
    scalar: count("scalar"),
    kept: count("kept"),
  };
  return { version: 1, tool: "ts-autofree", sites, totals };
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
      return { ...row, verdict: verdict.kind, frees: [...here, ...elsewhere], reason: null, path: [] };
    }
    case "kept": {
      const path = verdict.path.map(({ origin, why }): PathStep => {
        return { ...placeOf(root, lowered.source.origins[origin] as TS.Node), why };
      });
      return { ...row, verdict: "kept", frees: [], reason: verdict.reason, path };
    }
    default:
      return unreachable(verdict);
  }
}

function withoutFile({ line, column }: FreePlace): FreePlace {
  return { line, column };
}

function freePlace(root: string, { ir, source }: LoweredFunction, id: PointId): Required<FreePlace> {
  const point = ir.points[id];
  const region = source.regions[point?.region ?? 0];
  const node = region?.node as TS.Node;
  const statement = region?.role === "list" ? (node as TS.Block).statements[point?.index ?? 0] : undefined;
  if (statement) return placeOf(root, statement);
  // The end of a list is where its last character stands.
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(Math.max(node.getStart(file), node.end - 1));
  return { file: relative(root, file.fileName), line: line + 1, column: character + 1 };
}

function placeOf(root: string, node: TS.Node): { file: string; line: number; column: number } {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { file: relative(root, file.fileName), line: line + 1, column: character + 1 };
}

function relative(root: string, fileName: string): string {
  const folder = root.replaceAll("\\", "/").replace(/\/?$/, "/");
  const path = fileName.replaceAll("\\", "/");
  if (path.startsWith(folder)) return path.slice(folder.length);
  return relativeSegments(folder, path);
}

function relativeSegments(folder: string, path: string): string {
  const from = folder.split("/").slice(0, -1);
  const to = path.split("/");
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return common <= 1 ? path : [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
}

function textOf(node: TS.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

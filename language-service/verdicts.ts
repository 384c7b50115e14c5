/**
 * What is known of a program, as an editor shows it: verdicts and errors by file, with positions in the text.
 *
 * V1 What is kept between programs refers to files by their syntax trees only: it holds of a later program for the files that
 * are the very same there, and says nothing of others.
 */
import type TS from "typescript";
import { analyzeProgram } from "../transformer/analyze-program.js";
import { freeErrorCode, suspectOf } from "../transformer/free-errors.js";
import type { LoweredFunction } from "../transformer/lower/builder.js";
import type { Options } from "../transformer/options.js";
import type { SiteVerdict } from "../transformer/plan/plan.js";
import type { PlannedFunction, ProgramPlan } from "../transformer/plan/program-plan.js";
import { reasonPhrase } from "../transformer/plan/reasons.js";
import type { Reason } from "../transformer/report/report.js";
import { freePlace, placeAt, placeText } from "../transformer/report/source-place.js";
import { ts } from "../transformer/typescript.js";

/** Codes of what is suggested, not demanded. */
export const suggestionCodes = { kept: 99010, suspect: freeErrorCode } as const;

/** A step of the way by which a buffer escapes. */
export interface Step {
  readonly file: TS.SourceFile;
  readonly start: number;
  readonly end: number;
  readonly why: string;
}

export interface SiteVerdictText {
  readonly start: number;
  readonly end: number;
  /** Where a pointer that rests means the site: what is called, and the name of the variable. */
  readonly focus: readonly { readonly start: number; readonly end: number }[];
  readonly type: string;
  readonly kind: "freed" | "partial" | "scalar" | "kept";
  readonly reason: Reason | null;
  /** A sentence without its subject: `freed at line 12`. */
  readonly text: string;
  readonly path: readonly Step[];
}

export interface FileVerdicts {
  readonly sites: readonly SiteVerdictText[];
  readonly errors: readonly TS.Diagnostic[];
  readonly suspects: readonly TS.Diagnostic[];
}

/** By file of the program that was analysed. */
export type Verdicts = ReadonlyMap<TS.SourceFile, FileVerdicts>;

interface MutableVerdicts {
  readonly sites: SiteVerdictText[];
  readonly errors: TS.Diagnostic[];
  readonly suspects: TS.Diagnostic[];
}

/** Analyses a program as a build with these options would; `root` is what places are relative to. */
export function findVerdicts(program: TS.Program, options: Options, root: string): Verdicts {
  const found = new Map<TS.SourceFile, MutableVerdicts>();
  if (options.noManualFree) return found;
  const plan = analyzeProgram(program, {
    annotatedOnly: options.mode === "annotated",
    world: options.world,
    followsDependencies: options.dependencies === "on",
    replacesScalars: options.scalars === "on",
  });
  const of = (file: TS.SourceFile): MutableVerdicts => {
    const known = found.get(file) ?? { sites: [], errors: [], suspects: [] };
    found.set(file, known);
    return known;
  };
  for (const error of plan.errors) if (error.file) of(error.file).errors.push(error);
  addSites(plan, root, (node, site) => of(node.getSourceFile()).sites.push(site));
  for (const mistake of plan.mistakes.filter((each) => !each.mistake.certain)) {
    const node = mistake.lowered.source.origins[mistake.mistake.free] as TS.Node;
    const messageText = `${suspectOf(root, mistake).text}.`;
    of(node.getSourceFile()).suspects.push(suggestionAt(node, suggestionCodes.suspect, messageText));
  }
  return found;
}

function addSites(
  plan: ProgramPlan,
  root: string,
  add: (node: TS.Node, site: SiteVerdictText) => void,
): void {
  const byId = new Map(plan.functions.map((each) => [each.lowered.ir.id, each.lowered]));
  for (const { lowered, plan: own } of plan.functions) {
    for (const { site, origin, type, verdict } of own.sites) {
      if (lowered.ir.sites[site]?.implicit) continue;
      const node = lowered.source.origins[origin] as TS.Node;
      add(node, {
        ...rangeOf(node),
        focus: focusOf(node),
        type,
        ...fateOf({ lowered, verdict, byId, root }),
      });
    }
  }
  for (const { node, type, why } of plan.leftAlone) {
    const path = [stepAt(node, why)];
    const reason = "unsupported-syntax";
    const text = `kept: ${reasonPhrase(reason)} (${why})`;
    add(node, { ...rangeOf(node), focus: focusOf(node), type, kind: "kept", reason, text, path });
  }
}

interface Fate {
  readonly lowered: LoweredFunction;
  readonly verdict: SiteVerdict;
  readonly byId: ReadonlyMap<PlannedFunction["lowered"]["ir"]["id"], LoweredFunction>;
  readonly root: string;
}

function fateOf({
  lowered,
  verdict,
  byId,
  root,
}: Fate): Pick<SiteVerdictText, "kind" | "reason" | "text" | "path"> {
  const { origins } = lowered.source;
  if (verdict.kind === "kept") {
    const path = verdict.path.map(({ origin, why }) => stepAt(origins[origin] as TS.Node, why));
    const { reason } = verdict;
    return { kind: "kept", reason, text: `kept: ${reasonPhrase(reason)}`, path };
  }
  if (verdict.kind === "scalar")
    return { kind: "scalar", reason: null, text: "held in local variables: nothing is allocated", path: [] };
  const here = verdict.points.map((point) => `line ${freePlace(root, lowered, point).line}`);
  const elsewhere = verdict.elsewhere.map(({ function: id, point }) => {
    const { file, line } = freePlace(root, byId.get(id) ?? lowered, point);
    return `${file}:${line}`;
  });
  const places = [...new Set([...here, ...elsewhere])];
  const shown = places.length > 4 ? [...places.slice(0, 4), "…"] : places;
  const at = shown.length > 0 ? ` at ${shown.join(", ")}` : "";
  const path = (verdict.losses ?? []).map(({ origin, why, function: id }) => {
    const owner = id === undefined ? lowered : (byId.get(id) ?? lowered);
    return stepAt(owner.source.origins[origin] as TS.Node, why);
  });
  const text = verdict.kind === "freed" ? `freed${at}` : `freed on some paths only${at}`;
  return { kind: verdict.kind, reason: null, text, path };
}

function rangeOf(node: TS.Node): { start: number; end: number } {
  return { start: node.getStart(), end: node.end };
}

function focusOf(node: TS.Node): { start: number; end: number }[] {
  const own = [];
  if (ts.isNewExpression(node)) own.push({ start: node.getStart(), end: node.expression.end });
  else if (ts.isCallExpression(node)) {
    const callee = node.expression;
    own.push(rangeOf(ts.isPropertyAccessExpression(callee) ? callee.name : callee));
  } else own.push(rangeOf(node));
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) own.push(rangeOf(parent.name));
  return own;
}

function stepAt(node: TS.Node, why: string): Step {
  return { file: node.getSourceFile(), ...rangeOf(node), why };
}

function suggestionAt(node: TS.Node, code: number, messageText: string): TS.Diagnostic {
  const { start, end } = rangeOf(node);
  const category = ts.DiagnosticCategory.Suggestion;
  const file = node.getSourceFile();
  return { category, code, source: "ts-autofree", file, start, length: end - start, messageText };
}

/** The suggestions at the sites of a file that are kept though nobody asked for it. */
export function keptSuggestions(file: TS.SourceFile, { sites, errors }: FileVerdicts): TS.Diagnostic[] {
  const demanded = new Set(errors.map(({ start }) => start));
  return sites.flatMap(({ kind, reason, start, end, text, path, type }) => {
    if (kind === "freed" || kind === "scalar" || demanded.has(start)) return [];
    if (reason === "keep-directive" || reason === "not-annotated") return [];
    return [
      {
        category: ts.DiagnosticCategory.Suggestion,
        code: suggestionCodes.kept,
        source: "ts-autofree",
        file,
        start,
        length: end - start,
        messageText: `${type} ${text}.`,
        relatedInformation: path.map((step) => ({
          category: ts.DiagnosticCategory.Message,
          code: suggestionCodes.kept,
          file: step.file,
          start: step.start,
          length: step.end - step.start,
          messageText: step.why,
        })),
      },
    ];
  });
}

/** The site that a position means. */
export function siteAt({ sites }: FileVerdicts, position: number): SiteVerdictText | null {
  const isMeant = ({ focus }: SiteVerdictText): boolean =>
    focus.some(({ start, end }) => position >= start && position <= end);
  return sites.filter(isMeant).sort((a, b) => a.end - a.start - (b.end - b.start))[0] ?? null;
}

/** What is shown where a pointer rests: the verdict, then the way by which the buffer escapes. */
export function hoverText({ text, type, path }: SiteVerdictText, root: string): string {
  const lines = path.map(({ file, start, why }) => {
    return `  ${placeText(placeAt(root, file, start))} ${why}`;
  });
  return [`ts-autofree: ${type} ${text}`, ...lines].join("\n");
}

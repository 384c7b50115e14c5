/**
 * Shows what each pass makes of a piece of source, as text: for the pages in `docs/passes`, and for whoever reads
 * along with a function of their own (`node test/docs/show.mjs ir FILE`).
 */
import path from "node:path";
import ts from "typescript";
import { analyzeFunction, type FunctionFacts } from "../../transformer/analysis/analyze-function.js";
import { noContext } from "../../transformer/analysis/context.js";
import { members } from "../../transformer/analysis/node-set.js";
import { Summaries } from "../../transformer/analysis/summaries.js";
import { summaryKey } from "../../transformer/analysis/summary.js";
import { analyzeProgram } from "../../transformer/analyze-program.js";
import { applyEdits } from "../../transformer/codemods/text-edits.js";
import { writeFrees } from "../../transformer/codemods/write-frees.js";
import { collectEdits } from "../../transformer/emit/collect-edits.js";
import type { FreeEdit, Insertion } from "../../transformer/emit/edits.js";
import type { FunctionId, VariableId } from "../../transformer/ir/ids.js";
import type { Point } from "../../transformer/ir/ir.js";
import { printFunction } from "../../transformer/ir/print.js";
import type { LoweredFunction } from "../../transformer/lower/builder.js";
import { findFunctions } from "../../transformer/lower/find-functions.js";
import { lowerFunction } from "../../transformer/lower/function.js";
import { ProgramIndex } from "../../transformer/lower/program-index.js";
import { functionName } from "../../transformer/lower/syntax.js";
import { defaultOptions, type Options } from "../../transformer/options.js";
import { type PipelineResult, runPipeline } from "../../transformer/pipeline.js";
import type { SiteVerdict } from "../../transformer/plan/plan.js";
import { planFunction } from "../../transformer/plan/plan-function.js";
import type { PlannedFunction, ProgramPlan } from "../../transformer/plan/program-plan.js";
import { renderText } from "../../transformer/report/render-text.js";
import { bindTypeScript } from "../../transformer/typescript.js";

export const views = [
  "functions",
  "ir",
  "facts",
  "summaries",
  "plan",
  "links",
  "report",
  "edits",
  "js",
  "stripped",
  "applied",
] as const;
export type View = (typeof views)[number];

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  skipLibCheck: true,
  types: [],
};

const root = path.resolve(import.meta.dirname, "../..");

/** A program of files given as text, by path. They count as lying in the project's folder, so that the runtime is found. */
export class Example {
  private readonly program: ts.Program;
  private plan: ProgramPlan | null = null;
  private readonly pipelines = new Map<string, PipelineResult>();

  constructor(texts: ReadonlyMap<string, string>) {
    bindTypeScript(ts);
    const files = new Map([...texts].map(([name, text]) => [path.join(root, name), text]));
    const options = { ...compilerOptions, paths: { "ts-autofree/runtime": ["./runtime/index.ts"] } };
    const host = ts.createCompilerHost(options, true);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = (name) => files.has(path.normalize(name)) || fileExists(name);
    host.readFile = (name) => files.get(path.normalize(name)) ?? readFile(name);
    host.getSourceFile = (name, version, onError) => {
      const text = files.get(path.normalize(name));
      return text === undefined
        ? getSourceFile(name, version, onError)
        : ts.createSourceFile(name, text, version, true);
    };
    this.program = ts.createProgram([...files.keys()], options, host);
  }

  errors(name: string): string[] {
    const file = this.file(name);
    const found = [
      ...this.program.getSyntacticDiagnostics(file),
      ...this.program.getSemanticDiagnostics(file),
    ];
    return found.map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"));
  }

  /** What a view shows of a file, or only of its function `name`, or only of some of that one's points. */
  show(view: View, path: string, name: string | null = null, points: readonly string[] = []): string {
    const text = this.whole(view, path);
    if (name === null) return text;
    if (points.length > 0) {
      const parts = this.show(view, path, name).split(/\n(?=p\d+ )/);
      return parts.filter((part) => points.some((point) => part.startsWith(`${point} `))).join("\n");
    }
    const parts = text.split(/\n+(?=function |f\d+ )/);
    return parts.filter((part) => new RegExp(`^(?:function|f\\d+) ${name}\\b`).test(part)).join("\n");
  }

  private whole(view: View, name: string): string {
    const file = this.file(name);
    switch (view) {
      case "functions":
        return this.lowered(file)
          .map(({ id, node }) => `f${id} ${functionName(node)}`)
          .join("\n");
      case "ir":
        return this.lowered(file)
          .map(({ lowered }) => printFunction(lowered.ir))
          .join("\n\n");
      case "facts":
        return this.analysed(file)
          .map(({ facts, lowered }) => showFacts(facts, lowered))
          .join("\n\n");
      case "summaries":
        return this.analysed(file)
          .map(({ lowered, summary }) => `f${lowered.ir.id} ${lowered.ir.name}\n${indent(summary)}`)
          .join("\n");
      case "plan":
        return this.analysed(file)
          .map(({ facts, lowered }) => showPlan({ lowered, plan: planFunction(facts) }, (id) => id))
          .join("\n");
      case "links": {
        // Numbered as in the other views: by their order in the file.
        const planned = this.planned(file);
        const numberOf = (id: FunctionId): number => planned.findIndex(({ plan }) => plan.function === id);
        return planned.map((each) => showPlan(each, numberOf)).join("\n");
      }
      case "report":
        return this.report(name);
      case "edits":
        return this.edits(file);
      case "js":
        return this.emit(file, defaultOptions);
      case "stripped":
        return this.emit(file, { ...defaultOptions, noManualFree: true });
      case "applied":
        return this.applied(file);
    }
  }

  private applied(file: ts.SourceFile): string {
    const options: Options = { ...defaultOptions, scalars: "off" };
    const edits = this.pipeline(options, path.dirname(file.fileName)).edits.get(file);
    if (!edits) return file.text.trimEnd();
    return applyEdits(file.text, writeFrees({ file, edits, manners: new Map() }).edits).trimEnd();
  }

  private file(name: string): ts.SourceFile {
    const file = this.program.getSourceFile(path.join(root, name));
    if (!file) throw new Error(`no file ${name}`);
    return file;
  }

  private lowered(file: ts.SourceFile) {
    const index = ProgramIndex.of(this.program);
    const lower = (id: FunctionId): LoweredFunction | null => {
      const lowering = lowerFunction(index, index.functionNode(id), { annotatedOnly: false });
      return lowering.kind === "lowered" ? lowering.lowered : null;
    };
    const nodes = findFunctions(index, file);
    const ids = nodes.map((node) => index.functionId(node));
    return nodes.flatMap((node, i) => {
      const id = ids[i] as FunctionId;
      const lowered = lower(id);
      return lowered ? [{ id, node, lowered, lower, index }] : [];
    });
  }

  private analysed(file: ts.SourceFile) {
    const functions = this.lowered(file);
    const lower = functions[0]?.lower;
    const summaries = new Summaries({
      irOf: (id) => lower?.(id)?.ir ?? null,
      classOf: (id) => (functions[0] as (typeof functions)[0]).index.identities.classInfo(id),
      tampers: false,
    });
    return functions.map(({ id, lowered }) => {
      const summary = summaries.summaryOf(id, noContext);
      const facts = analyzeFunction(lowered.ir, summaries);
      return { lowered, facts, summary: summary ? summaryKey(summary) || "nothing" : "unknown" };
    });
  }

  private wholePlan(): ProgramPlan {
    this.plan ??= analyzeProgram(this.program, {
      annotatedOnly: false,
      world: null,
      followsDependencies: false,
    });
    return this.plan;
  }

  private pipeline(options: Options, folder: string): PipelineResult {
    const key = `${options.noManualFree} ${options.scalars} ${options.elideZeroFill} ${folder}`;
    const known = this.pipelines.get(key) ?? runPipeline({ program: this.program, options, root: folder });
    this.pipelines.set(key, known);
    return known;
  }

  private planned(file: ts.SourceFile): PlannedFunction[] {
    return this.wholePlan().functions.filter(({ lowered }) => lowered.source.node.getSourceFile() === file);
  }

  private report(name: string): string {
    const folder = path.dirname(path.join(root, name));
    const { report } = this.pipeline(defaultOptions, folder);
    const sites = report.sites.filter((site) => site.file === path.basename(name));
    const suspects = report.suspects.filter((each) => each.file === path.basename(name));
    const lines = renderText({ ...report, sites, suspects }, { colors: false }).split("\n");
    return lines.slice(0, lines.indexOf("")).join("\n");
  }

  private emit(file: ts.SourceFile, options: Options): string {
    const result = this.pipeline(options, path.dirname(file.fileName));
    let text = "";
    const before: ts.TransformerFactory<ts.SourceFile> = (context) => (each) =>
      result.transformSourceFile(context, each);
    const write: ts.WriteFileCallback = (_name, written) => {
      text = written;
    };
    this.program.emit(file, write, undefined, false, { before: [before] });
    return text.trimEnd();
  }

  private edits(file: ts.SourceFile): string {
    const edits = collectEdits(this.wholePlan(), {
      root: path.dirname(file.fileName),
      checked: false,
      chosen: null,
    }).get(file);
    if (!edits) return "none";
    const at = (node: ts.Node): string => `\`${firstLine(node.getText(file))}\``;
    return [
      ...[...edits.sites].map(
        ([node, { handle }]) => `rewrite ${at(node)}${handle ? `, remembered in $${handle.base}` : ""}`,
      ),
      ...[...edits.before].map(([node, each]) => `before ${at(node)}: ${showInsertion(each)}`),
      ...[...edits.atEnd].map(([node, each]) => `at the end of ${at(node)}: ${showInsertion(each)}`),
      ...[...edits.inElse].map(([node, each]) => `as the else of ${at(node)}: ${showInsertion(each)}`),
      ...[...edits.afterValue].map(
        ([node, each]) => `after the value of ${at(node)}: ${showInsertion(each)}`,
      ),
    ].join("\n");
  }
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line === text ? line : `${line} …`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** What holds at each point: live variables, what they and the fields refer to, what is dead. */
function showFacts(facts: FunctionFacts, { ir, source }: LoweredFunction): string {
  const { objects } = facts.transfer;
  const nameOf = (id: number): string => {
    const object = objects.get(id);
    if (object.kind === "other") return "other";
    if (object.kind === "code") return `function ${object.function}`;
    if (object.kind === "phantom") {
      const { root: from, path: fields } = object;
      const start =
        from.kind === "parameter"
          ? `#${from.index}`
          : from.kind === "receiver"
            ? "this"
            : `binding ${from.binding}`;
      return [start, ...fields].join(".");
    }
    const kind = object.shape.kind === "buffer" ? object.shape.type : object.shape.kind;
    return `${kind}@${object.site}${object.part > 0 ? `.${object.part}` : ""}${object.age === "older" ? " older" : ""}`;
  };
  const isShown = (id: number): boolean => ir.variables[id]?.kind === "local";
  const lines = [`function ${ir.name}`];
  for (const [id, { state, live, reachable }] of [...facts.points].sort(([a], [b]) => a - b)) {
    const point = ir.points[id];
    lines.push(`p${id} ${point ? showPlace(point, source) : ""}`);
    for (const [variable, set] of [...state.variables].sort(([a], [b]) => a - b)) {
      const isLive = members(live).includes(variable);
      if (!isShown(variable) || members(set).length === 0) continue;
      const held = members(set).map(nameOf).join(" | ");
      lines.push(
        `   ${ir.variables[variable as VariableId]?.name} → ${held}${isLive ? "" : "   (not live)"}`,
      );
    }
    for (const [object, fields] of state.fields) {
      for (const [field, set] of fields)
        lines.push(`   ${nameOf(object)}.${field} → ${members(set).map(nameOf).join(" | ")}`);
    }
    const isBuffer = (object: number): boolean => {
      const each = objects.get(object);
      return each.kind === "site" && each.shape.kind === "buffer";
    };
    const dead = members(state.born & ~reachable).filter(isBuffer);
    if (dead.length > 0) lines.push(`   dead: ${dead.map(nameOf).join(", ")}`);
  }
  return lines.join("\n");
}

function showPlace({ kind, region: id, index }: Point, source: LoweredFunction["source"]): string {
  if (kind !== "statement")
    return `between a value and its ${kind === "return-value" ? "return" : "assignment"}`;
  const region = source.regions[id];
  if (!region) return "";
  if (region.role === "missing-else") return "in the else that is not there";
  const list = region.role === "list" ? (region.node as ts.Block).statements : [region.node];
  const statement = list[index];
  return statement ? `before \`${firstLine(statement.getText())}\`` : "at the end of the list";
}

type NumberOf = (id: FunctionId) => number;

function showPlan({ lowered: { ir, source }, plan }: PlannedFunction, numberOf: NumberOf): string {
  const lines = [`f${numberOf(ir.id)} ${ir.name}`];
  for (const { id, name, region, index } of plan.handles)
    lines.push(`  handle $${name} (${id}) before statement ${index} of list ${region}`);
  for (const { point, value, guards, reset } of plan.frees) {
    const what =
      value.kind === "handle"
        ? `$${plan.handles[value.handle]?.name}`
        : `${ir.variables[value.variable]?.name}`;
    const others = guards.map((each) => ir.variables[each.variable]?.name ?? "");
    const condition =
      others.length > 0
        ? ` unless it is ${others.map((each, i) => (guards[i]?.kind === "value" ? "the value at hand" : each)).join(" or ")}`
        : "";
    lines.push(`  free ${what} at p${point}${condition}${reset ? ", and forget it" : ""}`);
  }
  for (const { origin, verdict } of plan.sites)
    lines.push(`  ${source.origins[origin]?.getText()}: ${showVerdict(verdict, numberOf)}`);
  return lines.join("\n");
}

function showVerdict(verdict: SiteVerdict, numberOf: NumberOf): string {
  if (verdict.kind === "kept") return `kept, ${verdict.reason}`;
  if (verdict.kind === "scalar") return "scalar";
  const here = verdict.points.map((point) => `p${point}`);
  const there = verdict.elsewhere.map((each) => `p${each.point} of f${numberOf(each.function)}`);
  return `${verdict.kind} at ${[...here, ...there].join(", ")}`;
}

function showInsertion({ frees, handles }: Insertion): string {
  const shown = [...frees.map(showFree), ...handles.map((each) => `declare $${each.base}`)];
  return shown.join("; ");
}

function showFree({ value, guards, reset }: FreeEdit): string {
  const name = value.kind === "name" ? value.name : `$${value.handle.base}`;
  const conditions = guards.map((each) => `${name} !== ${each ?? "the value"}`);
  const free = `free ${name}${reset ? ", and forget it" : ""}`;
  return conditions.length > 0 ? `if ${conditions.join(" && ")} ${free}` : free;
}

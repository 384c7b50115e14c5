/** Analyses functions of programs in memory. */
import { analyzeFunction, type FunctionFacts } from "../../transformer/analysis/analyze-function.js";
import { noContext } from "../../transformer/analysis/context.js";
import { members } from "../../transformer/analysis/node-set.js";
import { rootKey } from "../../transformer/analysis/objects.js";
import type { ProgramSource } from "../../transformer/analysis/program.js";
import { Summaries, type Visit } from "../../transformer/analysis/summaries.js";
import { type Summary, summaryKey } from "../../transformer/analysis/summary.js";
import type { FunctionId } from "../../transformer/ir/ids.js";
import type { FunctionIr, Point } from "../../transformer/ir/ir.js";
import { lowerFunction } from "../../transformer/lower/function.js";
import { ProgramIndex } from "../../transformer/lower/program-index.js";
import { findNode, programOf, type Sources } from "../lower/harness.js";

export interface Analysed {
  readonly facts: FunctionFacts;
  readonly summary: Summary | null;
  /** How often a function was analysed for a summary. */
  readonly analysed: ReadonlyMap<string, number>;
}

class CountingSummaries extends Summaries {
  constructor(
    private readonly counts: Map<string, number>,
    source: ProgramSource,
  ) {
    super(source);
  }

  protected override analyse(ir: FunctionIr, visit: Visit): Summary {
    this.counts.set(ir.name, (this.counts.get(ir.name) ?? 0) + 1);
    return super.analyse(ir, visit);
  }
}

export function analyse(sources: string | Sources, name = "f"): Analysed {
  const program = programOf(sources);
  const index = ProgramIndex.of(program);
  const analysed = new Map<string, number>();
  const lowered = new Map<FunctionId, FunctionIr | null>();
  const summaries = new CountingSummaries(analysed, {
    irOf: (id) => {
      let ir = lowered.get(id);
      if (ir === undefined) {
        const lowering = lowerFunction(index, index.functionNode(id), { annotatedOnly: false });
        ir = lowering.kind === "left-alone" ? null : lowering.lowered.ir;
        lowered.set(id, ir);
      }
      return ir;
    },
    classOf: (id) => index.identities.classInfo(id),
    tampers: false,
  });
  const lowering = lowerFunction(index, findNode(program, name), { annotatedOnly: false });
  if (lowering.kind === "left-alone") throw new Error(lowering.why);
  const facts = analyzeFunction(lowering.lowered.ir, summaries);
  return { facts, summary: summaries.summaryOf(lowering.lowered.ir.id, noContext), analysed };
}

/** A summary's lines, the functions' numbers replaced by `#`. */
export function linesOf(summary: Summary | null): string[] | null {
  return (
    summary &&
    summaryKey(summary)
      .replace(/fresh \d+:/g, "fresh #:")
      .split("\n")
      .filter(Boolean)
  );
}

export function variableNamed(ir: FunctionIr, name: string): number {
  const found = ir.variables.find((each) => each.name === name);
  if (!found) throw new Error(`no variable ${name}`);
  return found.id;
}

/** The point before statement `index` of the function's body. */
export function statementPoint(ir: FunctionIr, index: number): Point {
  const body = ir.regions[ir.regions.length > 1 && !ir.regions[0]?.takesDeclarations ? 1 : 0]?.id;
  const found = ir.points.find(
    (each) => each.kind === "statement" && each.region === body && each.index === index,
  );
  if (!found) throw new Error(`no statement ${index}`);
  return found;
}

/** What a variable may hold before statement `index` of the body: readable names of objects. */
export function heldAt({ facts }: Analysed, name: string, index: number): string[] {
  const { ir, transfer, points } = facts;
  const at = points.get(statementPoint(ir, index).id);
  if (!at) throw new Error("nobody comes there");
  return members(at.state.variables.get(variableNamed(ir, name) as never) ?? 0n).map((id) => {
    const object = transfer.objects.get(id);
    if (object.kind === "site") return `${object.shape.kind} ${object.age}`;
    if (object.kind === "code") return "code";
    return object.kind === "other" ? "other" : `${rootKey(object.root)}/${object.path.join("/")}`;
  });
}

/** The names that are live before statement `index` of the body. */
export function liveAt({ facts }: Analysed, index: number): string[] {
  const at = facts.points.get(statementPoint(facts.ir, index).id);
  return members(at?.live ?? 0n)
    .map((id) => facts.ir.variables[id])
    .flatMap((each) => (each && each.kind !== "temporary" ? [each.name] : []))
    .sort();
}

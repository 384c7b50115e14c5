/**
 * Summaries on demand, to a fixpoint over recursion.
 *
 * Functions that call one another form a strongly connected component of the call graph (Tarjan 1972, found as
 * the analysis discovers calls). Its members start from the empty summary and are analysed again until none of
 * their summaries changes; only then are they final. Everything else is analysed once.
 *
 * A function has a summary for each calling context (see `context.ts`), up to a number; the nodes of the call graph are
 * functions in a context.
 */
import type { ClassInfo } from "../ir/class.js";
import type { ClassId, FunctionId } from "../ir/ids.js";
import type { FunctionIr } from "../ir/ir.js";
import { analyzeFunction, type FunctionFacts } from "./analyze-function.js";
import { type Context, noContext } from "./context.js";
import type { Program, ProgramSource } from "./program.js";
import { summarizeFunction } from "./summarize.js";
import { emptySummary, type Summary, summaryKey } from "./summary.js";

/** A function in a calling context. */
interface Node {
  readonly key: string;
  readonly id: FunctionId;
  readonly context: Context;
}

export interface Visit {
  readonly node: Node;
  readonly index: number;
  /** The lowest index on the stack that this visit has come back to. */
  low: number;
  /** Its own summary was asked for while it was being made. */
  recursive: boolean;
  /** What its last analysis found; `null` if that stopped at {@link deepestCall}. */
  facts: FunctionFacts | null;
}

/** Rounds after which a component is given up: its functions become unknown. */
const mostRounds = 20;
/**
 * A recursive function whose summary has more objects than this is given up too. One that builds a tree makes, by its
 * own summary, twice as many objects in each round: it would not be stable after the last round either.
 */
const largestRecursive = 300;
/** Calls nested deeper than this are unknown; it bounds the depth of our own recursion. */
const deepestCall = 150;
/** Contexts of one function; calls in further ones use the summary that holds for all. */
const mostContexts = 16;

export class Summaries implements Program {
  private readonly final = new Map<string, Summary | null>();
  private readonly provisional = new Map<string, Summary>();
  private readonly visits = new Map<string, Visit>();
  private readonly contexts = new Map<FunctionId, Set<string>>();
  private readonly stack: Node[] = [];
  private readonly active: Visit[] = [];
  /** Facts on which a final summary rests, until they are taken. */
  private readonly facts = new Map<FunctionId, FunctionFacts>();
  /** How many calls were too deep. */
  private tooDeep = 0;

  constructor(private readonly source: ProgramSource) {}

  irOf(id: FunctionId): FunctionIr | null {
    return this.source.irOf(id);
  }

  classOf(id: ClassId): ClassInfo {
    return this.source.classOf(id);
  }

  get tampers(): boolean {
    return this.source.tampers;
  }

  summaryOf(id: FunctionId, context: Context): Summary | null {
    const node = this.nodeOf(id, context);
    const known = this.final.get(node.key);
    if (known !== undefined) return known;
    const caller = this.active[this.active.length - 1];
    const visited = this.visits.get(node.key);
    if (visited) {
      visited.recursive = true;
      if (caller) caller.low = Math.min(caller.low, visited.low);
      return this.provisional.get(node.key) ?? emptySummary;
    }
    if (this.active.length >= deepestCall) {
      this.tooDeep++;
      return null;
    }
    return this.visit(node, caller);
  }

  /** The facts of a function. Those from which its summary was made are given once, not made again. */
  takeFacts(ir: FunctionIr): FunctionFacts {
    this.summaryOf(ir.id, noContext);
    const known = this.facts.get(ir.id);
    this.facts.delete(ir.id);
    return known ?? analyzeFunction(ir, this);
  }

  private nodeOf(id: FunctionId, context: Context): Node {
    const seen = this.contexts.get(id) ?? new Set();
    this.contexts.set(id, seen);
    const isKnown = context.key === "" || seen.has(context.key);
    if (!isKnown && seen.size >= mostContexts) return { key: `${id}`, id, context: noContext };
    if (!isKnown) seen.add(context.key);
    return { key: context.key === "" ? `${id}` : `${id} ${context.key}`, id, context };
  }

  private visit(node: Node, caller: Visit | undefined): Summary | null {
    const ir = this.irOf(node.id);
    if (!ir) {
      this.final.set(node.key, null);
      return null;
    }
    const index = this.stack.length;
    const visit: Visit = { node, index, low: index, recursive: false, facts: null };
    this.visits.set(node.key, visit);
    this.stack.push(node);
    this.active.push(visit);
    this.provisional.set(node.key, this.analyse(ir, visit));
    this.active.pop();
    if (caller) caller.low = Math.min(caller.low, visit.low);
    if (visit.low < visit.index) return this.provisional.get(node.key) ?? emptySummary;
    this.finish(visit);
    return this.final.get(node.key) ?? null;
  }

  protected analyse(ir: FunctionIr, visit: Visit): Summary {
    const { tooDeep } = this;
    const facts = analyzeFunction(ir, this, visit.node.context);
    visit.facts = tooDeep === this.tooDeep ? facts : null;
    return summarizeFunction(facts);
  }

  /**
   * Repeats a whole component until it is stable, then makes it final. It stays on the stack meanwhile, so a
   * function that is first called in a later round joins it.
   */
  private finish(root: Visit): void {
    const isAlone = this.stack.length === root.index + 1 && !root.recursive;
    const { node } = root;
    if (isAlone && root.facts && node.context === noContext) this.facts.set(node.id, root.facts);
    let stable = isAlone;
    for (let round = 0; !stable && round < mostRounds; round++) {
      const component = this.stack.slice(root.index);
      stable = true;
      for (const node of component) if (this.repeat(node)) stable = false;
      if (this.stack.length > root.index + component.length) stable = false;
      if (!stable && component.some(({ key }) => this.isTooLarge(key))) break;
    }
    for (const { key } of this.stack.splice(root.index)) {
      this.final.set(key, stable ? (this.provisional.get(key) ?? null) : null);
      this.visits.delete(key);
      this.provisional.delete(key);
    }
  }

  private isTooLarge(key: string): boolean {
    return (this.provisional.get(key)?.objects.length ?? 0) > largestRecursive;
  }

  /** Analyses a member of the current component again; says whether its summary changed. */
  private repeat({ key, id }: Node): boolean {
    const ir = this.irOf(id);
    const visit = this.visits.get(key);
    if (!ir || !visit) return false;
    const before = summaryKey(this.provisional.get(key) ?? emptySummary);
    this.active.push(visit);
    const summary = this.analyse(ir, visit);
    this.active.pop();
    this.provisional.set(key, summary);
    return summaryKey(summary) !== before;
  }
}

/**
 * Summaries on demand, to a fixpoint over recursion.
 *
 * Functions that call one another form a strongly connected component of the call graph (Tarjan 1972, found as
 * the analysis discovers calls). Its members start from the empty summary and are analysed again until none of
 * their summaries changes; only then are they final. Everything else is analysed once.
 */
import type { FunctionId } from "../ir/ids.js";
import type { FunctionIr } from "../ir/ir.js";
import { analyzeFunction, type FunctionFacts } from "./analyze-function.js";
import { summarizeFunction } from "./summarize.js";
import { emptySummary, type Summary, summaryKey } from "./summary.js";

/** Gives the IR of a function; `null` for one that was left alone. */
export type IrOf = (id: FunctionId) => FunctionIr | null;

interface Visit {
  readonly id: FunctionId;
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

export class Summaries {
  private readonly final = new Map<FunctionId, Summary | null>();
  private readonly provisional = new Map<FunctionId, Summary>();
  private readonly visits = new Map<FunctionId, Visit>();
  private readonly stack: FunctionId[] = [];
  private readonly active: Visit[] = [];
  /** Facts on which a final summary rests, until they are taken. */
  private readonly facts = new Map<FunctionId, FunctionFacts>();
  /** How many calls were too deep. */
  private tooDeep = 0;

  constructor(private readonly irOf: IrOf) {}

  readonly summaryOf = (id: FunctionId): Summary | null => {
    const known = this.final.get(id);
    if (known !== undefined) return known;
    const caller = this.active[this.active.length - 1];
    const visited = this.visits.get(id);
    if (visited) {
      visited.recursive = true;
      if (caller) caller.low = Math.min(caller.low, visited.low);
      return this.provisional.get(id) ?? emptySummary;
    }
    if (this.active.length >= deepestCall) {
      this.tooDeep++;
      return null;
    }
    return this.visit(id, caller);
  };

  /** The facts of a function. Those from which its summary was made are given once, not made again. */
  takeFacts(ir: FunctionIr): FunctionFacts {
    this.summaryOf(ir.id);
    const known = this.facts.get(ir.id);
    this.facts.delete(ir.id);
    return known ?? analyzeFunction(ir, this.summaryOf);
  }

  private visit(id: FunctionId, caller: Visit | undefined): Summary | null {
    const ir = this.irOf(id);
    if (ir?.functionKind !== "ordinary") {
      this.final.set(id, null);
      return null;
    }
    const index = this.stack.length;
    const visit: Visit = { id, index, low: index, recursive: false, facts: null };
    this.visits.set(id, visit);
    this.stack.push(id);
    this.active.push(visit);
    this.provisional.set(id, this.analyse(ir, visit));
    this.active.pop();
    if (caller) caller.low = Math.min(caller.low, visit.low);
    if (visit.low < visit.index) return this.provisional.get(id) ?? emptySummary;
    this.finish(visit);
    return this.final.get(id) ?? null;
  }

  private analyse(ir: FunctionIr, visit: Visit): Summary {
    const { tooDeep } = this;
    const facts = analyzeFunction(ir, this.summaryOf);
    visit.facts = tooDeep === this.tooDeep ? facts : null;
    return summarizeFunction(facts);
  }

  /**
   * Repeats a whole component until it is stable, then makes it final. It stays on the stack meanwhile, so a
   * function that is first called in a later round joins it.
   */
  private finish(root: Visit): void {
    const isAlone = this.stack.length === root.index + 1 && !root.recursive;
    if (isAlone && root.facts) this.facts.set(root.id, root.facts);
    let stable = isAlone;
    for (let round = 0; !stable && round < mostRounds; round++) {
      const component = this.stack.slice(root.index);
      stable = true;
      for (const id of component) if (this.repeat(id)) stable = false;
      if (this.stack.length > root.index + component.length) stable = false;
      if (!stable && component.some((id) => this.isTooLarge(id))) break;
    }
    for (const id of this.stack.splice(root.index)) {
      this.final.set(id, stable ? (this.provisional.get(id) ?? null) : null);
      this.visits.delete(id);
      this.provisional.delete(id);
    }
  }

  private isTooLarge(id: FunctionId): boolean {
    return (this.provisional.get(id)?.objects.length ?? 0) > largestRecursive;
  }

  /** Analyses a member of the current component again; says whether its summary changed. */
  private repeat(id: FunctionId): boolean {
    const ir = this.irOf(id);
    const visit = this.visits.get(id);
    if (!ir || !visit) return false;
    const before = summaryKey(this.provisional.get(id) ?? emptySummary);
    this.active.push(visit);
    const summary = this.analyse(ir, visit);
    this.active.pop();
    this.provisional.set(id, summary);
    return summaryKey(summary) !== before;
  }
}

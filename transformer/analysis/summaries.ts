/**
 * Summaries on demand, to a fixpoint over recursion.
 *
 * Functions that call one another form a strongly connected component of the call graph (Tarjan 1972, found as
 * the analysis discovers calls). Its members start from the empty summary and are analysed again until none of
 * their summaries changes; only then are they final. Everything else is analysed once.
 */
import type { FunctionId } from "../ir/ids.js";
import type { FunctionIr } from "../ir/ir.js";
import { analyzeFunction } from "./analyze-function.js";
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
}

/** Rounds after which a component is given up: its functions become unknown. */
const mostRounds = 20;
/**
 * A component with a larger summary is given up too. What a function makes and gets back from two calls of itself is
 * made at two more places in every round, so summaries of functions that build trees double each time.
 */
const mostObjects = 200;
/** Calls nested deeper than this are unknown; it bounds the depth of our own recursion. */
const deepestCall = 150;

export class Summaries {
  private readonly final = new Map<FunctionId, Summary | null>();
  private readonly provisional = new Map<FunctionId, Summary>();
  private readonly visits = new Map<FunctionId, Visit>();
  private readonly stack: FunctionId[] = [];
  private readonly active: Visit[] = [];

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
    if (this.active.length >= deepestCall) return null;
    return this.visit(id, caller);
  };

  private visit(id: FunctionId, caller: Visit | undefined): Summary | null {
    const ir = this.irOf(id);
    if (ir?.functionKind !== "ordinary") {
      this.final.set(id, null);
      return null;
    }
    const visit: Visit = { id, index: this.stack.length, low: this.stack.length, recursive: false };
    this.visits.set(id, visit);
    this.stack.push(id);
    this.active.push(visit);
    this.provisional.set(id, this.analyse(ir));
    this.active.pop();
    if (caller) caller.low = Math.min(caller.low, visit.low);
    if (visit.low < visit.index) return this.provisional.get(id) ?? emptySummary;
    this.finish(visit);
    return this.final.get(id) ?? null;
  }

  private analyse(ir: FunctionIr): Summary {
    return summarizeFunction(analyzeFunction(ir, this.summaryOf));
  }

  /**
   * Repeats a whole component until it is stable, then makes it final. It stays on the stack meanwhile, so a
   * function that is first called in a later round joins it.
   */
  private finish(root: Visit): void {
    const isAlone = this.stack.length === root.index + 1 && !root.recursive;
    let stable = isAlone;
    for (let round = 0; !stable && round < mostRounds; round++) {
      const component = this.stack.slice(root.index);
      stable = true;
      for (const id of component) if (this.repeat(id)) stable = false;
      if (this.stack.length > root.index + component.length) stable = false;
      if (component.some((id) => (this.provisional.get(id)?.objects.length ?? 0) > mostObjects)) {
        stable = false;
        break;
      }
    }
    for (const id of this.stack.splice(root.index)) {
      this.final.set(id, stable ? (this.provisional.get(id) ?? null) : null);
      this.visits.delete(id);
      this.provisional.delete(id);
    }
  }

  /** Analyses a member of the current component again; says whether its summary changed. */
  private repeat(id: FunctionId): boolean {
    const ir = this.irOf(id);
    const visit = this.visits.get(id);
    if (!ir || !visit) return false;
    const before = summaryKey(this.provisional.get(id) ?? emptySummary);
    this.active.push(visit);
    const summary = this.analyse(ir);
    this.active.pop();
    this.provisional.set(id, summary);
    return summaryKey(summary) !== before;
  }
}

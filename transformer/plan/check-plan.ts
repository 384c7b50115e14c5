/**
 * Checks the plan: looks at each free again, by other means than those that found its place.
 *
 * # Idea
 * The analysis follows buffers through objects and closures, and calls a buffer dead where nothing reaches it. One defect there, and a
 * wrong free looks as proven as all others. So this pass reads only the IR and the plan, and asks two questions in its own way:
 *
 * 1. Is the free **surely wrong**? ({@link findContradictions}) It looks for a path on which a variable surely holds the freed
 *    buffer and is used, returned or freed again, or on which unknown code was given the buffer. Such a free breaks an
 *    invariant of the transformer, which throws.
 * 2. Can it be **proven again**, simply? ({@link proveFrees}) Through variables alone, with liveness of its own. Where that is too
 *    simple, the free is counted with its doubt; the doubt is no fault.
 *
 * # Invariants
 * - K1 It imports nothing of `analysis/`, and uses no summary, so that no defect there hides here.
 * - K2 It changes nothing: the plan is the same with and without it.
 *
 * # Example
 * `const t = new X(n); (free t) return t[0];` throws: `'t' is used afterwards, by load`.
 */
import { invariant } from "../bailout.js";
import type { FunctionId, PointId } from "../ir/ids.js";
import type { FunctionIr } from "../ir/ir.js";
import { findContradictions } from "./check/find-contradictions.js";
import { Follower } from "./check/follow-buffers.js";
import { type Doubt, proveFrees } from "./check/prove-frees.js";
import type { PlannedFunction } from "./program-plan.js";

export interface PlanCheck {
  readonly frees: number;
  readonly proven: number;
  readonly doubts: ReadonlyMap<Doubt, number>;
}

export interface PlansToCheck {
  /** All functions that have a plan. */
  readonly functions: readonly PlannedFunction[];
  /** The IR of any function of the program; `null` where it was left alone. */
  readonly irOf: (id: FunctionId) => FunctionIr | null;
  /** Names the place of a point, for the message. */
  readonly nameOf: (planned: PlannedFunction, point: PointId) => string;
}

/** @throws if a free is surely wrong */
export function checkPlan({ functions, irOf, nameOf }: PlansToCheck): PlanCheck {
  const follower = new Follower(irOf);
  const doubts = new Map<Doubt, number>();
  let frees = 0;
  let proven = 0;
  for (const planned of functions) {
    const { plan } = planned;
    const { ir } = planned.lowered;
    const [wrong] = findContradictions(ir, plan);
    const where = wrong ? nameOf(planned, wrong.free.point) : "";
    invariant(!wrong, `the free at ${where} in ${ir.name} is wrong: ${wrong?.why}. Nothing was emitted`);
    for (const { doubt } of proveFrees(ir, plan, follower)) {
      frees++;
      if (doubt === null) proven++;
      else doubts.set(doubt, (doubts.get(doubt) ?? 0) + 1);
    }
  }
  return { frees, proven, doubts };
}

/**
 * What the check found, for people.
 *
 * @example
 * // plan checked: 12 frees, none contradicted, 9 proven again (held by an owner: 2, may be known elsewhere: 1)
 */
export function planCheckText({ frees, proven, doubts }: PlanCheck): string {
  const rest = [...doubts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([doubt, count]) => `${doubt}: ${count}`);
  const left = rest.length > 0 ? ` (${rest.join(", ")})` : "";
  return `plan checked: ${frees} frees, none contradicted, ${proven} proven again${left}`;
}

/**
 * Chooses the points at which a holder is freed.
 *
 * # Idea
 * The analysis gives the points where the holder's buffer is dead. Any of them is a sound place; which to take is
 * a matter of readable output and of missing no path:
 * 1. the first one in the statement list where the buffer is born (one free, where a person would put it);
 * 2. on each path that leaves without passing a chosen point (an early return, a branch in which the buffer
 *    does not escape), the first one from which no chosen point is reached any more;
 * 3. whatever is left: the first one on the path, with the holder reset so that a later free does nothing.
 *
 * # Invariants
 * - P1 A buffer is freed only where it is dead (S1): `isDead` is asked for every chosen point.
 * - P2 No path frees a buffer twice (S2): where a chosen point may find the holder freed already, every free
 *   resets the holder; a holder that can't be reset is refused there.
 */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import type { PointId, RegionId, VariableId } from "../ir/ids.js";
import type { Point, Region } from "../ir/ir.js";
import { type Place, placesOf } from "./places.js";
import {
  computeStatus,
  freed,
  type Holder,
  pending,
  pointsBefore,
  pointsThatGoOn,
  type Status,
  trackOf,
  unborn,
} from "./status.js";

export interface PlacementInput {
  readonly facts: FunctionFacts;
  /** The instructions that give the holder a new value. */
  readonly births: readonly Place[];
  /** The declared variable that the holder is, if it is one. */
  readonly variable: VariableId | null;
  /** Whether the holder's buffer is dead at a point, and nothing else can be in the holder there. */
  readonly isDead: (point: PointId) => boolean;
  /** The statement list in which the holder lives, and the statement after which it does. */
  readonly home: { readonly region: RegionId; readonly index: number };
  /** Points outside the home list may be chosen too. */
  readonly beyondHome: boolean;
  /** The holder can be assigned, so it can forget what is freed. */
  readonly canReset: boolean;
  /** A free here needs the holder to be born on every path. */
  readonly mustBeBorn: boolean;
  /** Points that are chosen from the start. */
  readonly required: readonly PointId[];
  readonly lost: ReadonlySet<PointId>;
}

export interface Placement {
  readonly chosen: readonly PointId[];
  readonly needsReset: boolean;
  readonly status: Status;
}

export function placeFrees(input: PlacementInput): Placement {
  const { facts, births, variable, lost } = input;
  const chosen = new Set<PointId>(input.required);
  const holder: Holder = { births, variable, chosen, lost };
  const track = trackOf(facts, holder);
  const goesOn = pointsThatGoOn(facts, track);
  const usable = facts.ir.points.filter((point) => goesOn.has(point.id) && isUsable(input, point));
  let status = computeStatus(facts, track, holder);
  const admissible = (point: Point): boolean => {
    const at = status.atPoint.get(point.id) ?? 0;
    if (!(at & pending)) return false;
    if (at & unborn && input.mustBeBorn) return false;
    return !(at & freed) || input.canReset;
  };
  const atHome = usable.find((point) => isHomePoint(input, point) && admissible(point));
  if (atHome) {
    chosen.add(atHome.id);
    status = computeStatus(facts, track, holder);
  }
  const inOrder = inProgramOrder(facts, usable);
  let before = leaks(status) ? pointsBefore(facts, track, chosen) : null;
  for (const mayLeadOn of [false, true]) {
    if (!before || !leaks(status)) break;
    for (const point of inOrder) {
      if (chosen.has(point.id) || !admissible(point)) continue;
      if (mayLeadOn ? !input.canReset : before.has(point.id)) continue;
      chosen.add(point.id);
      const next = computeStatus(facts, track, holder);
      // A free that makes another one a second free is only taken with a reset.
      if (!input.canReset && [...chosen].some((id) => (next.atPoint.get(id) ?? 0) & freed))
        chosen.delete(point.id);
      else {
        status = next;
        before = pointsBefore(facts, track, chosen);
      }
    }
  }
  // A point that nothing pending reaches any more does nothing.
  for (const id of chosen) if (!((status.atPoint.get(id) ?? 0) & pending)) chosen.delete(id);
  const needsReset = [...chosen].some((id) => ((status.atPoint.get(id) ?? 0) & freed) !== 0);
  return { chosen: [...chosen], needsReset, status };
}

function leaks(status: Status): boolean {
  return status.rebirths.length > 0 || [...status.atReturn.values()].some((at) => at & pending);
}

function isUsable(input: PlacementInput, point: Point): boolean {
  if (!input.beyondHome && !isInside(input.facts.ir.regions, point.region, input.home.region)) return false;
  return input.isDead(point.id);
}

function isHomePoint({ home }: PlacementInput, point: Point): boolean {
  return point.kind === "statement" && point.region === home.region && point.index > home.index;
}

/** Whether `inner` is `outer` or nested in it. */
export function isInside(regions: readonly Region[], inner: RegionId, outer: RegionId): boolean {
  for (let at: RegionId | undefined = inner; at !== undefined; at = regions[at]?.parent?.region) {
    if (at === outer) return true;
  }
  return false;
}

/** Sorts points by the order in which control first reaches them. */
function inProgramOrder(facts: FunctionFacts, points: readonly Point[]): Point[] {
  const rank = new Map([...placesOf(facts).points.keys()].map((id, i) => [id, i]));
  return [...points].sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
}

/**
 * Plans frees through declared variables: what a variable holds is freed right before the variable is assigned
 * again, and where it dies.
 *
 * `free(v)` at a point is right if, whatever `v` holds there: it is a buffer that this function made and owns,
 * `v` is never read again before it is assigned, and no other reference to the buffer is left. Where another
 * live variable might hold the same buffer, a comparison at run time decides (`v !== w`): two variables that hold
 * the view as it was made hold the same buffer only if they are identical.
 */

import type { FunctionFacts, PointFacts } from "../analysis/analyze-function.js";
import { computeEqualities, type Equalities } from "../analysis/equalities.js";
import { type BitSet, emptySet, has, members, setOf, without } from "../analysis/node-set.js";
import type { BlockId, OriginId, PointId, RegionId, VariableId } from "../ir/ids.js";
import type { Block, Variable } from "../ir/ir.js";
import { withoutIgnored } from "./freeable.js";
import { distinctSteps, lossAt, stateAt } from "./leaks.js";
import { isInside, placeFrees } from "./place.js";
import { everHeld, placesOf } from "./places.js";
import type { Free, Guard, PlanStep } from "./plan.js";
import type { BufferSite } from "./plan-function.js";
import { refuseDoubleFrees } from "./refuse-double-frees.js";
import { pending, type Status } from "./status.js";

export interface VariableFrees {
  readonly site: BufferSite;
  readonly kind: "freed" | "partial";
  readonly points: readonly PointId[];
  readonly frees: readonly Free[];
  /** Where buffers of the site are lost without a free. */
  readonly losses: readonly PlanStep[];
}

/** Buffers that are lost at a place. */
interface Leak {
  readonly objects: BitSet;
  readonly step: PlanStep;
}

interface Planning {
  readonly facts: FunctionFacts;
  /** The objects of the sites that may be freed through variables. */
  readonly owned: BitSet;
  readonly equalities: Equalities;
  /** By point, the variables freed there so far. */
  readonly freedAt: Map<PointId, VariableId[]>;
}

export function planVariables(facts: FunctionFacts, sites: readonly BufferSite[]): VariableFrees[] {
  if (sites.length === 0) return [];
  let owned = emptySet;
  for (const { recent, older } of sites) owned |= setOf(recent.id) | (older ? setOf(older.id) : emptySet);
  const planning: Planning = {
    facts,
    owned,
    equalities: computeEqualities(facts.ir, facts.order),
    freedAt: new Map(),
  };
  const held = everHeld(facts);
  const plans = facts.ir.variables
    .filter(({ id }) => ((held.get(id) ?? emptySet) & owned) !== emptySet)
    .filter((variable) => isHolder(facts, variable))
    .map((variable) => ({ variable, ...planVariable(planning, variable) }));
  const accepted = refuseDoubleFrees(
    facts,
    plans.flatMap((each) => each.frees),
  );
  const refused = plans.flatMap((each) => each.frees).filter((each) => !accepted.includes(each));
  const frees = accepted.map((free): Free => {
    const own = sites.filter((site) => mayHold(facts, free, site));
    return { ...free, sites: own.map(({ site }) => site.id) };
  });
  // What one variable lets go of may be what another frees.
  const leaks: Leak[] = refused.map((free) => refusedLeak(facts, free));
  for (const plan of plans) {
    const others = frees.filter(
      (free) => free.value.kind === "variable" && free.value.variable !== plan.variable.id,
    );
    const freed = others.reduce((all, free) => all | heldAt(facts, free), emptySet);
    for (const { objects, step } of plan.leaks) leaks.push({ objects: objects & ~freed, step });
  }
  return sites.map((site) => {
    const own = frees.filter((free) => free.value.kind === "variable" && mayHold(facts, free, site));
    const isOwn = ({ objects }: Leak): boolean =>
      has(objects, site.recent.id) || (site.older !== null && has(objects, site.older.id));
    const losses = distinctSteps(leaks.filter(isOwn).map(({ step }) => step));
    const kind = losses.length > 0 ? "partial" : "freed";
    return { site, kind, points: own.map((free) => free.point), frees: own, losses };
  });
}

/** What is lost where a free is refused, since what it would free may have been freed before. */
function refusedLeak(facts: FunctionFacts, free: Free): Leak {
  const { ir } = facts;
  const name = free.value.kind === "variable" ? ir.variables[free.value.variable]?.name : undefined;
  const place = placesOf(facts).points.get(free.point);
  const block = place && ir.blocks[place.block];
  const at = block?.instructions[place?.index ?? 0] ?? { origin: ir.sites[0]?.origin as OriginId };
  const why = `not freed here through \`${name ?? ""}\`: another variable may have freed it before`;
  return { objects: heldAt(facts, free), step: { origin: at.origin, why } };
}

/** What the variable of a free may hold there. */
function heldAt(facts: FunctionFacts, { value, point }: Free): BitSet {
  if (value.kind !== "variable") return emptySet;
  return facts.points.get(point)?.state.get(value.variable) ?? emptySet;
}

function mayHold(facts: FunctionFacts, free: Free, { recent, older }: BufferSite): boolean {
  const held = heldAt(facts, free);
  return has(held, recent.id) || (older !== null && has(held, older.id));
}

/** A `let` or `const` of this function alone, whose name means it wherever it is in scope. */
function isHolder(facts: FunctionFacts, variable: Variable): boolean {
  const isShared = variable.captured && !variable.closed;
  if (variable.kind !== "local" || variable.region === null || isShared) return false;
  return hasUniqueName(facts, variable) && facts.ir.regions[variable.region]?.takesDeclarations === true;
}

export function hasUniqueName(facts: FunctionFacts, variable: Variable): boolean {
  const others = variable.kind === "temporary" ? 0 : 1;
  return (placesOf(facts).named.get(variable.name) ?? 0) === others;
}

function planVariable(planning: Planning, variable: Variable): { frees: Free[]; leaks: Leak[] } {
  const { facts } = planning;
  const region = variable.region as RegionId;
  const guards = new Map<PointId, Guard[]>();
  const isDead = (point: PointId): boolean => {
    const found = guardsAt(planning, variable, point);
    if (found) guards.set(point, found);
    return found !== null;
  };
  const required = overwritePoints(facts, variable).filter(isDead);
  const declaredAt = declarationIndex(facts, variable, region);
  const placement = placeFrees({
    facts,
    births: placesOf(facts).byTarget.get(variable.id) ?? [],
    variable: variable.id,
    isDead,
    home: { region, index: declaredAt },
    beyondHome: false,
    canReset: false,
    mustBeBorn: true,
    required,
    lost: lostPoints(planning, variable),
  });
  if (placement.needsReset) return { frees: [], leaks: [] };
  const frees = placement.chosen.map((point): Free => {
    planning.freedAt.set(point, [...(planning.freedAt.get(point) ?? []), variable.id]);
    return {
      point,
      value: { kind: "variable", variable: variable.id },
      path: [],
      sure: false,
      guards: guards.get(point) ?? [],
      reset: false,
      sites: [],
    };
  });
  return { frees, leaks: findLeaksOf(planning, variable, placement.status) };
}

/** Buffers that the variable holds, unfreed and out of reach, where the function returns or the variable is assigned. */
function findLeaksOf({ facts, owned }: Planning, variable: Variable, status: Status): Leak[] {
  const leaks: Leak[] = [];
  const note = (block: BlockId, index: number, live: BitSet): void => {
    const state = stateAt(facts, block, index);
    if (!state) return;
    const objects = state.get(variable.id) & owned & ~state.reachable(live, facts.transfer.objects);
    leaks.push({ objects, step: lossAt(facts, { block, index }) });
  };
  for (const [id, at] of status.atReturn) {
    const block = facts.ir.blocks[id];
    if (!(at & pending) || block?.terminator.kind !== "return") continue;
    const { value } = block.terminator;
    note(id, block.instructions.length, value === null ? emptySet : setOf(value));
  }
  // What the variable lets go of when it is assigned again is lost, unless another variable frees it.
  for (const { block, index } of status.rebirths) {
    const state = stateAt(facts, block, index);
    if (!state) continue;
    const objects = state.get(variable.id) & owned & ~(state.escaped | state.lent);
    leaks.push({ objects, step: lossAt(facts, { block, index }) });
  }
  return leaks;
}

/** The statement that declares the variable: the first of its list that assigns it. */
function declarationIndex(facts: FunctionFacts, variable: Variable, region: RegionId): number {
  for (const block of facts.ir.blocks) {
    let at = 0;
    for (const instruction of block.instructions) {
      if (instruction.kind === "point") {
        const point = facts.ir.points[instruction.point];
        if (point?.region === region) at = point.index;
      }
      if ("target" in instruction && instruction.target === variable.id) return at;
    }
  }
  return 0;
}

/** Points between the value of an assignment to the variable and the assignment. */
function overwritePoints(facts: FunctionFacts, variable: Variable): PointId[] {
  const found: PointId[] = [];
  for (const { block, index } of placesOf(facts).byTarget.get(variable.id) ?? []) {
    const { instructions } = facts.ir.blocks[block] as Block;
    const before = instructions[index - 1];
    if (instructions[index]?.kind !== "copy" || before?.kind !== "point") continue;
    if (facts.ir.points[before.point]?.kind === "assigned-value") found.push(before.point);
  }
  return found;
}

/** Points at which another variable that may hold the same buffer, dead as well, is freed. */
function lostPoints({ facts, freedAt }: Planning, variable: Variable): Set<PointId> {
  const lost = new Set<PointId>();
  for (const [point, variables] of freedAt) {
    const at = facts.points.get(point);
    if (!at) continue;
    const held = at.state.get(variable.id);
    if (variables.some((each) => (at.state.get(each) & held) !== emptySet) && !has(at.live, variable.id))
      lost.add(point);
  }
  return lost;
}

/** The variables that must differ for `free(variable)` to be right at `point`; `null` if it can't be made right. */
function guardsAt(
  { facts, owned, equalities, freedAt }: Planning,
  variable: Variable,
  point: PointId,
): Guard[] | null {
  const at = facts.points.get(point);
  if (!at || has(at.live, variable.id)) return null;
  const held = withoutIgnored(facts, at.state.get(variable.id));
  if (held === emptySet || (held & ~owned) !== emptySet || (held & at.state.escaped) !== emptySet)
    return null;
  const guards: Guard[] = [];
  if ((held & at.reachable) !== emptySet) {
    const aliases = aliasesOf(facts, point, held);
    // Comparing views decides only where every reference is to the view as it was made.
    if (!aliases || (held & facts.transfer.viewed) !== emptySet) return null;
    guards.push(...aliases);
  }
  for (const each of freedAt.get(point) ?? []) {
    if (each !== variable.id && (at.state.get(each) & held) !== emptySet)
      guards.push({ kind: "variable", variable: each });
  }
  if ((held & facts.transfer.viewed) !== emptySet && guards.length > 0) return null;
  const region = facts.ir.points[point]?.region;
  for (const guard of guards) {
    if (guard.kind === "variable" && !isVisible(facts, guard.variable, region)) return null;
    // The same for sure: there is nothing to decide.
    if (equalities.areEqual(point, variable.id, guard.variable)) return null;
    if (isSameInstance(facts, at, variable.id, guard.variable)) return null;
  }
  return guards;
}

/** Whether two variables can only hold one and the same instance. */
function isSameInstance(facts: FunctionFacts, { state }: PointFacts, a: VariableId, b: VariableId): boolean {
  return state.get(a) === state.get(b) && state.isExact(state.get(a), facts.transfer.objects);
}

function isVisible(facts: FunctionFacts, id: VariableId, region: RegionId | undefined): boolean {
  const variable = facts.ir.variables[id];
  if (!variable || region === undefined || variable.region === null) return false;
  return (
    variable.kind === "local" &&
    hasUniqueName(facts, variable) &&
    isInside(facts.ir.regions, region, variable.region)
  );
}

/** The live references by which alone `held` can be reached; `null` if there are other ways. */
function aliasesOf(facts: FunctionFacts, point: PointId, held: BitSet): Guard[] | null {
  const at = facts.points.get(point) as PointFacts;
  const aliases: Guard[] = [];
  let live = at.live;
  for (const id of members(at.live) as VariableId[]) {
    const values = at.state.get(id);
    if ((values & held) === emptySet) continue;
    // What it holds may also be an object that has the buffer, which no comparison shows.
    if ((at.state.heldBy(values, facts.transfer.objects) & held) !== emptySet) return null;
    const named = nameOf(facts, id, point);
    if (named === null) return null;
    aliases.push(named);
    live = without(live, id);
  }
  return (at.state.reachable(live, facts.transfer.objects) & held) === emptySet ? aliases : null;
}

/** How an inserted statement can name what a variable holds at `point`. */
function nameOf(facts: FunctionFacts, id: VariableId, point: PointId): Guard | null {
  if (facts.ir.variables[id]?.kind === "local") return { kind: "variable", variable: id };
  if (facts.ir.points[point]?.kind === "statement") return null;
  const place = placesOf(facts).points.get(point);
  const after = place && facts.ir.blocks[place.block]?.instructions[place.index + 1];
  return after?.kind === "copy" && after.source === id ? { kind: "value", variable: id } : null;
}

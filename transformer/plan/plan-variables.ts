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
import type { PointId, RegionId, VariableId } from "../ir/ids.js";
import type { Instruction, Variable } from "../ir/ir.js";
import { isInside, placeFrees } from "./place.js";
import type { Free } from "./plan.js";
import type { BufferSite } from "./plan-function.js";

export interface VariableFrees {
  readonly site: BufferSite;
  readonly points: readonly PointId[];
  readonly frees: readonly Free[];
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
  const frees: Free[] = [];
  for (const variable of facts.ir.variables) {
    if (isHolder(facts, variable)) frees.push(...planVariable(planning, variable));
  }
  return sites.map((site) => {
    const own = frees.filter((free) => free.value.kind === "variable" && mayHold(facts, free, site));
    return { site, points: own.map((free) => free.point), frees: own };
  });
}

function mayHold(facts: FunctionFacts, free: Free, { recent, older }: BufferSite): boolean {
  if (free.value.kind !== "variable") return false;
  const held = facts.points.get(free.point)?.state.get(free.value.variable) ?? emptySet;
  return has(held, recent.id) || (older !== null && has(held, older.id));
}

/** A `let` or `const` of this function alone, whose name means it wherever it is in scope. */
function isHolder(facts: FunctionFacts, variable: Variable): boolean {
  if (variable.kind !== "local" || variable.region === null || variable.captured) return false;
  return hasUniqueName(facts, variable) && facts.ir.regions[variable.region]?.takesDeclarations === true;
}

export function hasUniqueName(facts: FunctionFacts, variable: Variable): boolean {
  return !facts.ir.variables.some(
    (each) =>
      each.id !== variable.id &&
      each.kind !== "temporary" &&
      each.name === variable.name &&
      each.kind !== "parameter",
  );
}

function planVariable(planning: Planning, variable: Variable): Free[] {
  const { facts } = planning;
  const region = variable.region as RegionId;
  const guards = new Map<PointId, VariableId[]>();
  const isDead = (point: PointId): boolean => {
    const found = guardsAt(planning, variable, point);
    if (found) guards.set(point, found);
    return found !== null;
  };
  const isBirth = (instruction: Instruction): boolean =>
    "target" in instruction && instruction.target === variable.id;
  const required = overwritePoints(facts, variable).filter(isDead);
  const declaredAt = declarationIndex(facts, variable, region);
  const placement = placeFrees({
    facts,
    isBirth,
    isDead,
    home: { region, index: declaredAt },
    beyondHome: false,
    canReset: false,
    mustBeBorn: true,
    required,
    lost: lostPoints(planning, variable),
  });
  if (placement.needsReset) return [];
  return placement.chosen.map((point) => {
    planning.freedAt.set(point, [...(planning.freedAt.get(point) ?? []), variable.id]);
    return {
      point,
      value: { kind: "variable", variable: variable.id },
      guards: guards.get(point) ?? [],
      reset: false,
    };
  });
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
  for (const block of facts.ir.blocks) {
    block.instructions.forEach((instruction, i) => {
      if (instruction.kind !== "point" || facts.ir.points[instruction.point]?.kind !== "assigned-value")
        return;
      const next = block.instructions[i + 1];
      if (next?.kind === "copy" && next.target === variable.id) found.push(instruction.point);
    });
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
): VariableId[] | null {
  const at = facts.points.get(point);
  if (!at || has(at.live, variable.id)) return null;
  const held = at.state.get(variable.id);
  if (held === emptySet || (held & ~owned) !== emptySet || (held & at.state.escaped) !== emptySet)
    return null;
  const guards = new Set<VariableId>();
  if ((held & at.reachable) !== emptySet) {
    for (const guard of aliasesOf(facts, point, held) ?? [variable.id]) guards.add(guard);
    // Comparing views decides only where every reference is to the view as it was made.
    if (guards.has(variable.id) || (held & facts.transfer.viewed) !== emptySet) return null;
  }
  for (const each of freedAt.get(point) ?? []) {
    if (each !== variable.id && (at.state.get(each) & held) !== emptySet) guards.add(each);
  }
  if ((held & facts.transfer.viewed) !== emptySet && guards.size > 0) return null;
  const region = facts.ir.points[point]?.region;
  for (const guard of guards) {
    if (!isVisible(facts, guard, region)) return null;
    // The same for sure: there is nothing to decide.
    if (equalities.areEqual(point, variable.id, guard)) return null;
  }
  return [...guards];
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

/** The live variables by which alone `held` can be reached; `null` if there are other ways. */
function aliasesOf(facts: FunctionFacts, point: PointId, held: BitSet): VariableId[] | null {
  const at = facts.points.get(point) as PointFacts;
  const aliases: VariableId[] = [];
  let live = at.live;
  for (const id of members(at.live) as VariableId[]) {
    if ((at.state.get(id) & held) === emptySet) continue;
    const named = sourceOf(facts, id, point);
    if (named === null) return null;
    aliases.push(named);
    live = without(live, id);
  }
  return (at.state.reachable(live, facts.transfer.objects) & held) === emptySet ? aliases : null;
}

/** The declared variable whose value `id` holds at `point`: itself, or what it has copied right before. */
function sourceOf(facts: FunctionFacts, id: VariableId, point: PointId): VariableId | null {
  if (facts.ir.variables[id]?.kind === "local") return id;
  for (const block of facts.ir.blocks) {
    const i = block.instructions.findIndex((each) => each.kind === "point" && each.point === point);
    const before = block.instructions[i - 1];
    if (before?.kind !== "copy" || before.target !== id) continue;
    return facts.ir.variables[before.source]?.kind === "local" ? before.source : null;
  }
  return null;
}

/** Finds what can hold a new object from its birth on: the variable that it is assigned to, or one that is added. */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { has, setOf } from "../analysis/node-set.js";
import type { SiteObject } from "../analysis/objects.js";
import type { BlockId, RegionId, VariableId } from "../ir/ids.js";
import type { Point, Region, Site, Variable } from "../ir/ir.js";
import { withoutIgnored } from "./freeable.js";
import { stateAt } from "./leaks.js";
import type { Placement } from "./place.js";
import { placesOf } from "./places.js";
import type { Handle } from "./plan.js";
import { hasUniqueName } from "./plan-variables.js";

/** The `const` (or never reassigned `let`) that holds an object from the statement of its birth on. */
export function ownVariableOf(facts: FunctionFacts, site: Site, recent: SiteObject): Variable | null {
  for (const variable of facts.ir.variables) {
    if (variable.kind !== "local" || variable.assignments !== 1 || variable.assignedElsewhere) continue;
    if (variable.region !== site.region || !hasUniqueName(facts, variable)) continue;
    const assigned = stateAfterAssignment(facts, variable.id, site.index);
    if (!assigned) continue;
    // Only the buffer itself, not a view of it, stands for the whole.
    // An owner is what it is: nothing else may be in its place.
    const held = recent.shape.kind === "buffer" ? withoutIgnored(facts, assigned.held) : assigned.held;
    if (held !== setOf(recent.id)) continue;
    if (!has(facts.transfer.viewed, recent.id) || assigned.isDirect) return variable;
  }
  return null;
}

interface Assigned {
  readonly held: bigint;
  /** It is assigned the very value of the allocation. */
  readonly isDirect: boolean;
}

/** What a variable that is assigned once is assigned, if that is in statement `statement` of its list. */
function stateAfterAssignment(facts: FunctionFacts, id: VariableId, statement: number): Assigned | null {
  for (const { block, index } of placesOf(facts).byTarget.get(id) ?? []) {
    const instructions = facts.ir.blocks[block]?.instructions ?? [];
    const copy = instructions[index];
    if (copy?.kind !== "copy") continue;
    if (statementOf(facts, block, index) !== statement) return null;
    const held = stateAt(facts, block, index)?.get(copy.source) ?? 0n;
    const before = instructions[index - 1];
    const isDirect =
      before !== undefined && "site" in before && "target" in before && before.target === copy.source;
    return { held, isDirect };
  }
  return null;
}

/** The index of the statement that an instruction belongs to, by the last statement point before it. */
function statementOf(facts: FunctionFacts, block: BlockId, index: number): number {
  const instructions = facts.ir.blocks[block]?.instructions ?? [];
  for (let i = index; i >= 0; i--) {
    const instruction = instructions[i];
    const point = instruction?.kind === "point" ? facts.ir.points[instruction.point] : undefined;
    if (point?.kind === "statement") return point.index;
  }
  return -1;
}

/** Whether a point comes after a declaration before statement `index` of `region`, in the same run of that list. */
function isAfter(
  regions: readonly Region[],
  point: Point,
  { region, index }: NonNullable<Region["parent"]>,
): boolean {
  if (point.region === region) return point.kind === "statement" ? point.index > index : point.index >= index;
  let at = regions[point.region]?.parent;
  while (at && at.region !== region) at = regions[at.region]?.parent;
  return !!at && at.index >= index;
}

/** Declares a handle in the innermost list that holds the birth and every free; `null` where no list does. */
export function makeHandle(
  facts: FunctionFacts,
  { site, placement, name }: { site: Site; placement: Placement; name: string },
): Handle | null {
  const { regions, points } = facts.ir;
  let at: Region["parent"] = { region: site.region, index: site.index };
  while (at) {
    const region: RegionId = at.region;
    const info: Region | undefined = regions[region];
    const { index } = at;
    const holdsAll = placement.chosen.every((point) =>
      isAfter(regions, points[point] as Point, { region, index }),
    );
    if (info?.takesDeclarations && holdsAll) return { id: -1, site: site.id, name, ...at };
    at = info?.parent ?? null;
  }
  return null;
}

/**
 * Walks that the checker shares: along the control-flow graph, forward from a place, with a set of variables.
 *
 * The set is what some path makes of it (an existential reading): a copy of a member joins, what is assigned anew leaves, and
 * where paths meet the sets are united. So a variable that is in the set at a place holds the followed buffer there on at
 * least one path from the start, if no branch on that path excludes another.
 */
import { type BlockId, brandId, type PointId, type VariableId } from "../../ir/ids.js";
import type { FunctionIr, Instruction, Terminator } from "../../ir/ir.js";
import { mayThrow, successorsOf, targetOf } from "../../ir/visit.js";

/** Before instruction `index` of a block; the one after the last is its terminator. */
export interface Place {
  readonly block: BlockId;
  readonly index: number;
}

/** Stands in a set for a plan's handle, which is no variable of the function. */
export const theHandle = brandId<VariableId>(-1);

export interface Walk {
  readonly ir: FunctionIr;
  /** Right after the instruction here. */
  readonly from: Place;
  readonly start: ReadonlySet<VariableId>;
  /** What is found at an instruction, with the set before it; anything but `null` ends the walk. `false` ends this path. */
  readonly at: (instruction: Instruction, set: ReadonlySet<VariableId>) => string | false | null;
  readonly atEnd: (terminator: Terminator, set: ReadonlySet<VariableId>) => string | null;
}

/** Returns what was found first, or `null`. */
export function walkForward({ ir, from, start, at, atEnd }: Walk): string | null {
  const known = new Map<BlockId, Set<VariableId>>();
  const isTemporary = (id: number): boolean => ir.variables[id]?.kind === "temporary";
  const work: { place: Place; set: ReadonlySet<VariableId> }[] = [
    { place: { block: from.block, index: from.index + 1 }, set: start },
  ];
  const enter = (block: BlockId, set: ReadonlySet<VariableId>): void => {
    const before = known.get(block);
    const union = new Set([...(before ?? []), ...set]);
    if (before && union.size === before.size) return;
    known.set(block, union);
    work.push({ place: { block, index: 0 }, set: union });
  };
  for (let next = work.pop(); next; next = work.pop()) {
    const block = ir.blocks[next.place.block];
    if (!block) continue;
    let set = next.set;
    let ended = false;
    for (const instruction of block.instructions.slice(next.place.index)) {
      if (block.handler !== null && mayThrow(instruction, isTemporary)) enter(block.handler, set);
      const found = at(instruction, set);
      if (found === false) ended = true;
      else if (found !== null) return found;
      if (ended) break;
      set = step(instruction, set);
      if (set.size === 0) break;
    }
    if (ended || set.size === 0) continue;
    const found = atEnd(block.terminator, set);
    if (found !== null) return found;
    for (const successor of successorsOf(block)) enter(successor, set);
  }
  return null;
}

function step(instruction: Instruction, set: ReadonlySet<VariableId>): ReadonlySet<VariableId> {
  // A path on which the variable holds no object is not the one that is followed.
  if (instruction.kind === "absent") return set.has(instruction.variable) ? new Set() : set;
  if (instruction.kind === "declare" && !instruction.keepsValue) return without(set, instruction.variable);
  const target = targetOf(instruction);
  if (target === null) return set;
  if (instruction.kind === "copy" && set.has(instruction.source)) return new Set([...set, target]);
  return without(set, target);
}

function without(set: ReadonlySet<VariableId>, variable: VariableId): ReadonlySet<VariableId> {
  if (!set.has(variable)) return set;
  return new Set([...set].filter((each) => each !== variable));
}

/** Where each point stands. */
export function placePoints(ir: FunctionIr): ReadonlyMap<PointId, Place> {
  const places = new Map<PointId, Place>();
  for (const block of ir.blocks) {
    block.instructions.forEach((instruction, index) => {
      if (instruction.kind === "point") places.set(instruction.point, { block: block.id, index });
    });
  }
  return places;
}

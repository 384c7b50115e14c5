/**
 * Refuses frees through variables that might free what another free has freed before (S2).
 *
 * Each variable's frees are placed on their own. Two variables may hold the same buffer at different times, so a free
 * of one may come before a free of the other. This pass follows, from every free, the variables that may still
 * hold the freed buffer, dead though they are; a free that meets such a variable is refused.
 *
 * Example: `const b = a; use(b); (free b) a = next; (free a)`: after the free of `b`, `a` holds the same
 * buffer until it is assigned.
 */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { type BitSet, emptySet, has, setOf, without } from "../analysis/node-set.js";
import type { BlockId, PointId, VariableId } from "../ir/ids.js";
import type { Block, Instruction } from "../ir/ir.js";
import { successorsOf, targetOf } from "../ir/visit.js";
import { placesOf } from "./places.js";
import type { Free } from "./plan.js";

/** The frees that remain when those that may come second are taken out; of two in conflict the later in the list goes. */
export function refuseDoubleFrees(facts: FunctionFacts, frees: readonly Free[]): Free[] {
  let kept = [...frees];
  for (let refused = findConflict(facts, kept); refused; refused = findConflict(facts, kept)) {
    const gone = refused;
    kept = kept.filter((each) => each !== gone);
  }
  return kept;
}

function findConflict(facts: FunctionFacts, frees: readonly Free[]): Free | null {
  for (const first of frees) {
    const second = meets(facts, frees, first);
    if (second) return frees.indexOf(second) > frees.indexOf(first) ? second : first;
  }
  return null;
}

/** A free that may free again what `first` has freed. */
function meets(facts: FunctionFacts, frees: readonly Free[], first: Free): Free | null {
  const start = holdersAfter(facts, first);
  const entries = new Map<BlockId, BitSet>();
  const work: { block: BlockId; from: number; holders: BitSet }[] = [];
  const place = placesOf(facts).points.get(first.point);
  if (!place) return null;
  // What else is freed at the very point has been compared with this one there.
  work.push({ block: place.block, from: place.index + 1, holders: start });
  for (let next = work.pop(); next; next = work.pop()) {
    const block = facts.ir.blocks[next.block] as Block;
    let holders = next.holders;
    for (const instruction of block.instructions.slice(next.from)) {
      const found = instruction.kind === "point" ? freeAt(frees, instruction.point, holders) : null;
      if (found) return found;
      holders = afterInstruction(holders, instruction);
    }
    const onwards = block.handler === null ? successorsOf(block) : [...successorsOf(block), block.handler];
    for (const successor of onwards) {
      const known = entries.get(successor) ?? emptySet;
      // A handler may be reached from anywhere inside.
      const incoming = successor === block.handler ? holders | next.holders : holders;
      if ((known | incoming) === known) continue;
      entries.set(successor, known | incoming);
      work.push({ block: successor, from: 0, holders: known | incoming });
    }
  }
  return null;
}

/** The variables that may hold the freed buffer right after the free. */
function holdersAfter(facts: FunctionFacts, { point, value, guards }: Free): BitSet {
  const state = facts.points.get(point)?.state;
  if (!state || value.kind !== "variable") return emptySet;
  const freed = state.get(value.variable);
  let holders = setOf(value.variable);
  for (const [variable, held] of state.variables) if ((held & freed) !== emptySet) holders |= setOf(variable);
  for (const guard of guards) holders = without(holders, guard.variable);
  return holders;
}

function freeAt(frees: readonly Free[], point: PointId, holders: BitSet): Free | null {
  const found = frees.find(
    (each) => each.point === point && each.value.kind === "variable" && has(holders, each.value.variable),
  );
  return found ?? null;
}

function afterInstruction(holders: BitSet, instruction: Instruction): BitSet {
  const target = targetOf(instruction) as VariableId | null;
  if (target === null)
    return instruction.kind === "absent" ? without(holders, instruction.variable) : holders;
  const copies = instruction.kind === "copy" && has(holders, instruction.source);
  return copies ? holders | setOf(target) : without(holders, target);
}

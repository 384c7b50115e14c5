/** Finds the paths on which a buffer dies, unescaped, without being freed: what makes a verdict `partial`. */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { has, setOf } from "../analysis/node-set.js";
import type { State } from "../analysis/state.js";
import type { BlockId } from "../ir/ids.js";
import type { Block, Instruction } from "../ir/ir.js";
import type { Placement } from "./place.js";
import { placesOf } from "./places.js";
import type { BufferSite } from "./plan-function.js";
import { pending } from "./status.js";

/** The blocks in which the site's buffer is lost although nobody can come to it. */
export function leakedPoints(facts: FunctionFacts, site: BufferSite, { status }: Placement): BlockId[] {
  const leaks: BlockId[] = [];
  for (const [id, at] of status.atReturn) {
    if (!(at & pending)) continue;
    const block = facts.ir.blocks[id] as Block;
    const value = block.terminator.kind === "return" ? block.terminator.value : null;
    const state = stateAt(facts, id, block.instructions.length);
    if (
      state &&
      !has(state.reachable(value === null ? 0n : setOf(value), facts.transfer.objects), site.recent.id)
    ) {
      leaks.push(id);
    }
  }
  // The handle moves on to the next instance; the one before is lost, now or when it dies.
  for (const { block, index } of status.rebirths) {
    const state = stateAt(facts, block, index);
    if (state && !has(state.escaped | state.lent, site.recent.id)) leaks.push(block);
  }
  return leaks;
}

/** The state before an instruction of a block: worked out from the last point before it, or the block's entry. */
export function stateAt(facts: FunctionFacts, id: BlockId, index: number): State | null {
  const { instructions } = facts.ir.blocks[id] as Block;
  const points = placesOf(facts).pointsIn.get(id) ?? [];
  const last = points.findLast((each) => each.index <= index);
  const known = last?.instruction.kind === "point" ? facts.points.get(last.instruction.point)?.state : null;
  const state = (known ?? facts.entries.get(id))?.copy();
  if (!state) return null;
  for (let i = known && last ? last.index : 0; i < index; i++)
    facts.transfer.apply(state, instructions[i] as Instruction);
  return state;
}

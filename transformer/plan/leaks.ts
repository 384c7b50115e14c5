/** Finds the paths on which a buffer dies, unescaped, without being freed: what makes a verdict `partial`. */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { has, setOf } from "../analysis/node-set.js";
import type { State } from "../analysis/state.js";
import type { BlockId } from "../ir/ids.js";
import type { Block } from "../ir/ir.js";
import type { Placement } from "./place.js";
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

/** The state before an instruction of a block. */
export function stateAt(facts: FunctionFacts, id: BlockId, index: number): State | null {
  const state = facts.entries.get(id)?.copy();
  if (!state) return null;
  const block = facts.ir.blocks[id] as Block;
  for (const instruction of block.instructions.slice(0, index)) facts.transfer.apply(state, instruction);
  return state;
}

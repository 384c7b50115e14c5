/**
 * Backward liveness of variables (Aho, Lam, Sethi, Ullman, *Compilers*, §9.2.5).
 *
 * A variable is live at a place if some path from there reads it before assigning it. An exception may leave a
 * block anywhere, so what the handler needs is live throughout the block. Variables read through closures are
 * not counted here: the points-to analysis keeps alive what a reachable closure captures.
 */
import type { BlockId } from "../ir/ids.js";
import type { Block, FunctionIr } from "../ir/ir.js";
import { operandsOf, successorsOf, targetOf } from "../ir/visit.js";
import { type BitSet, emptySet, setOf, without } from "./node-set.js";

export interface Liveness {
  /** The variables live before each instruction of a block, and (last) before its terminator. */
  readonly before: (block: BlockId) => readonly BitSet[];
}

export function computeLiveness(ir: FunctionIr, order: readonly BlockId[]): Liveness {
  const liveIn = new Map<BlockId, BitSet>();
  const backward = [...order].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of backward) {
      const block = ir.blocks[id] as Block;
      const live = sweep(block, liveOut(block, liveIn), handlerNeeds(block, liveIn), null);
      if (live !== (liveIn.get(id) ?? emptySet)) {
        liveIn.set(id, live);
        changed = true;
      }
    }
  }
  const cache = new Map<BlockId, BitSet[]>();
  return {
    before: (id) => {
      let result = cache.get(id);
      if (!result) {
        const block = ir.blocks[id] as Block;
        result = [];
        sweep(block, liveOut(block, liveIn), handlerNeeds(block, liveIn), result);
        result.reverse();
        cache.set(id, result);
      }
      return result;
    },
  };
}

function handlerNeeds(block: Block, liveIn: ReadonlyMap<BlockId, BitSet>): BitSet {
  return block.handler === null ? emptySet : (liveIn.get(block.handler) ?? emptySet);
}

function liveOut(block: Block, liveIn: ReadonlyMap<BlockId, BitSet>): BitSet {
  let live = emptySet;
  for (const successor of successorsOf(block)) live |= liveIn.get(successor) ?? emptySet;
  const { terminator } = block;
  if (terminator.kind === "return" && terminator.value !== null) {
    live |= setOf(terminator.value);
  }
  return live;
}

/** Goes through a block backwards; `trace` collects the sets, last first. Returns what is live at its start. */
function sweep(block: Block, out: BitSet, handler: BitSet, trace: BitSet[] | null): BitSet {
  let live = out | handler;
  trace?.push(live);
  for (let i = block.instructions.length - 1; i >= 0; i--) {
    const instruction = block.instructions[i];
    if (!instruction) continue;
    const target = targetOf(instruction);
    if (target !== null) live = without(live, target) | handler;
    for (const operand of operandsOf(instruction)) live |= setOf(operand);
    trace?.push(live);
  }
  return live;
}

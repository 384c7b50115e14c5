/**
 * Backward liveness of variables (Aho, Lam, Sethi, Ullman, *Compilers*, §9.2.5).
 *
 * A variable is live at a place if some path from there reads it before assigning it. What the handler needs is
 * live before every instruction that may raise an exception. Variables read through closures are
 * not counted here: the points-to analysis keeps alive what a reachable closure captures.
 */
import type { BlockId } from "../ir/ids.js";
import type { Block, FunctionIr } from "../ir/ir.js";
import { mayThrow, operandsOf, successorsOf, targetOf } from "../ir/visit.js";
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
      const live = sweep({
        ir,
        block,
        out: liveOut(block, liveIn),
        handler: handlerNeeds(block, liveIn),
        trace: null,
      });
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
        sweep({
          ir,
          block,
          out: liveOut(block, liveIn),
          handler: handlerNeeds(block, liveIn),
          trace: result,
        });
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

interface Sweep {
  readonly ir: FunctionIr;
  readonly block: Block;
  readonly out: BitSet;
  readonly handler: BitSet;
  /** Collects the sets, last first. */
  readonly trace: BitSet[] | null;
}

/** Goes through a block backwards. Returns what is live at its start. */
function sweep({ ir, block, out, handler, trace }: Sweep): BitSet {
  const isTemporary = (id: number): boolean => ir.variables[id]?.kind === "temporary";
  let live = block.terminator.kind === "throw" ? out | handler : out;
  trace?.push(live);
  for (let i = block.instructions.length - 1; i >= 0; i--) {
    const instruction = block.instructions[i];
    if (!instruction) continue;
    const target = targetOf(instruction);
    if (target !== null) live = without(live, target);
    for (const operand of operandsOf(instruction)) live |= setOf(operand);
    if (handler !== emptySet && mayThrow(instruction, isTemporary)) live |= handler;
    trace?.push(live);
  }
  return live;
}

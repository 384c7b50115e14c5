/**
 * Runs the points-to analysis of one function to its fixpoint and records the facts that planning needs.
 *
 * States meet at block entries. A block's handler receives the state from before and after each instruction that
 * may raise an exception.
 */
import { invariant } from "../bailout.js";
import type { BlockId, PointId, VariableId } from "../ir/ids.js";
import type { Block, FunctionIr } from "../ir/ir.js";
import { mayThrow, reversePostorder, successorsOf } from "../ir/visit.js";
import { Calls } from "./call.js";
import { type Context, noContext } from "./context.js";
import { computeLiveness, type Liveness } from "./liveness.js";
import type { BitSet } from "./node-set.js";
import type { Program } from "./program.js";
import { State } from "./state.js";
import { Transfer } from "./transfer.js";
import { evaluateTest } from "./value.js";

/** What holds when control is at a point. */
export interface PointFacts {
  readonly state: State;
  /** Variables whose value may still be read by the function. */
  readonly live: BitSet;
  /** Objects that some execution may still come to. */
  readonly reachable: BitSet;
}

export interface FunctionFacts {
  readonly ir: FunctionIr;
  readonly transfer: Transfer;
  readonly order: readonly BlockId[];
  /** By point; a point that no execution reaches is missing. */
  readonly points: ReadonlyMap<PointId, PointFacts>;
  /** The state at the start of each block that some execution reaches. */
  readonly entries: ReadonlyMap<BlockId, State>;
  readonly liveness: Liveness;
  /** The join of the states at every return. */
  readonly exit: State;
}

/** More visits of one block than this mean that the analysis does not converge: a bug. */
const mostVisits = 10_000;

/**
 * @param ir the function
 * @param program what it asks about the functions that it calls
 * @param context what is known of its arguments; its own plan needs {@link noContext}, which holds of every call
 */
export function analyzeFunction(
  ir: FunctionIr,
  program: Program,
  context: Context = noContext,
): FunctionFacts {
  const transfer = new Transfer(ir, new Calls(program), context);
  const order = reversePostorder(ir.blocks, ir.entry);
  const entries = solve(ir, transfer, order);
  const liveness = computeLiveness(ir, order);
  const points = new Map<PointId, PointFacts>();
  const exit = new State();
  for (const id of order) {
    const state = entries.get(id)?.copy();
    if (state) recordBlock({ transfer, block: ir.blocks[id] as Block, state, liveness, points, exit });
  }
  return { ir, transfer, order, points, entries, liveness, exit };
}

function solve(ir: FunctionIr, transfer: Transfer, order: readonly BlockId[]): Map<BlockId, State> {
  const entries = new Map<BlockId, State>();
  const start = new State();
  transfer.enter(start);
  entries.set(ir.entry, start);
  const isTemporary = (id: VariableId): boolean => ir.variables[id]?.kind === "temporary";
  const rank = new Map(order.map((id, i) => [id, i]));
  const pending = new Set<BlockId>([ir.entry]);
  const flow = (target: BlockId, state: State): void => {
    const known = entries.get(target);
    if (!known) entries.set(target, state.copy());
    else if (!known.join(state)) return;
    pending.add(target);
  };
  for (let visits = 0; pending.size > 0; visits++) {
    invariant(visits < mostVisits * order.length, `no fixpoint in ${ir.name}`);
    const id = earliest(pending, rank);
    pending.delete(id);
    const block = ir.blocks[id] as Block;
    const state = (entries.get(id) as State).copy();
    for (const instruction of block.instructions) {
      // What raised the exception may have had its effects or not.
      const throws = block.handler !== null && mayThrow(instruction, isTemporary);
      if (throws) flow(block.handler as BlockId, state);
      transfer.apply(state, instruction);
      if (throws) flow(block.handler as BlockId, state);
    }
    for (const successor of successorsIn(block, state)) flow(successor, state);
  }
  return entries;
}

/** The successors that control may take in `state`: a condition may be decided. */
function successorsIn(block: Block, state: State): readonly BlockId[] {
  const { terminator } = block;
  if (terminator.kind !== "branch" || !terminator.test) return successorsOf(block);
  const holds = evaluateTest(terminator.test, state.known.get(terminator.test.variable));
  return holds === null ? terminator.targets : [terminator.targets[holds ? 0 : 1] as BlockId];
}

function earliest(pending: ReadonlySet<BlockId>, rank: ReadonlyMap<BlockId, number>): BlockId {
  let best: BlockId | null = null;
  for (const id of pending) {
    if (best === null || (rank.get(id) ?? 0) < (rank.get(best) ?? 0)) best = id;
  }
  return best as BlockId;
}

interface Recording {
  readonly transfer: Transfer;
  readonly block: Block;
  readonly state: State;
  readonly liveness: Liveness;
  readonly points: Map<PointId, PointFacts>;
  readonly exit: State;
}

function recordBlock({ transfer, block, state, liveness, points, exit }: Recording): void {
  block.instructions.forEach((instruction, i) => {
    if (instruction.kind === "point") {
      const live = liveness.before(block.id)[i] as BitSet;
      points.set(instruction.point, {
        state: state.copy(),
        live,
        reachable: state.reachable(live, transfer.objects),
      });
    } else transfer.apply(state, instruction);
  });
  const { terminator } = block;
  if (terminator.kind === "return") {
    if (terminator.value !== null)
      transfer.returned.push({ value: state.get(terminator.value), origin: terminator.origin });
    exit.join(state);
  }
}

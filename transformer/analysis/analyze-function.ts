/**
 * Runs the points-to analysis of one function to its fixpoint and gives the facts that planning needs.
 *
 * States meet at block entries. A block's handler receives the state from before and after each instruction that
 * may raise an exception. What holds at each point is worked out from the block's entry when it is first asked for:
 * a function that makes no buffer is analysed for its summary alone.
 */
import { invariant } from "../bailout.js";
import type { BlockId, PointId, VariableId } from "../ir/ids.js";
import type { Block, FunctionIr, Instruction } from "../ir/ir.js";
import { mayThrow, reversePostorder, successorsOf } from "../ir/visit.js";
import { Calls } from "./call.js";
import { type Context, noContext } from "./context.js";
import { computeLiveness } from "./liveness.js";
import { type BitSet, emptySet, without } from "./node-set.js";
import type { Program } from "./program.js";
import { State } from "./state.js";
import { type Deaths, temporaryDeaths } from "./temporaries.js";
import { Transfer } from "./transfer.js";
import { evaluateTest } from "./value.js";

/** What holds when control is at a point. */
export class PointFacts {
  private known: BitSet | null = null;

  constructor(
    readonly state: State,
    /** Variables whose value may still be read by the function. */
    readonly live: BitSet,
    private readonly transfer: Transfer,
  ) {}

  /** Objects that some execution may still come to. */
  get reachable(): BitSet {
    this.known ??= this.state.reachable(this.live, this.transfer.objects);
    return this.known;
  }
}

export interface FunctionFacts {
  readonly ir: FunctionIr;
  readonly transfer: Transfer;
  readonly order: readonly BlockId[];
  /** By point; a point that no execution reaches is missing. */
  readonly points: ReadonlyMap<PointId, PointFacts>;
  /** The state at the start of each block that some execution reaches. */
  readonly entries: ReadonlyMap<BlockId, State>;
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
  const analysis: Analysis = {
    ir,
    transfer: new Transfer(ir, new Calls(program), context),
    order: reversePostorder(ir.blocks, ir.entry),
    deaths: temporaryDeaths(ir),
  };
  const { transfer, order } = analysis;
  const { entries, ends } = solve(analysis);
  const exit = new State();
  for (const id of order) {
    const state = ends.get(id);
    const { terminator } = ir.blocks[id] as Block;
    if (!state || terminator.kind !== "return") continue;
    const { value, origin } = terminator;
    transfer.returned.push({
      value: value === null ? emptySet : state.get(value),
      known: value === null ? undefined : state.known.get(value),
      origin,
    });
    exit.join(state);
  }
  let points: Map<PointId, PointFacts> | null = null;
  return {
    ir,
    transfer,
    order,
    entries,
    exit,
    get points() {
      points ??= recordPoints(analysis, entries);
      return points;
    },
  };
}

interface Analysis {
  readonly ir: FunctionIr;
  readonly transfer: Transfer;
  readonly order: readonly BlockId[];
  readonly deaths: Deaths;
}

interface Solution {
  readonly entries: Map<BlockId, State>;
  /** The states at the end of blocks that return. */
  readonly ends: Map<BlockId, State>;
}

function solve({ ir, transfer, order, deaths }: Analysis): Solution {
  const entries = new Map<BlockId, State>();
  const ends = new Map<BlockId, State>();
  const start = new State();
  transfer.enter(start);
  entries.set(ir.entry, start);
  const isTemporary = (id: VariableId): boolean => ir.variables[id]?.kind === "temporary";
  const rank = new Map(order.map((id, i) => [id, i]));
  const pending = new Set<BlockId>([ir.entry]);
  const flow = (target: BlockId, state: State, isLast = false): void => {
    const known = entries.get(target);
    if (!known) entries.set(target, isLast ? state : state.copy());
    else if (!known.join(state)) return;
    pending.add(target);
  };
  for (let visits = 0; pending.size > 0; visits++) {
    invariant(visits < mostVisits * order.length, `no fixpoint in ${ir.name}`);
    const id = earliest(pending, rank);
    pending.delete(id);
    const block = ir.blocks[id] as Block;
    const state = (entries.get(id) as State).copy();
    block.instructions.forEach((instruction, i) => {
      // What raised the exception may have had its effects or not.
      const throws = block.handler !== null && mayThrow(instruction, isTemporary);
      if (throws) flow(block.handler as BlockId, state);
      if (block.handler === null) leaveByException(transfer, state, { instruction, isTemporary });
      transfer.apply(state, instruction);
      for (const dead of deaths[id]?.[i] ?? []) state.forget(dead);
      // Only an await that ends normally has seen the end of what it awaits.
      if (throws && instruction.kind !== "await") flow(block.handler as BlockId, state);
    });
    if (block.terminator.kind === "throw" && block.handler === null)
      transfer.abandonFrames(state, block.terminator.origin);
    const successors = successorsIn(block, state);
    successors.forEach((successor, i) => void flow(successor, state, i === successors.length - 1));
    if (block.terminator.kind === "return") ends.set(id, state);
  }
  return { entries, ends };
}

interface Leaving {
  readonly instruction: Instruction;
  readonly isTemporary: (id: VariableId) => boolean;
}

/** An exception of `instruction` leaves the function. A promise that is awaited has ended then. */
function leaveByException(transfer: Transfer, state: State, { instruction, isTemporary }: Leaving): void {
  if (state.running === emptySet || !mayThrow(instruction, isTemporary)) return;
  const awaited = instruction.kind === "await" ? state.known.get(instruction.source) : undefined;
  const own = awaited?.kind === "object" ? awaited.id : null;
  if (own === null) return transfer.abandonFrames(state, instruction.origin);
  const { running } = state;
  state.running = without(running, own);
  transfer.abandonFrames(state, instruction.origin);
  state.running = running;
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

function recordPoints(
  { ir, transfer, order, deaths }: Analysis,
  entries: ReadonlyMap<BlockId, State>,
): Map<PointId, PointFacts> {
  const liveness = computeLiveness(ir, order);
  const { alwaysLive } = transfer;
  const points = new Map<PointId, PointFacts>();
  for (const id of order) {
    const state = entries.get(id)?.copy();
    if (!state) continue;
    const live = liveness.before(id);
    (ir.blocks[id] as Block).instructions.forEach((instruction, i) => {
      if (instruction.kind === "point")
        points.set(
          instruction.point,
          new PointFacts(state.copy(), (live[i] as BitSet) | alwaysLive, transfer),
        );
      else transfer.apply(state, instruction);
      for (const dead of deaths[id]?.[i] ?? []) state.forget(dead);
    });
  }
  return points;
}

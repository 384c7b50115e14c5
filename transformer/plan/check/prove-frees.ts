/**
 * Proves frees again, from what {@link Follower} says and its own liveness: a free is proven if what it may free was born here,
 * is not loose, and no variable that may hold it is read afterwards or freed again.
 */
import type { BlockId, SiteId, VariableId } from "../../ir/ids.js";
import type { FunctionIr, Instruction } from "../../ir/ir.js";
import { operandsOf, successorsOf, targetOf } from "../../ir/visit.js";
import type { Free, FunctionPlan } from "../plan.js";
import type { Birth, Followed, Follower } from "./follow-buffers.js";
import { type Place, placePoints } from "./walk.js";

/** Why a free could not be proven here. That is no fault: the analysis knows more. */
export type Doubt =
  | "held by an owner"
  | "may hold something else"
  | "may be known elsewhere"
  | "a variable that may hold it is read later"
  | "may be freed twice";

export interface Proof {
  readonly free: Free;
  /** `null`: proven. */
  readonly doubt: Doubt | null;
}

export function proveFrees(ir: FunctionIr, plan: FunctionPlan, follower: Follower): Proof[] {
  if (plan.frees.length === 0) return [];
  const places = placePoints(ir);
  const before = follower.follow(ir);
  const live = liveAfter(ir);
  return plan.frees.map((free) => {
    const place = places.get(free.point);
    if (!place || free.path.length > 0) return { free, doubt: "held by an owner" };
    return {
      free,
      doubt: doubtOf({ ir, plan, free, state: before(place), live: live(place), places, before }),
    };
  });
}

interface Question {
  readonly ir: FunctionIr;
  readonly plan: FunctionPlan;
  readonly free: Free;
  readonly state: Followed;
  readonly live: ReadonlySet<VariableId>;
  readonly places: ReadonlyMap<number, Place>;
  readonly before: (place: Place) => Followed;
}

function doubtOf({ plan, free, state, live, places, before }: Question): Doubt | null {
  const births = birthsOf(plan, free, state);
  for (const birth of births) {
    if (birth === "elsewhere" || birth === "incoming") return "may hold something else";
    if (state.loose.has(birth)) return "may be known elsewhere";
  }
  const guards = new Set(free.guards.map((each) => each.variable));
  for (const [variable, held] of state.held) {
    if (guards.has(variable) || !live.has(variable)) continue;
    if ([...births].some((birth) => held.has(birth))) return "a variable that may hold it is read later";
  }
  // Frees of one birth by two holders, or by one that isn't assigned in between, are told apart by the analysis only.
  const others = plan.frees.filter(
    (each) => each !== free && each.path.length === 0 && !isSameHolder(each, free),
  );
  for (const other of others) {
    const place = places.get(other.point);
    if (place && [...birthsOf(plan, other, before(place))].some((birth) => births.has(birth)))
      return "may be freed twice";
  }
  return null;
}

/** What a free may free: the births of its variable, or the site of its handle. */
function birthsOf(plan: FunctionPlan, { value }: Free, state: Followed): ReadonlySet<Birth> {
  if (value.kind === "variable") return state.held.get(value.variable) ?? new Set();
  const site = plan.handles[value.handle]?.site as SiteId;
  return new Set([site]);
}

/** Whether both free what one holder holds: {@link findContradictions} sees to those. */
function isSameHolder({ value: a }: Free, { value: b }: Free): boolean {
  if (a.kind === "variable") return b.kind === "variable" && a.variable === b.variable;
  return b.kind === "handle" && a.handle === b.handle;
}

/** Variables that some path reads before it assigns them, by plain iteration over blocks. */
function liveAfter(ir: FunctionIr): (place: Place) => ReadonlySet<VariableId> {
  const entries = new Map<BlockId, Set<VariableId>>(ir.blocks.map(({ id }) => [id, new Set()]));
  const outOf = (id: BlockId): Set<VariableId> => {
    const block = ir.blocks[id];
    if (!block) return new Set();
    const { terminator } = block;
    const live = new Set<VariableId>(successorsOf(block).flatMap((each) => [...(entries.get(each) ?? [])]));
    if (terminator.kind === "return" && terminator.value !== null) live.add(terminator.value);
    if (terminator.kind === "branch" && terminator.test) live.add(terminator.test.variable);
    return live;
  };
  const backTo = (id: BlockId, index: number): Set<VariableId> => {
    const block = ir.blocks[id];
    const live = outOf(id);
    const handler = block?.handler == null ? [] : [...(entries.get(block.handler) ?? [])];
    for (const each of handler) live.add(each);
    const instructions = block?.instructions ?? [];
    for (let i = instructions.length - 1; i >= index; i--) {
      before(instructions[i] as Instruction, live);
      for (const each of handler) live.add(each);
    }
    return live;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = ir.blocks.length - 1; i >= 0; i--) {
      const id = ir.blocks[i]?.id as BlockId;
      const live = backTo(id, 0);
      if (live.size === entries.get(id)?.size) continue;
      entries.set(id, live);
      changed = true;
    }
  }
  return ({ block, index }) => backTo(block, index + 1);
}

function before(instruction: Instruction, live: Set<VariableId>): void {
  const target = targetOf(instruction);
  if (target !== null) live.delete(target);
  if (instruction.kind === "declare" && !instruction.keepsValue) live.delete(instruction.variable);
  for (const each of operandsOf(instruction)) live.add(each);
}

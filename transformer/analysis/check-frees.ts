/**
 * Checks frees that a person wrote, with what the analysis knows anyway.
 *
 * # Idea
 * Where a call frees exactly one object, that object is followed on from there: an instruction that uses it, frees it again or
 * hands it out is a mistake, unless the object is born anew in between. Where something still leads to it that is read later, it is
 * freed too early. Of an object that nothing is known about, the variable that was freed is followed, until it is assigned.
 *
 * # Invariants
 * - What is *certain* happens whenever its place is reached: the free is on every way there.
 * - Nothing is said of a free that may be of several objects.
 *
 * Example:
 * ```ts
 * const a = new Float64Array(n);
 * unsafeFree(a);
 * return a[0]; // used after it was freed: certain
 * ```
 */
import type { BlockId, OriginId, VariableId } from "../ir/ids.js";
import type { Block, Instruction } from "../ir/ir.js";
import { operandsOf, successorsOf, targetOf } from "../ir/visit.js";
import type { FunctionFacts } from "./analyze-function.js";
import { computeLiveness } from "./liveness.js";
import { type BitSet, has, isSingle, members, setOf, without } from "./node-set.js";
import type { State } from "./state.js";

export type FreeMistakeKind = "used" | "freed-again" | "returned" | "stored" | "still-held";

export interface FreeMistake {
  readonly kind: FreeMistakeKind;
  readonly free: OriginId;
  /** Where it is used, freed again or handed out; the free itself where it is still held. */
  readonly at: OriginId;
  readonly certain: boolean;
}

interface Place {
  readonly block: BlockId;
  readonly index: number;
}

interface Freed extends Place {
  /** The object, if it is known. */
  readonly object: number | null;
  /** The declared variable that was freed, if one was. */
  readonly variable: VariableId | null;
  readonly origin: OriginId;
  /** What else leads to the object after the free. */
  readonly isHeld: boolean;
}

/** @param isFree whether the call at an origin is a free that a person wrote */
export function checkFrees(facts: FunctionFacts, isFree: (origin: OriginId) => boolean): FreeMistake[] {
  const states = replay(facts);
  return freesOf(facts, states, isFree).flatMap((freed) => {
    const found = followOn(facts, { states, freed, isFree });
    if (found.length > 0 || !freed.isHeld) return found;
    return [{ kind: "still-held", free: freed.origin, at: freed.origin, certain: false }];
  });
}

/** The state before each instruction of each block, and (last) before its terminator. */
type States = ReadonlyMap<BlockId, readonly State[]>;

function replay({ ir, transfer, entries }: FunctionFacts): States {
  const states = new Map<BlockId, State[]>();
  for (const [id, entry] of entries) {
    const state = entry.copy();
    const list: State[] = [];
    for (const instruction of (ir.blocks[id] as Block).instructions) {
      list.push(state.copy());
      if (instruction.kind !== "point") transfer.apply(state, instruction);
    }
    states.set(id, [...list, state]);
  }
  return states;
}

function freesOf(facts: FunctionFacts, states: States, isFree: (origin: OriginId) => boolean): Freed[] {
  const { ir, order } = facts;
  const liveness = computeLiveness(ir, order);
  const found: Freed[] = [];
  for (const [block, list] of states) {
    (ir.blocks[block] as Block).instructions.forEach((instruction, index) => {
      const argument = instruction.kind === "call" ? instruction.arguments[0] : undefined;
      if (!argument || !isFree(instruction.origin)) return;
      const state = list[index] as State;
      const set = state.get(argument.variable);
      const only = isSingle(set) ? (members(set)[0] as number) : null;
      const object = only !== null && isFollowed(facts, only) ? only : null;
      const variable = variableOf(facts, { block, index }, argument.variable);
      if (object === null && variable === null) return;
      const live = (liveness.before(block)[index + 1] ?? 0n) as BitSet;
      const isHeld = object !== null && isHeldElsewhere(facts, { state, live, object });
      found.push({ block, index, object, variable, origin: instruction.origin, isHeld });
    });
  }
  return found;
}

interface Moment {
  readonly state: State;
  readonly live: BitSet;
  readonly object: number;
}

/** Whether something that is read later, and isn't the object itself, leads to it. */
function isHeldElsewhere({ transfer }: FunctionFacts, { state, live, object }: Moment): boolean {
  if (has(state.escaped, object)) return false;
  let others = live;
  for (const id of members(live)) if (has(state.get(id as VariableId), object)) others = without(others, id);
  return has(state.reachable(others, transfer.objects), object);
}

/** The variable of the program's that an argument was read from; nothing else may assign it. */
function variableOf({ ir }: FunctionFacts, { block, index }: Place, argument: VariableId): VariableId | null {
  let found = argument;
  for (let i = index - 1; i >= 0 && ir.variables[found]?.kind === "temporary"; i--) {
    const instruction = ir.blocks[block]?.instructions[i] as Instruction;
    if (targetOf(instruction) !== found) continue;
    if (instruction.kind === "copy") found = instruction.source;
    break;
  }
  const variable = ir.variables[found];
  return variable && variable.kind !== "temporary" && !variable.assignedElsewhere ? found : null;
}

/** The one instance born last at a site, or an argument itself. */
function isFollowed({ transfer }: FunctionFacts, id: number): boolean {
  const object = transfer.objects.get(id);
  if (object.kind === "phantom") return object.root.kind === "parameter" && object.path.length === 0;
  return object.kind === "site" && object.age === "recent" && object.shape.kind === "buffer";
}

interface Following {
  readonly states: States;
  readonly freed: Freed;
  readonly isFree: (origin: OriginId) => boolean;
}

function followOn(facts: FunctionFacts, following: Following): FreeMistake[] {
  const { freed, states } = following;
  const found = new Map<OriginId, FreeMistake>();
  const seen = new Set<BlockId>();
  const work: Place[] = [{ block: freed.block, index: freed.index + 1 }];
  for (let next = work.pop(); next; next = work.pop()) {
    const block = facts.ir.blocks[next.block] as Block;
    const list = states.get(next.block);
    if (!list) continue;
    let isBornAnew = false;
    // Copies of the variable, within the block.
    const copies = new Set(freed.variable === null ? [] : [freed.variable]);
    for (let i = next.index; i < block.instructions.length && !isBornAnew; i++) {
      const instruction = block.instructions[i] as Instruction;
      const kind = mistakeOf(following, { instruction, state: list[i] as State, copies });
      const place = { block: next.block, index: i };
      if (kind && !found.has(instruction.origin)) {
        const certain = comesFirst(facts, freed, place);
        found.set(instruction.origin, { kind, free: freed.origin, at: instruction.origin, certain });
      }
      isBornAnew = bears(facts, instruction, freed);
      noteCopy(copies, instruction);
    }
    if (isBornAnew) continue;
    const { terminator } = block;
    const end = list[block.instructions.length] as State;
    if (terminator.kind === "return" && terminator.value !== null) {
      const place = { block: next.block, index: block.instructions.length };
      if (isFreed(freed, terminator.value, { state: end, copies }) && !found.has(terminator.origin)) {
        const certain = comesFirst(facts, freed, place);
        found.set(terminator.origin, {
          kind: "returned",
          free: freed.origin,
          at: terminator.origin,
          certain,
        });
      }
    }
    for (const successor of [...successorsOf(block), ...(block.handler === null ? [] : [block.handler])]) {
      if (seen.has(successor)) continue;
      seen.add(successor);
      work.push({ block: successor, index: 0 });
    }
  }
  return [...found.values()];
}

interface Known {
  readonly state: State;
  readonly copies: ReadonlySet<VariableId>;
}

/** Whether a variable holds what was freed, and nothing else. */
function isFreed({ object }: Freed, variable: VariableId, { state, copies }: Known): boolean {
  return object === null ? copies.has(variable) : state.get(variable) === setOf(object);
}

function noteCopy(copies: Set<VariableId>, instruction: Instruction): void {
  const target = targetOf(instruction);
  if (target === null) return;
  if (instruction.kind === "copy" && copies.has(instruction.source)) copies.add(target);
  else copies.delete(target);
}

/** Whether the instruction makes another instance of the object, or gives the variable another one. */
function bears({ transfer }: FunctionFacts, instruction: Instruction, freed: Freed): boolean {
  if (freed.object === null) {
    const isDeclared = instruction.kind === "declare" && instruction.variable === freed.variable;
    return isDeclared || targetOf(instruction) === freed.variable;
  }
  const object = transfer.objects.get(freed.object);
  if (object.kind !== "site") return false;
  return (instruction.kind === "allocate" || instruction.kind === "call") && instruction.site === object.site;
}

interface Step extends Known {
  readonly instruction: Instruction;
}

/** What is wrong with an instruction that comes after the free. */
function mistakeOf({ freed, isFree }: Following, { instruction, ...known }: Step): FreeMistakeKind | null {
  const is = (variable: VariableId): boolean => isFreed(freed, variable, known);
  switch (instruction.kind) {
    case "call":
      if (!operandsOf(instruction).some(is)) return null;
      return isFree(instruction.origin) ? "freed-again" : "used";
    case "load":
    case "iterate":
    case "allocate":
      return operandsOf(instruction).some(is) ? "used" : null;
    case "store":
      if (is(instruction.base)) return "used";
      return is(instruction.value) ? "stored" : null;
    case "yield":
      return instruction.source !== null && is(instruction.source) ? "returned" : null;
    default:
      return null;
  }
}

/** Whether every way from the function's beginning to `place` goes by the free. */
function comesFirst({ ir }: FunctionFacts, freed: Freed, place: Place): boolean {
  if (place.block === freed.block && place.index > freed.index) return true;
  const seen = new Set<BlockId>([ir.entry]);
  const work: BlockId[] = [ir.entry];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    // An exception may leave the block before the free.
    const block = ir.blocks[id] as Block;
    const isBlocked = id === freed.block;
    if (id === place.block && !isBlocked) return false;
    if (isBlocked && place.block === id) return false;
    const next = isBlocked ? [] : [...successorsOf(block)];
    if (block.handler !== null) next.push(block.handler);
    for (const each of next) {
      if (seen.has(each)) continue;
      seen.add(each);
      work.push(each);
    }
  }
  return true;
}

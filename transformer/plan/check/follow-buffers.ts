/**
 * Follows the buffers of a function forward, from their births, through variables only.
 *
 * # Idea
 * At each place a variable has a set of **births** that what it holds may come from, and each birth is known to be **loose** or
 * not: loose is a buffer that has gone anywhere but into a variable (a field, a closure, an argument that isn't
 * borrowed, a result). What came from elsewhere is the birth {@link elsewhere}. Nothing else is modelled: no heap, no ages. So it
 * says `not proven` of much that the analysis proves, and shares none of the analysis' machinery in what it does say.
 *
 * # Invariants
 * - F1 A buffer that no variable has and that is not loose can't be reached.
 * - F2 A callee that is in progress (recursion), has no body, or suspends makes its arguments loose.
 *
 * # Example
 * `const t = new X(n); sum(t); keep.push(t);`: after the call `t` has the birth of `t`; after `push` that birth is loose.
 */

import { borrowingOf, type Contract } from "../../ir/contract.js";
import type { ArgumentEffect, Effect } from "../../ir/effect.js";
import type { BlockId, FunctionId, SiteId, VariableId } from "../../ir/ids.js";
import type { Argument, FunctionIr, Instruction } from "../../ir/ir.js";
import { operandsOf, reversePostorder, successorsOf } from "../../ir/visit.js";
import type { Place } from "./walk.js";

type Call = Extract<Instruction, { readonly kind: "call" }>;
type Births = ReadonlySet<Birth>;

/** The site of a birth; or what was not born here. */
export type Birth = SiteId | "elsewhere" | "incoming";

export interface Followed {
  readonly held: ReadonlyMap<VariableId, Births>;
  readonly loose: Births;
}

const nothing: Followed = { held: new Map(), loose: new Set() };
const none: Births = new Set();

/** What a function does with an argument, and whether its result is new. */
interface Use {
  readonly isLoose: boolean;
  readonly isReturned: boolean;
}

export class Follower {
  private readonly uses = new Map<string, Use | "in progress">();
  private readonly own = new Map<FunctionId, boolean | "in progress">();

  constructor(private readonly irOf: (id: FunctionId) => FunctionIr | null) {}

  /** The state before each place of a function. */
  follow(ir: FunctionIr): (place: Place) => Followed {
    const states = this.solve(ir, { held: incomingOf(ir), loose: none });
    return ({ block, index }) => {
      let state = states.get(block) ?? nothing;
      for (const each of ir.blocks[block]?.instructions.slice(0, index) ?? [])
        state = this.apply(ir, each, state);
      return state;
    };
  }

  private solve(ir: FunctionIr, start: Followed): ReadonlyMap<BlockId, Followed> {
    const states = new Map<BlockId, Followed>([[ir.entry, start]]);
    const order = reversePostorder(ir.blocks, ir.entry);
    for (let changed = true; changed; ) {
      changed = false;
      for (const id of order) {
        const block = ir.blocks[id];
        let state = states.get(id);
        if (!block || !state) continue;
        const pass = (to: BlockId, from: Followed): void => {
          const before = states.get(to);
          const joined = before ? join(before, from) : from;
          if (joined === before) return;
          states.set(to, joined);
          changed = true;
        };
        for (const instruction of block.instructions) {
          if (block.handler !== null) pass(block.handler, state);
          state = this.apply(ir, instruction, state);
        }
        for (const successor of successorsOf(block)) pass(successor, state);
        if (block.handler !== null) pass(block.handler, state);
      }
    }
    return states;
  }

  private apply(ir: FunctionIr, instruction: Instruction, state: Followed): Followed {
    const held = (variable: VariableId): Births => state.held.get(variable) ?? none;
    const given = new Set(operandsOf(instruction).flatMap((each) => [...held(each)]));
    switch (instruction.kind) {
      case "constant":
      case "code":
      case "object":
        return assign(ir, state, instruction.target, none);
      case "foreign":
        return assign(ir, state, instruction.target, new Set<Birth>(["elsewhere"]));
      case "copy":
      case "await":
        return assign(ir, state, instruction.target, held(instruction.source));
      case "allocate":
        return assign(ir, state, instruction.target, new Set<Birth>([instruction.site]));
      case "compute":
        return assign(ir, state, instruction.target, none);
      case "load": {
        const isStorage = instruction.field.kind === "named" && instruction.field.name === "buffer";
        const isNumber = instruction.field.kind === "element" && given.size > 0 && !given.has("elsewhere");
        const value = isStorage ? given : isNumber ? none : new Set<Birth>(["elsewhere"]);
        return assign(ir, state, instruction.target, value);
      }
      case "iterate":
        return assign(ir, state, instruction.target, new Set<Birth>(["elsewhere"]));
      case "store":
        return loosen(state, held(instruction.value));
      case "closure":
      case "opaque":
        return assign(ir, loosen(state, given), instruction.target, new Set<Birth>(["elsewhere"]));
      case "yield":
        return assign(ir, loosen(state, given), instruction.target, new Set<Birth>(["elsewhere"]));
      case "call":
        return this.call(ir, instruction, state);
      case "declare":
        return instruction.keepsValue ? state : assign(ir, state, instruction.variable, none);
      case "absent":
        return assign(ir, state, instruction.variable, none);
      case "run-iterator":
      case "close-iterator":
      case "suspend":
      case "point":
        return state;
    }
  }

  private call(ir: FunctionIr, call: Call, state: Followed): Followed {
    const held = (variable: VariableId): Births => state.held.get(variable) ?? none;
    const loose = new Set<Birth>();
    const result = new Set<Birth>(this.resultOf(call));
    const use = (variable: VariableId, { isLoose, isReturned }: Use): void => {
      for (const birth of held(variable)) {
        if (isLoose) loose.add(birth);
        if (isReturned) result.add(birth);
      }
    };
    const { callee } = call;
    for (const [position, argument] of call.arguments.entries())
      use(argument.variable, this.useOf(call, argument, position));
    if (call.receiver !== null) use(call.receiver, this.useOfReceiver(call));
    if (callee.kind === "functions") for (const each of callee.captures) use(each, lost);
    return assign(ir, loosen(state, loose), call.target, result);
  }

  private useOf(call: Call, { spread }: Argument, position: number): Use {
    const { callee } = call;
    if (spread || call.arguments.slice(0, position).some((each) => each.spread)) return lost;
    switch (callee.kind) {
      case "library":
        return joinUses(callee.effects.map((effect) => argumentUse(effect, position)));
      case "functions":
        return joinUses(callee.targets.map((target) => this.parameterUse(target, position)));
      case "unknown":
      case "value":
        return callee.contract && promised(callee.contract, position) && noDeclared(callee) ? borrowed : lost;
      case "class":
        return lost;
    }
  }

  private useOfReceiver({ callee }: Call): Use {
    if (callee.kind === "library") return joinUses(callee.effects.map(receiverUse));
    if (callee.kind === "functions")
      return joinUses(callee.targets.map((each) => this.parameterUse(each, "this")));
    return lost;
  }

  /** What a function does with one argument or its receiver: it is followed from the entry, as if it were born there. */
  private parameterUse(id: FunctionId, position: number | "this"): Use {
    const key = `${id}:${position}`;
    const known = this.uses.get(key);
    if (known !== undefined) return known === "in progress" ? lost : known;
    this.uses.set(key, "in progress");
    const use = this.findUse(this.irOf(id), position);
    this.uses.set(key, use);
    return use;
  }

  private findUse(ir: FunctionIr | null, position: number | "this"): Use {
    if (ir?.functionKind !== "ordinary") return lost;
    const isRest = ir.hasRest && typeof position === "number" && position >= ir.parameters.length - 1;
    if (isRest) return lost;
    const variable = position === "this" ? ir.receiver : (ir.parameters[position] ?? null);
    if (variable === null) return borrowed;
    const start: Followed = assign(ir, nothing, variable, new Set<Birth>(["incoming"]));
    const states = this.solve(ir, start);
    return this.outcome(ir, states, "incoming");
  }

  private outcome(ir: FunctionIr, states: ReadonlyMap<BlockId, Followed>, birth: Birth): Use {
    let isLoose = false;
    let isReturned = false;
    for (const block of ir.blocks) {
      let state = states.get(block.id);
      if (!state) continue;
      for (const each of block.instructions) state = this.apply(ir, each, state);
      if (state.loose.has(birth)) isLoose = true;
      const { terminator } = block;
      const value = terminator.kind === "return" ? terminator.value : null;
      if (value !== null && state.held.get(value)?.has(birth)) isReturned = true;
    }
    return { isLoose, isReturned };
  }

  /** What a call gives, apart from what it was given: new storage that nobody else knows, nothing, or anything. */
  private resultOf(call: Call): readonly Birth[] {
    const { callee } = call;
    if (callee.kind === "library")
      return callee.effects.flatMap((effect) => resultOfLibrary(effect, call.site));
    const isOwn =
      callee.kind === "unknown"
        ? callee.contract?.fresh != null
        : callee.kind === "functions" && callee.targets.every((each) => this.returnsOwn(each));
    return isOwn ? [call.site] : ["elsewhere"];
  }

  /** A function that returns what it was given or has made, and nothing else. */
  private returnsOwn(id: FunctionId): boolean {
    const known = this.own.get(id);
    if (known !== undefined) return known === true;
    this.own.set(id, "in progress");
    const ir = this.irOf(id);
    const isOwn = ir !== null && ir.functionKind === "ordinary" && this.returnsNothingElse(ir);
    this.own.set(id, isOwn);
    return isOwn;
  }

  private returnsNothingElse(ir: FunctionIr): boolean {
    const states = this.solve(ir, { held: incomingOf(ir), loose: none });
    return ir.blocks.every((block) => {
      let state = states.get(block.id);
      if (!state || block.terminator.kind !== "return" || block.terminator.value === null) return true;
      for (const each of block.instructions) state = this.apply(ir, each, state);
      const births = state.held.get(block.terminator.value) ?? none;
      return ![...births].some((birth) => birth === "elsewhere" || state?.loose.has(birth));
    });
  }
}

function incomingOf(ir: FunctionIr): ReadonlyMap<VariableId, Births> {
  const kinds: Readonly<Record<string, Birth>> = { parameter: "incoming", outer: "elsewhere" };
  return new Map(
    ir.variables.flatMap(({ id, kind }) => {
      const birth = kinds[kind];
      return birth === undefined ? [] : [[id, new Set([birth])]];
    }),
  );
}

function resultOfLibrary({ result }: Effect, site: SiteId): readonly Birth[] {
  switch (result.kind) {
    case "primitive":
    case "receiver":
    case "view-of-receiver":
    case "iterator-of-pairs":
    case "argument":
      return [];
    case "fresh-buffer":
    case "fresh-buffer-like-receiver":
    case "fresh-buffer-or-view":
    case "fresh-buffer-or-node-view":
      return [site];
    default:
      return ["elsewhere"];
  }
}

const lost: Use = { isLoose: true, isReturned: true };
const borrowed: Use = { isLoose: false, isReturned: false };

function joinUses(uses: readonly Use[]): Use {
  return {
    isLoose: uses.some((each) => each.isLoose),
    isReturned: uses.some((each) => each.isReturned),
  };
}

const lent: ReadonlySet<ArgumentEffect> = new Set(["borrowed", "inspected", "elements-copied"]);

function argumentUse(effect: Effect, position: number): Use {
  const what = effect.arguments?.[position] ?? effect.rest;
  const isReturned = effect.result.kind === "argument" && effect.result.index === position;
  return { isLoose: !lent.has(what) && what !== "callback", isReturned };
}

function receiverUse(effect: Effect): Use {
  const { kind } = effect.result;
  const isReturned = [
    "receiver",
    "view-of-receiver",
    "iterator-of-pairs",
    "fresh-buffer-or-view",
    "fresh-buffer-or-node-view",
  ].includes(kind);
  // A callback that is handed the receiver may keep it.
  const isHanded = effect.callback?.includes("receiver") === true;
  return { isLoose: effect.receiver === "escaped" || isHanded, isReturned };
}

function promised(contract: Contract, position: number): boolean {
  return borrowingOf(contract, position) !== "none";
}

function noDeclared(callee: Call["callee"]): boolean {
  return callee.kind !== "value" || (callee.declared === null && callee.late === null);
}

/** What goes into a variable that closures share is loose. */
function assign(ir: FunctionIr, state: Followed, target: VariableId, births: Births): Followed {
  const variable = ir.variables[target];
  const isShared = variable?.captured === true || variable?.kind === "outer";
  const { held } = state;
  if (births.size === 0 && !held.has(target)) return state;
  const after = new Map(held);
  if (births.size === 0) after.delete(target);
  else after.set(target, births);
  const changed: Followed = { held: after, loose: state.loose };
  return isShared ? loosen(changed, births) : changed;
}

function loosen(state: Followed, births: Births): Followed {
  const added = [...births].filter((each) => each !== "elsewhere" && !state.loose.has(each));
  return added.length === 0 ? state : { held: state.held, loose: new Set([...state.loose, ...added]) };
}

/** Both; the first one itself where the other adds nothing. */
function join(a: Followed, b: Followed): Followed {
  let held: Map<VariableId, Births> | null = null;
  for (const [variable, births] of b.held) {
    const known = (held ?? a.held).get(variable) ?? none;
    const union = new Set([...known, ...births]);
    if (union.size === known.size) continue;
    held ??= new Map(a.held);
    held.set(variable, union);
  }
  const loose = new Set([...a.loose, ...b.loose]);
  if (!held && loose.size === a.loose.size) return a;
  return { held: held ?? a.held, loose: loose.size === a.loose.size ? a.loose : loose };
}

/**
 * What a call does: by the rows of a library function, by the summary of a function of the program, or the
 * worst case.
 */
import { unreachable } from "../bailout.js";
import type { ArgumentEffect, BufferType, CallbackArgument, Effect } from "../ir/effect.js";
import type { FunctionId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import {
  assignProperties,
  bearContainer,
  bearEntries,
  bearMap,
  coerceDeeply,
  contentsOf,
  fixable,
  mixElements,
  propertiesOf,
} from "./library-containers.js";
import { type BitSet, emptySet, has, members, setOf } from "./node-set.js";
import { other, type SiteObject } from "./objects.js";
import { elementField, type State } from "./state.js";
import type { Summary } from "./summary.js";
import { type Arguments, applySummary } from "./summary-transfer.js";
import type { CallTransfer, Transfer } from "./transfer.js";

type CallInstruction = Instruction & { kind: "call" };

/** A call of one of several library functions may make a buffer (part 0) or a container. */
const containerPart = -1;

/** Gives the summary of a function of the program; `null` for one that was left alone. */
export type SummaryOf = (id: FunctionId) => Summary | null;

export class Calls implements CallTransfer {
  constructor(private readonly summaryOf: SummaryOf) {}

  call(transfer: Transfer, state: State, call: CallInstruction): void {
    this.dispatch(transfer, state, call);
    transfer.results.set(call.site, (transfer.results.get(call.site) ?? emptySet) | state.get(call.target));
  }

  private dispatch(transfer: Transfer, state: State, call: CallInstruction): void {
    const { callee } = call;
    switch (callee.kind) {
      case "library":
        return this.callLibrary(transfer, state, call);
      case "functions":
        return this.callFunctions(transfer, state, { call, targets: callee.targets, closure: emptySet });
      case "value":
        return this.callValue(transfer, state, { call, callee: state.get(callee.variable) });
      case "unknown":
        return state.set(call.target, this.callUnknown(transfer, state, call, callee.name));
      default:
        return unreachable(callee);
    }
  }

  /** Nobody knows what is called: all that goes in escapes (S3). */
  private callUnknown(transfer: Transfer, state: State, call: CallInstruction, name: string): BitSet {
    const why = `passed to \`${name}\`, which is not known`;
    const cause = { reason: "passed-to-unknown" as const, origin: call.origin, why };
    for (const { variable, spread } of call.arguments) {
      const set = state.get(variable);
      transfer.escape(state, spread ? transfer.elements(state, set, elementField) : set, cause);
      if (spread) transfer.coerce(state, set, call.origin);
    }
    if (call.receiver !== null)
      transfer.escape(state, state.get(call.receiver), {
        ...cause,
        why: `receiver of \`${name}\`, which is not known`,
      });
    return other;
  }

  private callValue(
    transfer: Transfer,
    state: State,
    { call, callee }: { call: CallInstruction; callee: BitSet },
  ): void {
    const name = call.callee.kind === "value" ? call.callee.name : "a function";
    const objects = members(callee).map((id) => transfer.objects.get(id));
    const closures = objects.filter(isClosure);
    if (closures.length === 0 || closures.length < objects.length || call.construct) {
      // A closure that is called with others of unknown kind is as unknown as they are.
      transfer.escape(state, callee, {
        reason: "passed-to-unknown",
        origin: call.origin,
        why: `called as \`${name}\``,
      });
      return state.set(call.target, this.callUnknown(transfer, state, call, name));
    }
    const before = state.copy();
    let result = emptySet;
    closures.forEach((closure, i) => {
      const branch = i === 0 ? state : before.copy();
      const targets = closure.shape.kind === "closure" ? [closure.shape.function] : [];
      this.callFunctions(transfer, branch, { call, targets, closure: setOf(closure.id) });
      result |= branch.get(call.target);
      if (branch !== state) state.join(branch);
    });
    state.set(call.target, result);
  }

  private callFunctions(
    transfer: Transfer,
    state: State,
    { call, targets, closure }: { call: CallInstruction; targets: readonly FunctionId[]; closure: BitSet },
  ): void {
    const name =
      call.callee.kind === "functions" || call.callee.kind === "value" ? call.callee.name : "a function";
    const args = argumentsOf(transfer, state, call);
    const before = targets.length > 1 ? state.copy() : null;
    let result = emptySet;
    targets.forEach((target, i) => {
      const branch = i === 0 || !before ? state : before.copy();
      const summary = this.summaryOf(target);
      result |= summary
        ? applySummary({
            transfer,
            state: branch,
            summary,
            args,
            closure,
            site: call.site,
            origin: call.origin,
            name,
          })
        : this.callLeftAlone(transfer, branch, { call, closure, name });
      if (branch !== state) state.join(branch);
    });
    state.set(call.target, result);
  }

  /** A function without a summary may do anything, at any time, with what it is given and what it captures. */
  private callLeftAlone(
    transfer: Transfer,
    state: State,
    { call, closure, name }: { call: CallInstruction; closure: BitSet; name: string },
  ): BitSet {
    const cause = { reason: "captured" as const, origin: call.origin, why: `captured by \`${name}\`` };
    transfer.escape(state, closure, cause);
    if (call.callee.kind === "functions") {
      for (const variable of call.callee.captures) {
        transfer.escape(state, state.get(variable), cause);
        state.escapedVariables |= setOf(variable);
      }
    }
    return this.callUnknown(transfer, state, call, name);
  }

  // Library functions

  private callLibrary(transfer: Transfer, state: State, call: CallInstruction): void {
    if (call.callee.kind !== "library") return;
    const { effects, name } = call.callee;
    if (call.arguments.some((each) => each.spread) && effects.some(needsPositions)) {
      return state.set(call.target, this.callUnknown(transfer, state, call, name));
    }
    if (call.receiver !== null && !isAsTyped(transfer, state.get(call.receiver), call.callee.receiver)) {
      return state.set(call.target, this.callUnknown(transfer, state, call, name));
    }
    let result = emptySet;
    for (const effect of effects) result |= this.applyEffect(transfer, state, { call, effect, name });
    state.set(call.target, result);
  }

  private applyEffect(
    transfer: Transfer,
    state: State,
    { call, effect, name }: { call: CallInstruction; effect: Effect; name: string },
  ): BitSet {
    const receiver = call.receiver === null ? emptySet : state.get(call.receiver);
    const cause = { reason: "passed-to-unknown" as const, origin: call.origin, why: `passed to \`${name}\`` };
    const container = containerOf(transfer, state, effect, receiver);
    let copied = emptySet;
    let results = emptySet;
    for (const [i, { variable, spread }] of call.arguments.entries()) {
      const set = state.get(variable);
      if (spread) transfer.coerce(state, set, call.origin);
      const value = spread ? transfer.elements(state, set, elementField) : set;
      switch (argumentEffect(effect, i)) {
        case "borrowed":
          coerceDeeply(transfer, state, value, call.origin);
          break;
        case "inspected":
          break;
        case "fixed":
          transfer.escape(state, fixable(transfer, value), cause);
          break;
        case "entries-copied":
          coerceDeeply(transfer, state, value, call.origin);
          copied |= transfer.elements(state, transfer.elements(state, value, elementField), elementField);
          break;
        case "properties-copied":
          copied |= propertiesOf(transfer, state, value);
          break;
        case "properties-assigned": {
          const [first] = call.arguments;
          const target = first ? state.get(first.variable) : other;
          assignProperties(transfer, state, { target, value: propertiesOf(transfer, state, value), cause });
          break;
        }
        case "elements-copied":
          coerceDeeply(transfer, state, value, call.origin);
          copied |= transfer.elements(state, value, elementField);
          break;
        case "stored-in-result":
          copied |= value;
          break;
        case "concatenated":
          coerceDeeply(transfer, state, value, call.origin);
          copied |= value | transfer.elements(state, value, elementField);
          break;
        case "stored-in-receiver":
          transfer.storeInto(state, { base: container, field: elementField, value, origin: call.origin });
          break;
        case "callback": {
          const elements = transfer.elements(state, container, elementField) | copied;
          results |= this.callBack(transfer, state, {
            call,
            effect,
            callback: value,
            receiver,
            elements,
            name,
          });
          break;
        }
        case "held":
        case "escaped":
          transfer.escape(state, value, cause);
          break;
      }
    }
    if (effect.convertsResults) coerceDeeply(transfer, state, results, call.origin);
    if (effect.receiver === "escaped") transfer.escape(state, receiver, cause);
    if (effect.receiver === "converted") coerceDeeply(transfer, state, receiver, call.origin);
    if (effect.moves) mixElements(transfer, state, receiver, call.origin);
    return this.resultOf(transfer, state, { call, effect, receiver, copied, results });
  }

  /** Calls a callback during a library call, any number of times. */
  private callBack(
    transfer: Transfer,
    state: State,
    context: {
      call: CallInstruction;
      effect: Effect;
      callback: BitSet;
      receiver: BitSet;
      elements: BitSet;
      name: string;
    },
  ): BitSet {
    const { call, effect, callback, receiver, elements, name } = context;
    if (callback === emptySet) return emptySet;
    const targets = members(callback).map((id) => transfer.objects.get(id));
    const known = targets.filter(isClosure);
    let results = emptySet;
    // Again until nothing new comes: what one call stores or returns, the next may see.
    for (let changed = true; changed; ) {
      changed = false;
      const values = (effect.callback ?? []).map((each) =>
        callbackValue(each, {
          receiver,
          elements,
          accumulator: results | firstAccumulator(state, call, elements),
        }),
      );
      if (known.length < targets.length) {
        const why = `seen by the callback of \`${name}\`, which is not known`;
        for (const value of [...values, callback])
          transfer.escape(state, value, { reason: "passed-to-unknown", origin: call.origin, why });
        return other;
      }
      for (const closure of known) {
        if (closure.shape.kind !== "closure") continue;
        const summary = this.summaryOf(closure.shape.function);
        if (!summary) {
          for (const value of [...values, callback])
            transfer.escape(state, value, {
              reason: "passed-to-unknown",
              origin: call.origin,
              why: `seen by the callback of \`${name}\``,
            });
          return other;
        }
        const args: Arguments = { receiver: other | otherArguments(state, call), values, rest: emptySet };
        const branch = state.copy();
        const returned = applySummary({
          transfer,
          state: branch,
          summary,
          args,
          closure: setOf(closure.id),
          site: call.site,
          origin: call.origin,
          name: `the callback of ${name}`,
          many: true,
        });
        changed = state.join(branch) || (results | returned) !== results || changed;
        results |= returned;
      }
    }
    return results;
  }

  private resultOf(
    transfer: Transfer,
    state: State,
    {
      call,
      effect,
      receiver,
      copied,
      results,
    }: { call: CallInstruction; effect: Effect; receiver: BitSet; copied: BitSet; results: BitSet },
  ): BitSet {
    const { result } = effect;
    const part = partOf(call, effect);
    switch (result.kind) {
      case "primitive":
        return emptySet;
      case "unknown":
        return other;
      case "receiver":
        return receiver;
      case "view-of-receiver":
        transfer.viewed |= receiver;
        return receiver;
      case "argument": {
        const set = state.get(
          (call.arguments[result.index] as { variable: never } | undefined)?.variable ?? (-1 as never),
        );
        transfer.viewed |= set;
        return set;
      }
      case "element": {
        const container = containerOf(transfer, state, effect, receiver);
        return transfer.elements(state, container, elementField);
      }
      case "iterator-of-entries":
        return transfer.elements(state, receiver, elementField);
      case "callback-result":
        // Without an initial value the first element is the accumulator, and the only element the result.
        return results | firstAccumulator(state, call, transfer.elements(state, receiver, elementField));
      case "fresh-buffer":
        return setOf(transfer.birth(state, call.site, part, { kind: "buffer", type: result.type }));
      case "fresh-buffer-like-receiver":
        return freshLike(transfer, state, { call, part, receiver });
      case "fresh-buffer-or-view":
        if (isExactlyMade(transfer, receiver)) return freshBuffer(transfer, state, call, part);
        transfer.viewed |= receiver;
        return receiver | other;
      case "fresh-container": {
        const held = contentsOf(transfer, state, result.from, { receiver, copied, results });
        return setOf(bearContainer(transfer, state, { call, part: part + containerPart, held }));
      }
      case "fresh-object": {
        const held = contentsOf(transfer, state, result.from, { receiver, copied, results });
        const shape = { kind: "object" } as const;
        return setOf(bearContainer(transfer, state, { call, part: part + containerPart, held, shape }));
      }
      case "fresh-entries": {
        const held = contentsOf(transfer, state, result.from, { receiver, copied, results });
        return setOf(bearEntries(transfer, state, { call, part: part + containerPart, held }));
      }
      case "fresh-map":
        return setOf(bearMap(transfer, state, { call, part: part + containerPart, copied }));
      default:
        return unreachable(result);
    }
  }
}

function typeAt(transfer: Transfer, call: CallInstruction): BufferType {
  const site = transfer.ir.sites[call.site]?.site;
  return site?.kind === "buffer" ? site.type : "ArrayBuffer";
}

function freshBuffer(transfer: Transfer, state: State, call: CallInstruction, part: number): BitSet {
  return setOf(transfer.birth(state, call.site, part, { kind: "buffer", type: typeAt(transfer, call) }));
}

/** A new buffer of the receiver's type; what a Node Buffer's method makes is a Buffer too. */
function freshLike(
  transfer: Transfer,
  state: State,
  { call, part, receiver }: { call: CallInstruction; part: number; receiver: BitSet },
): BitSet {
  const mayBeNodeBuffer = typeAt(transfer, call) === "Uint8Array" && !isExactlyMade(transfer, receiver);
  const fresh = freshBuffer(transfer, state, call, part);
  if (mayBeNodeBuffer) transfer.inexact |= fresh;
  return fresh;
}

/** What holds the elements that a row speaks of: the receiver, or the entries of a Map. */
function containerOf(transfer: Transfer, state: State, effect: Effect, receiver: BitSet): BitSet {
  return effect.entries ? transfer.elements(state, receiver, elementField) : receiver;
}

/** The part of a call's site for what a row makes: rows of one call may make objects of several kinds. */
function partOf(call: CallInstruction, effect: Effect): number {
  const row = call.callee.kind === "library" ? call.callee.effects.indexOf(effect) : 0;
  return row > 0 ? -3 * row : 0;
}

/** Whether each of `set` was made here by the language's own constructor, so that its type is no guess. */
function isExactlyMade(transfer: Transfer, set: BitSet): boolean {
  return (
    set !== emptySet &&
    members(set).every((id) => {
      const object = transfer.objects.get(id);
      if (has(transfer.inexact, id)) return false;
      return object.kind === "site" && object.shape.kind === "buffer" && object.shape.type !== "Buffer";
    })
  );
}

/** Whether the objects made here that a method is called on are of the kind that its row speaks of: an assertion may lie. */
function isAsTyped(transfer: Transfer, set: BitSet, kinds: readonly string[] | null): boolean {
  if (kinds === null) return true;
  return members(set).every((id) => {
    const object = transfer.objects.get(id);
    return object.kind !== "site" || kinds.includes(object.shape.kind);
  });
}

function isClosure(object: { kind: string }): object is SiteObject {
  return object.kind === "site" && (object as SiteObject).shape.kind === "closure";
}

function argumentEffect(effect: Effect, index: number): ArgumentEffect {
  return effect.arguments?.[index] ?? effect.rest;
}

function needsPositions(effect: Effect): boolean {
  return (effect.arguments ?? []).some((each) => each !== effect.rest) || effect.result.kind === "argument";
}

/** `reduce(f, initial)`: the initial value is the first accumulator; without one an element is. */
function firstAccumulator(state: State, call: CallInstruction, elements: BitSet): BitSet {
  const initial = call.arguments[1];
  return initial ? state.get(initial.variable) : elements;
}

/** What may be the `this` of a callback: an argument that some rows pass on, or something of the library's own. */
function otherArguments(state: State, call: CallInstruction): BitSet {
  return call.arguments.reduce((all, { variable }) => all | state.get(variable), emptySet);
}

function callbackValue(
  kind: CallbackArgument,
  sets: { receiver: BitSet; elements: BitSet; accumulator: BitSet },
): BitSet {
  switch (kind) {
    case "element":
      return sets.elements;
    case "receiver":
      return sets.receiver;
    case "accumulator":
      return sets.accumulator;
    case "primitive":
    case "nothing":
      return emptySet;
    default:
      return unreachable(kind);
  }
}

/** The arguments of a call by position; those from the first spread on may stand anywhere after it. */
function argumentsOf(transfer: Transfer, state: State, call: CallInstruction): Arguments {
  const values: BitSet[] = [];
  let rest = emptySet;
  let afterSpread = false;
  for (const { variable, spread } of call.arguments) {
    const set = state.get(variable);
    if (spread) {
      transfer.coerce(state, set, call.origin);
      rest |= transfer.elements(state, set, elementField);
      afterSpread = true;
    } else if (afterSpread) rest |= set;
    else values.push(set);
  }
  return { receiver: call.receiver === null ? emptySet : state.get(call.receiver), values, rest };
}

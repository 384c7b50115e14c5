/** What a call of a library function does, by its rows. */

import { unreachable } from "../bailout.js";
import type { ArgumentEffect, BufferType, CallbackArgument, Effect } from "../ir/effect.js";
import type { CallInstruction, Calls } from "./call.js";
import {
  assignProperties,
  bearContainer,
  bearEntries,
  bearLike,
  bearMap,
  coerceDeeply,
  contentsOf,
  fixable,
  mayHaveConstructor,
  mixElements,
  propertiesOf,
} from "./library-containers.js";
import { elementsOf } from "./load-fields.js";
import { type BitSet, emptySet, has, members, setOf } from "./node-set.js";
import { identityOf, other, storageField } from "./objects.js";
import { joinPromises, type Promised, resolvePromise, startOperation } from "./promises.js";
import { anyField, elementField, type State } from "./state.js";
import { storeField } from "./store-fields.js";
import type { Arguments } from "./summary-transfer.js";
import type { Transfer } from "./transfer.js";

/** A call of one of several library functions may make a buffer (part 0) or a container. */
const containerPart = -1;
/** So may one of a Node Buffer, beside the buffer that another object's gives. */
const nodeViewPart = -40;

export function callLibrary(calls: Calls, transfer: Transfer, state: State, call: CallInstruction): void {
  if (call.callee.kind !== "library") return;
  const { effects, name } = call.callee;
  if (call.arguments.some((each) => each.spread) && effects.some(needsPositions)) {
    return state.set(call.target, calls.callUnknown(transfer, state, call, name));
  }
  if (call.receiver !== null && !isAsTyped(transfer, state.get(call.receiver), call.callee.receiver)) {
    return state.set(call.target, calls.callUnknown(transfer, state, call, name));
  }
  const [only] = effects;
  if (only && effects.length === 1 && callForPromise(transfer, state, { call, effect: only })) return;
  let result = emptySet;
  for (const effect of effects) result |= applyEffect(calls, transfer, state, { call, effect, name });
  const isReceiver = effects.every((effect) => effect.result.kind === "receiver");
  const known = isReceiver && call.receiver !== null ? state.known.get(call.receiver) : undefined;
  state.set(call.target, result, known);
}

/** A library function that gives a promise; tells whether it is one. */
function callForPromise(
  transfer: Transfer,
  state: State,
  { call, effect }: { call: CallInstruction; effect: Effect },
): boolean {
  const made = promiseOf(transfer, state, { call, effect });
  if (made) state.set(call.target, made.set, made.known);
  return made !== null;
}

function promiseOf(
  transfer: Transfer,
  state: State,
  { call, effect: { result } }: { call: CallInstruction; effect: Effect },
): Promised | null {
  const first = call.arguments[0]?.variable;
  switch (result.kind) {
    case "joined-promise":
      if (first === undefined) return null;
      return joinPromises(transfer, state, { call, iterable: first, settlements: result.settlements });
    case "resolved-promise":
      return first === undefined ? null : resolvePromise(transfer, state, { call, variable: first });
    case "operation": {
      let held = emptySet;
      for (const { variable, spread } of call.arguments) {
        const set = state.get(variable);
        coerceDeeply(transfer, state, set, call.origin);
        held |= spread ? elementsOf(transfer, state, set, elementField) : set;
      }
      return startOperation(transfer, state, { call, held, value: result.value });
    }
    default:
      return null;
  }
}

function applyEffect(
  calls: Calls,
  transfer: Transfer,
  state: State,
  { call, effect, name }: { call: CallInstruction; effect: Effect; name: string },
): BitSet {
  const receiver = call.receiver === null ? emptySet : state.get(call.receiver);
  const cause = { reason: "passed-to-unknown" as const, origin: call.origin, why: `passed to \`${name}\`` };
  const container = containerOf(transfer, state, effect, receiver);
  let copied = emptySet;
  let iterated = container;
  let results = emptySet;
  for (const [i, { variable, spread }] of call.arguments.entries()) {
    const set = state.get(variable);
    if (spread) transfer.coerce(state, set, call.origin);
    const value = spread ? elementsOf(transfer, state, set, elementField) : set;
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
        copied |= elementsOf(transfer, state, elementsOf(transfer, state, value, elementField), elementField);
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
        copied |= elementsOf(transfer, state, value, elementField);
        iterated |= value;
        break;
      case "stored-in-result":
        copied |= value;
        break;
      case "concatenated":
        coerceDeeply(transfer, state, value, call.origin);
        copied |= value | elementsOf(transfer, state, value, elementField);
        break;
      case "stored-in-receiver":
        storeField(transfer, state, { base: container, field: elementField, value, origin: call.origin });
        break;
      case "properties-deleted":
        storeField(transfer, state, { base: value, field: anyField, value: emptySet, origin: call.origin });
        break;
      case "callback":
        results |= callBack(calls, transfer, state, {
          call,
          effect,
          callback: value,
          receiver,
          iterated,
          name,
        });
        break;
      // Of several functions of which one may be called, none is known to give a promise.
      case "held":
      case "joined":
      case "awaited":
      case "escaped":
        transfer.escape(state, value, cause);
        break;
    }
  }
  if (effect.convertsResults) coerceDeeply(transfer, state, results, call.origin);
  if (effect.receiver === "escaped") transfer.escape(state, receiver, cause);
  if (effect.receiver === "converted") coerceDeeply(transfer, state, receiver, call.origin);
  if (effect.moves) mixElements(transfer, state, receiver, call.origin);
  if (effect.removes)
    storeField(transfer, state, {
      ...{ base: receiver, field: elementField, value: emptySet },
      origin: call.origin,
    });
  return resultOf(transfer, state, { call, effect, receiver, copied, results });
}

/** Calls a callback during a library call, any number of times. */
function callBack(
  calls: Calls,
  transfer: Transfer,
  state: State,
  context: {
    call: CallInstruction;
    effect: Effect;
    callback: BitSet;
    receiver: BitSet;
    /** The containers that are gone over while the callback may store into them. */
    iterated: BitSet;
    name: string;
  },
): BitSet {
  const { call, effect, callback, receiver, iterated, name } = context;
  if (callback === emptySet) return emptySet;
  const targets = members(callback).map((id) => transfer.objects.get(id));
  const known = targets.flatMap((object) => {
    const identity = identityOf(object);
    return identity?.kind === "function" ? [{ function: identity.function, closure: setOf(object.id) }] : [];
  });
  let results = emptySet;
  // Again until nothing new comes: what one call stores or returns, the next may see.
  for (let changed = true; changed; ) {
    changed = false;
    const elements = elementsOf(transfer, state, iterated, elementField);
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
    for (const target of known) {
      const summary = calls.summaryOfCallback(transfer, state, { function: target.function, values });
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
      const returned = calls.applyTo(target.function, {
        call,
        transfer,
        state: branch,
        summary,
        args,
        closure: target.closure,
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

function resultOf(
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
    case "joined-promise":
    case "resolved-promise":
    case "operation":
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
      return elementsOf(transfer, state, container, elementField);
    }
    case "iterator-of-pairs": {
      transfer.viewed |= receiver;
      const pairs = bearEntries(transfer, state, { call, part: part + containerPart, held: emptySet });
      return receiver | setOf(pairs);
    }
    case "iterator-of-entries":
      return elementsOf(transfer, state, receiver, elementField);
    case "callback-result":
      // Without an initial value the first element is the accumulator, and the only element the result.
      return results | firstAccumulator(state, call, elementsOf(transfer, state, receiver, elementField));
    case "fresh-buffer":
      return setOf(transfer.birth(state, call.site, part, { kind: "buffer", type: result.type }));
    case "fresh-buffer-like-receiver":
      return freshLike(transfer, state, { call, part, receiver });
    case "fresh-buffer-or-node-view": {
      if (isExactlyMade(transfer, receiver)) return freshBuffer(transfer, state, call, part);
      return freshBuffer(transfer, state, call, part) | bearNodeView(transfer, state, call);
    }
    case "fresh-buffer-or-view":
      if (
        isExactlyMade(transfer, receiver) &&
        !(effect.ownConstructor && mayHaveConstructor(state, receiver))
      )
        return freshBuffer(transfer, state, call, part);
      transfer.viewed |= receiver;
      return receiver | other;
    case "fresh-container": {
      const held = contentsOf(transfer, state, result.from, { receiver, copied, results });
      return setOf(bearContainer(transfer, state, { call, part: part + containerPart, held }));
    }
    case "container-like-receiver": {
      const held = contentsOf(transfer, state, result.from, { receiver, copied, results });
      const { ownConstructor = false } = effect;
      return bearLike(transfer, state, { call, part: part + containerPart, held, receiver, ownConstructor });
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

function typeAt(transfer: Transfer, call: CallInstruction): BufferType {
  const site = transfer.ir.sites[call.site]?.site;
  if (site?.kind === "buffer") return site.type;
  return (call.callee.kind === "library" && call.callee.made) || "ArrayBuffer";
}

/** Of several functions of which one is called, each may make a buffer; it is one buffer all the same. */
function freshBuffer(transfer: Transfer, state: State, call: CallInstruction, part: number): BitSet {
  const shape = { kind: "buffer", type: typeAt(transfer, call) } as const;
  const first = firstBufferPart(call);
  return setOf(
    part === first
      ? transfer.birth(state, call.site, part, shape)
      : transfer.objects.site(call.site, first, "recent", shape),
  );
}

/** The part of the first row that may make a buffer. */
function firstBufferPart(call: CallInstruction): number {
  if (call.callee.kind !== "library") return 0;
  const first = call.callee.effects.find(({ result }) => makesLike.has(result.kind));
  return first ? partOf(call, first) : 0;
}

const makesLike: ReadonlySet<string> = new Set([
  "fresh-buffer-like-receiver",
  "fresh-buffer-or-view",
  "fresh-buffer-or-node-view",
]);

/** What `slice` of a Node Buffer makes: another Buffer over the receiver's storage. */
function bearNodeView(transfer: Transfer, state: State, call: CallInstruction): BitSet {
  const shape = { kind: "buffer", type: "Buffer", isNodeView: true } as const;
  const id = transfer.birth(state, call.site, nodeViewPart, shape);
  // The birth has aged what the receiver may be.
  const receiver = call.receiver === null ? emptySet : state.get(call.receiver);
  transfer.viewed |= receiver;
  state.addField(id, storageField, receiver);
  return setOf(id);
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
  return effect.entries ? elementsOf(transfer, state, receiver, elementField) : receiver;
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

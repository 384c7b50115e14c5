/** What library functions do to containers: the arrays, Maps and Sets they make, and elements that change places. */

import type { ContainerContents } from "../ir/effect.js";
import type { OriginId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import type { EscapeCause } from "./escape.js";
import { hasOwnConversion } from "./fields.js";
import { contentsKnown, elementsOf, loadField } from "./load-fields.js";
import { type BitSet, emptySet, has, members, setOf } from "./node-set.js";
import { other, type Shape } from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import { storeField } from "./store-fields.js";
import type { Transfer } from "./transfer.js";

type CallInstruction = Instruction & { kind: "call" };

/** What may flow into a new container. */
export interface Sources {
  readonly receiver: BitSet;
  /** What arguments, or their elements, give. */
  readonly copied: BitSet;
  /** What callbacks returned. */
  readonly results: BitSet;
}

export function contentsOf(
  transfer: Transfer,
  state: State,
  from: ContainerContents,
  { receiver, copied, results }: Sources,
): BitSet {
  switch (from) {
    case "elements":
      return elementsOf(transfer, state, receiver, elementField) | copied | results;
    case "flattened":
      return flatten(transfer, state, elementsOf(transfer, state, receiver, elementField));
    case "arguments":
      return copied | results;
    case "callback-results":
      return results;
    case "flattened-results":
      return flatten(transfer, state, results);
    case "nothing":
      return emptySet;
  }
}

/** `set` and all that its arrays hold, at any depth. */
function flatten(transfer: Transfer, state: State, set: BitSet): BitSet {
  let all = set;
  for (let frontier = set; frontier !== emptySet; ) {
    const inner = elementsOf(transfer, state, frontier, elementField);
    frontier = inner & ~all;
    all |= inner;
    // What a parameter holds has no end of fields; they are folded at a depth.
  }
  return all;
}

/** A new container at part `part` of the call's site that holds `held`: an array, unless `shape` says otherwise. */
export function bearContainer(
  transfer: Transfer,
  state: State,
  { call, part, held, shape = { kind: "array" } }: Container & { shape?: Shape },
): number {
  // A birth ages what the site made before; what waits in a variable is aged too.
  state.set(call.target, held);
  const id = transfer.birth(state, call.site, part, shape);
  state.addField(id, shape.kind === "object" ? anyField : elementField, state.get(call.target));
  return id;
}

interface Container {
  readonly call: CallInstruction;
  readonly part: number;
  readonly held: BitSet;
}

/** A new array, if the receiver is one that was made here; of another the class may be the program's, whose constructor keeps what it makes. */
export function bearLike(
  transfer: Transfer,
  state: State,
  {
    receiver,
    ownConstructor,
    ...container
  }: Container & { readonly receiver: BitSet; readonly ownConstructor: boolean },
): BitSet {
  const isArray = members(receiver).every((id) => {
    const object = transfer.objects.get(id);
    return object.kind === "site" && object.shape.kind === "array";
  });
  if (isArray && !(ownConstructor && mayHaveConstructor(state, receiver)))
    return setOf(bearContainer(transfer, state, container));
  const why = "stored in what a subclass of Array may have made";
  transfer.escape(state, container.held, { reason: "stored", origin: container.call.origin, why });
  return other;
}

/** Whether one of `set` may have a `constructor` of its own, where the program gives some to arrays. A buffer that is given one escapes. */
export function mayHaveConstructor(state: State, set: BitSet): boolean {
  return members(set).some((id) => {
    if (has(state.escaped | state.lent, id)) return true;
    return ["constructor", anyField].some((name) => state.field(id, name) !== emptySet);
  });
}

/** A new Map of the entries `copied`. */
export function bearMap(
  transfer: Transfer,
  state: State,
  { call, part, copied }: { call: CallInstruction; part: number; copied: BitSet },
): number {
  const held = elementsOf(transfer, state, copied, elementField);
  return bearEntries(transfer, state, { call, part, held });
}

/**
 * A new container of entries that hold `held`. One array stands for all entries, holding all keys and values; it
 * counts as an older one, so that a store into one entry never replaces what another holds.
 */
export function bearEntries(transfer: Transfer, state: State, { call, part, held }: Container): number {
  const entries = transfer.objects.site(call.site, part - 1, "older", { kind: "array" });
  // Before the birth, which ages what this very site made before.
  state.addField(entries, elementField, held);
  return bearContainer(transfer, state, { call, part, held: setOf(entries) });
}

/** Elements changed places: any index may hold any of them. */
export function mixElements(transfer: Transfer, state: State, receiver: BitSet, origin: OriginId): void {
  for (const id of members(receiver)) {
    const base = setOf(id);
    const value = elementsOf(transfer, state, base, elementField);
    storeField(transfer, state, { base, field: elementField, value, origin });
  }
}

/** Conversions of `set` run, and of what its arrays and plain objects hold at any depth. */
export function coerceDeeply(transfer: Transfer, state: State, set: BitSet, origin: OriginId): void {
  let seen = emptySet;
  for (let frontier = set; frontier !== emptySet; ) {
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier)) {
      if (!isContainer(transfer, id)) transfer.coerce(state, setOf(id), origin);
      else if (hasOwnConversion(transfer, state, id))
        transfer.escape(state, setOf(id), { ...converted, origin });
      else next |= state.contents(id);
    }
    frontier = next & ~seen;
  }
}

const converted = { reason: "passed-to-unknown" as const, why: "its own conversion or iterator may run" };

/** An array, or an object made by a literal: one with accessors has escaped. */
function isContainer(transfer: Transfer, id: number): boolean {
  const object = transfer.objects.get(id);
  return object.kind === "site" && (object.shape.kind === "array" || object.shape.kind === "object");
}

// Properties

/** What the own properties of `set` hold. */
export function propertiesOf(transfer: Transfer, state: State, set: BitSet): BitSet {
  let result = emptySet;
  for (const id of members(set)) {
    const object = transfer.objects.get(id);
    // Those of a buffer are numbers: one that is given any other has escaped.
    if (object.kind === "site" && object.shape.kind === "buffer" && !has(state.escaped, id)) continue;
    if (object.kind === "site") result |= contentsKnown(transfer, state, id);
    else result |= object.kind === "phantom" ? loadField(transfer, state, setOf(id), anyField) : other;
  }
  return result;
}

/** `Object.assign`: what is not made here may have setters, which nobody knows. */
export function assignProperties(
  transfer: Transfer,
  state: State,
  { target, value, cause }: { target: BitSet; value: BitSet; cause: Omit<EscapeCause, "via"> },
): void {
  storeField(transfer, state, { base: target, field: anyField, value, origin: cause.origin });
  if (members(target).some((id) => transfer.objects.get(id).kind !== "site"))
    transfer.escape(state, value, cause);
}

/** Those of `set` that may be buffers. */
export function fixable(transfer: Transfer, set: BitSet): BitSet {
  let result = emptySet;
  for (const id of members(set)) {
    const object = transfer.objects.get(id);
    if (object.kind !== "site" || object.shape.kind === "buffer") result |= setOf(id);
  }
  return result;
}

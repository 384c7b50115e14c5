/** What library functions do to containers: the arrays, Maps and Sets they make, and elements that change places. */
import type { ContainerContents } from "../ir/effect.js";
import type { OriginId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { type BitSet, emptySet, members, setOf } from "./node-set.js";
import { elementField, type State } from "./state.js";
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
      return transfer.elements(state, receiver, elementField) | copied | results;
    case "flattened":
      return flatten(transfer, state, transfer.elements(state, receiver, elementField));
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
    const inner = transfer.elements(state, frontier, elementField);
    frontier = inner & ~all;
    all |= inner;
    // What a parameter holds has no end of fields; they are folded at a depth.
  }
  return all;
}

/** A new array (or other container) at part `part` of the call's site that holds `held`. */
export function bearContainer(
  transfer: Transfer,
  state: State,
  { call, part, held }: { call: CallInstruction; part: number; held: BitSet },
): number {
  // A birth ages what the site made before; what waits in a variable is aged too.
  state.set(call.target, held);
  const id = transfer.birth(state, call.site, part, { kind: "array" });
  state.addField(id, elementField, state.get(call.target));
  return id;
}

/**
 * A new Map of the entries `copied`. One array stands for all entries, holding all keys and values; it counts as
 * an older one, so that a store into one entry never replaces what another holds.
 */
export function bearMap(
  transfer: Transfer,
  state: State,
  { call, part, copied }: { call: CallInstruction; part: number; copied: BitSet },
): number {
  const held = transfer.elements(state, copied, elementField);
  const entries = transfer.objects.site(call.site, part - 1, "older", { kind: "array" });
  const id = bearContainer(transfer, state, { call, part, held: setOf(entries) });
  state.addField(entries, elementField, held);
  return id;
}

/** Elements changed places: any index may hold any of them. */
export function mixElements(transfer: Transfer, state: State, receiver: BitSet, origin: OriginId): void {
  for (const id of members(receiver)) {
    const base = setOf(id);
    const value = transfer.elements(state, base, elementField);
    transfer.storeInto(state, { base, field: elementField, value, origin });
  }
}

/** Conversions of `set` run, and of what its arrays hold at any depth. */
export function coerceDeeply(transfer: Transfer, state: State, set: BitSet, origin: OriginId): void {
  let seen = emptySet;
  for (let frontier = set; frontier !== emptySet; ) {
    transfer.coerce(state, frontier, origin);
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier)) {
      const object = transfer.objects.get(id);
      if (object.kind === "site" && object.shape.kind === "array") next |= state.contents(id);
    }
    frontier = next & ~seen;
  }
}

/**
 * What a call does of which only a contract is known (`ir/contract.ts`): arguments that are borrowed come back, all others
 * escape, and the result is unknown, or a new buffer.
 *
 * A borrowed argument's own objects may have changed places within it, and unknown ones may have been put there. It may also
 * have been called, if it is a function: what a closure does then is known to nobody here, so closures escape.
 */

import { type Borrowing, borrowingFrom, borrowingOf, type Contract } from "../ir/contract.js";
import type { OriginId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { elementsOf } from "./load-fields.js";
import { type BitSet, emptySet, members, setOf } from "./node-set.js";
import { other, otherId } from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import { storeField } from "./store-fields.js";
import type { Transfer } from "./transfer.js";

export interface ContractCall {
  readonly call: Instruction & { kind: "call" };
  readonly contract: Contract;
  readonly name: string;
}

export function callByContract(
  transfer: Transfer,
  state: State,
  { call, contract, name }: ContractCall,
): void {
  const why = `passed to \`${name}\`, which does not promise to give it back`;
  const hand = (set: BitSet, borrowing: Borrowing): void => {
    if (borrowing === "none")
      transfer.escape(state, set, { reason: "passed-to-unknown", origin: call.origin, why });
    else borrow(transfer, state, { set, borrowing, origin: call.origin });
  };
  let afterSpread = false;
  call.arguments.forEach(({ variable, spread }, position) => {
    const set = state.get(variable);
    if (spread) transfer.coerce(state, set, call.origin);
    afterSpread ||= spread;
    hand(
      spread ? elementsOf(transfer, state, set, elementField) : set,
      afterSpread ? borrowingFrom(contract, position) : borrowingOf(contract, position),
    );
  });
  if (call.receiver !== null) hand(state.get(call.receiver), contract.receiver);
  if (contract.fresh === null) return state.set(call.target, other);
  const id = transfer.birth(state, call.site, 0, { kind: "buffer", type: contract.fresh });
  state.set(call.target, setOf(id));
}

interface Borrowed {
  readonly set: BitSet;
  readonly borrowing: Borrowing;
  readonly origin: OriginId;
}

function borrow(transfer: Transfer, state: State, { set, borrowing, origin }: Borrowed): void {
  const reached = reachedFrom(transfer, state, set);
  let moved = reached | other;
  let containers = emptySet;
  for (const id of members(reached)) {
    const object = transfer.objects.get(id);
    if (object.kind === "phantom") {
      // Its caller knows whether it has code of its own.
      transfer.coerce(state, setOf(id), origin);
      if (borrowing === "numbers") continue;
      containers |= setOf(id);
      moved |= setOf(transfer.objects.phantom(object.root, [...object.path, "**"]));
    } else if (object.kind === "site" && object.shape.kind !== "buffer") {
      const isPlain = object.shape.kind === "array" || object.shape.kind === "object";
      const why = "its own code may run";
      if (object.shape.kind === "array") transfer.borrowed |= setOf(id);
      if (isPlain) containers |= setOf(id);
      else transfer.escape(state, setOf(id), { reason: "passed-to-unknown", origin, why });
    }
  }
  if (containers !== emptySet)
    storeField(transfer, state, { base: containers, field: anyField, value: moved, origin });
}

/** All that a callee can come to from `set`, but what is unknown anyway. */
function reachedFrom(transfer: Transfer, state: State, set: BitSet): BitSet {
  let seen = emptySet;
  for (let frontier = set; frontier !== emptySet; ) {
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier)) next |= state.contents(id) | state.capturedBy(id, transfer.objects);
    frontier = next & ~seen;
  }
  return seen & ~setOf(otherId);
}

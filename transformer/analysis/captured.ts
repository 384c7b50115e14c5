/**
 * What the code of a closure finds in a variable that it captures.
 *
 * A closure remembers the variables that it uses itself. What a function uses that it calls by its name, the closure holds by way of
 * that function's closure: `() => helper()` captures `helper`, and `helper` captures the rest.
 *
 * # Invariants
 * - H1 What is found may be too much, never too little: where no closure that is known remembers the variable, whatever is not known
 *   may be one that does.
 *
 * # Example
 * For `make = (b) => { const helper = () => b; return () => helper(); }` the closure that `make(x)` returns finds `x` in `b`.
 */

import type { BindingId } from "../ir/ids.js";
import { loadField } from "./load-fields.js";
import { type BitSet, emptySet, members, setOf } from "./node-set.js";
import { identityOf, other, otherId } from "./objects.js";
import type { State } from "./state.js";
import type { Transfer } from "./transfer.js";

export interface Captured {
  readonly set: BitSet;
  /** Some closure remembers the variable. */
  readonly isFound: boolean;
}

/** The field in which a closure remembers a variable. */
export function captureField(binding: BindingId): string {
  return `<${binding}>`;
}

const captureFields = /^<\d+>$/;

export function isCaptureField(field: string): boolean {
  return captureFields.test(field);
}

/** What the closures among `from`, and those that these hold, remember in `field`. */
export function findCaptured(
  transfer: Transfer,
  state: State,
  { from, field }: { from: BitSet; field: string },
): Captured {
  let set = emptySet;
  let isFound = false;
  const reached = walk(transfer, state, from, (id) => {
    const held = rememberedBy(transfer, state, { id, field });
    if (held === null) return;
    isFound = true;
    set |= held;
  });
  if (isFound) return { set, isFound };
  // Objects that the caller passed in may be such closures, or hold them.
  for (const id of members(reached)) {
    if (id === otherId) set |= other;
    else if (transfer.objects.get(id).kind === "phantom") set |= loadField(transfer, state, setOf(id), field);
  }
  return { set, isFound };
}

/** Visits everything that `from` reaches, closures' variables included. */
function walk(transfer: Transfer, state: State, from: BitSet, visit: (id: number) => void): BitSet {
  let seen = emptySet;
  for (let frontier = from; frontier !== emptySet; ) {
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier)) {
      visit(id);
      next |= state.contents(id) | state.capturedBy(id, transfer.objects);
    }
    frontier = next & ~seen;
  }
  return seen;
}

/** What one closure remembers; `null` if it does not remember the variable. */
function rememberedBy(
  transfer: Transfer,
  state: State,
  { id, field }: { id: number; field: string },
): BitSet | null {
  const object = transfer.objects.get(id);
  const remembered = state.fields.get(id)?.get(field);
  if (object.kind === "phantom" && identityOf(object)?.kind === "function")
    return (remembered ?? emptySet) | loadField(transfer, state, setOf(id), field);
  if (object.kind !== "site" || object.shape.kind !== "closure") return remembered ?? null;
  const capture = object.shape.captures.find((each) => captureField(each.binding) === field);
  if (capture && capture.variable !== null)
    return (remembered ?? emptySet) | transfer.read(state, capture.variable);
  return remembered ?? null;
}

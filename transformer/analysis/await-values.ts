/** What `await` gives and what `yield` hands out: see `frames.ts` for calls that run on meanwhile. */
import { findMember } from "../ir/class.js";
import type { OriginId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { hasThen } from "./fields.js";
import { awaited, settle, valueField, valueOfAwaited } from "./frames.js";
import { loadField } from "./load-fields.js";
import { type BitSet, emptySet, has, isSingle, members, setOf } from "./node-set.js";
import { type AbstractObject, other, otherId, type SiteObject } from "./objects.js";
import type { State } from "./state.js";
import type { Transfer } from "./transfer.js";

function awaitsToItself(transfer: Transfer, state: State, object: AbstractObject): boolean {
  if (object.kind !== "site") return false;
  switch (object.shape.kind) {
    case "buffer":
    case "generator":
      return true;
    case "array":
      return !hasThen(state, object.id);
    case "promise":
      return false;
    default:
      return isPlain(transfer, state, object);
  }
}

/** An object or instance without a `then`, which nobody else may have given one: awaiting it gives it back. */
function isPlain(transfer: Transfer, state: State, object: SiteObject): boolean {
  if (has(state.escaped | state.lent, object.id) || transfer.calls.tampers) return false;
  if (object.shape.kind === "instance" && findMember(object.shape.class, "then")) return false;
  return !hasThen(state, object.id);
}

/** Awaiting a promise of a known function gives its value, a buffer or array itself; of another object it runs the `then`. */
export function applyAwait(
  transfer: Transfer,
  state: State,
  { target, source, origin, site }: Instruction & { kind: "await" },
): void {
  const result = awaitEach(transfer, state, state.get(source), origin);
  const known = valueOfAwaited(transfer, state, state.known.get(source));
  settle(transfer, state, state.known.get(source));
  state.set(target, result, isSingle(result) && !has(result, otherId) ? known : undefined);
  if (site !== undefined) transfer.results.set(site, (transfer.results.get(site) ?? emptySet) | result);
}

/** What awaiting any of `set` gives. */
export function awaitEach(transfer: Transfer, state: State, set: BitSet, origin: OriginId): BitSet {
  const { settled, rest } = awaited(transfer, state, set);
  let result = settled;
  for (const id of members(rest)) {
    const object = transfer.objects.get(id);
    if (object.kind === "phantom") {
      transfer.coerce(state, setOf(id), origin);
      result |= setOf(id) | loadField(transfer, state, setOf(id), valueField);
    } else if (awaitsToItself(transfer, state, object)) result |= setOf(id);
    else {
      transfer.escape(state, setOf(id), {
        reason: "passed-to-unknown",
        origin,
        why: "awaited, which may call its `then`",
      });
      result |= other;
    }
  }
  return result;
}

/** What the consumer gets: it may keep what was made here, and has what the caller passed in. */
export function applyYield(transfer: Transfer, state: State, value: BitSet, origin: OriginId): void {
  let own = emptySet;
  for (const id of members(value)) if (transfer.objects.get(id).kind === "site") own |= setOf(id);
  transfer.escape(state, own, { reason: "yielded", origin, why: "yielded" });
  transfer.yielded |= value;
}

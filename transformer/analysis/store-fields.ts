/**
 * Stores: into which objects' fields a value goes, and whether it escapes by that.
 *
 * # Invariants
 * - U1 A store into exactly one object that nobody else knows replaces what was there; any other adds to it.
 * - U2 What is stored in something escaped escapes; what is stored in an input is lent, and told to the caller.
 * - U3 What is lent or given to a closed variable is seen by others also where the function ends in an exception later: what it holds
 *   then, and what is stored in it from then on, is remembered apart from the state at the normal end.
 * - U4 A buffer holds numbers: what is stored in an element is converted, and any other property keeps the buffer out of the pool.
 * - U5 A promise or generator that is given a property (a `then` of its own, which `Promise.all` calls) is no longer what its function made.
 *
 * # Example
 * `const o = {}; o.a = x; o.a = y; o.a` is `y`; with `(c ? o : p).a = y` it may still be `x`.
 */
import { findMember, hasAccessors, type Member } from "../ir/class.js";
import { isIndex } from "../ir/field.js";
import type { OriginId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { captureField } from "./captured.js";
import { describeField, fieldName, isInternal } from "./fields.js";
import { type BitSet, emptySet, has, members, setOf } from "./node-set.js";
import { type AbstractObject, type Capture, identityOf, otherId, storageField } from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import type { Transfer } from "./transfer.js";

export function applyStore(
  transfer: Transfer,
  state: State,
  instruction: Instruction & { kind: "store" },
): void {
  const base = state.get(instruction.base);
  const value = state.get(instruction.value);
  const field = fieldName(instruction.field);
  if (field === "__proto__") {
    const why = "made a prototype";
    transfer.escape(state, base | value, { reason: "unsupported-syntax", origin: instruction.origin, why });
  }
  if (field !== elementField && field !== anyField && state.isExact(base, transfer.objects)) {
    const object = transfer.objects.get(members(base)[0] as number);
    if (
      object.kind === "site" &&
      object.shape.kind !== "buffer" &&
      !holdsFrame(object) &&
      !has(state.escaped | state.lent, object.id)
    ) {
      const accessor = accessorOf(object, field);
      if (!accessor) {
        rememberOwnStore(transfer, object.id, field, value);
        state.setFieldValue(object.id, field, state.known.get(instruction.value));
        return state.replaceField(object.id, field, value);
      }
    }
  }
  storeField(transfer, state, { base, field, value, origin: instruction.origin });
}

/** `base.field = value`, adding to what is there. */
export function storeField(
  transfer: Transfer,
  state: State,
  store: { base: BitSet; field: string; value: BitSet; origin: OriginId },
): void {
  const { base, field, value, origin } = store;
  for (const id of members(base)) {
    const object = transfer.objects.get(id);
    if (has(state.escaped, id))
      transfer.escape(state, value, {
        reason: "stored",
        origin,
        why: `stored in ${describeField(field)} of an object that others know`,
      });
    if (id === otherId) continue;
    if (object.kind === "site" && object.shape.kind === "buffer") {
      // No store of the program: what a callee's Buffer is a view of.
      if (field === storageField) state.addField(id, field, value);
      else storeIntoBuffer(transfer, state, id, store);
      continue;
    }
    if (holdsFrame(object) && !isInternal(field)) {
      const why = `given the property ${describeField(field)}`;
      const cause = { reason: "unsupported-syntax" as const, origin, why };
      transfer.escape(state, setOf(id) | value, cause);
      continue;
    }
    if (object.kind === "code") {
      transfer.escape(state, value, {
        reason: "stored",
        origin,
        why: `stored in ${describeField(field)} of a function`,
      });
      continue;
    }
    const identity = identityOf(object);
    if (field === anyField && identity?.kind === "instance" && hasAccessors(identity.class))
      transfer.escape(state, value, {
        reason: "stored",
        origin,
        why: "stored in a field that may have a setter",
      });
    const accessor = accessorOf(object, field);
    if (accessor) {
      transfer.calls.set(transfer, state, { object: id, accessor, value, origin });
      // Setting a phantom's accessor is what its caller sees: there the setter runs again.
    }
    const to = object.kind === "phantom" && isIndex(field) ? elementField : field;
    if (field === anyField) state.fieldValues.delete(id);
    else state.setFieldValue(id, field, undefined);
    state.addField(id, to, value);
    if (object.kind === "phantom" || has(state.lent, id)) transfer.lend(state, value);
    if (object.kind === "phantom") rememberStore(transfer, { from: id, field: to, to: value, origin });
    else rememberOwnStore(transfer, id, to, value);
  }
}

/** U5: a promise of an async function, or a generator. */
function holdsFrame(object: AbstractObject): boolean {
  return object.kind === "site" && (object.shape.kind === "promise" || object.shape.kind === "generator");
}

function accessorOf(object: AbstractObject, field: string): (Member & { kind: "accessor" }) | null {
  const identity = identityOf(object);
  const member = identity?.kind === "instance" ? findMember(identity.class, field) : null;
  return member?.kind === "accessor" ? member : null;
}

/** A number goes in and the value is converted; any other property makes the view one that is never pooled. */
function storeIntoBuffer(
  transfer: Transfer,
  state: State,
  id: number,
  { field, value, origin }: { field: string; value: BitSet; origin: OriginId },
): void {
  if (field === elementField || isIndex(field)) return transfer.coerce(state, value, origin);
  const why = `given the property ${describeField(field)}`;
  transfer.escape(state, setOf(id), { reason: "unsupported-syntax", origin, why });
  transfer.escape(state, value, {
    reason: "stored",
    origin,
    why: `stored in ${describeField(field)} of a buffer`,
  });
}

function rememberOwnStore(transfer: Transfer, id: number, field: string, value: BitSet): void {
  if (value === emptySet) return;
  const fields = transfer.ownStores.get(id) ?? new Map<string, BitSet>();
  transfer.ownStores.set(id, fields.set(field, (fields.get(field) ?? emptySet) | value));
}

/**
 * Notes what `set` reaches, which somebody gets who sees it also where the function ends in an exception, and what that holds now;
 * what closures among it capture is read whenever they are called. Returns what is reached.
 */
export function rememberReached(transfer: Transfer, state: State, set: BitSet): BitSet {
  let seen = emptySet;
  for (let frontier = set; frontier !== emptySet; ) {
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier)) {
      next |= state.contents(id);
      const object = transfer.objects.get(id);
      if (object.kind !== "site") continue;
      for (const [field, held] of state.fields.get(id) ?? []) rememberOwnStore(transfer, id, field, held);
      if (object.shape.kind === "closure")
        next |= rememberCaptured(transfer, state, id, object.shape.captures);
    }
    frontier = next & ~seen;
  }
  return seen;
}

/** The same of the variables that a closure captures. Returns what they hold. */
function rememberCaptured(
  transfer: Transfer,
  state: State,
  id: number,
  captures: readonly Capture[],
): BitSet {
  let all = emptySet;
  for (const { binding, variable } of captures) {
    if (variable === null) continue;
    state.escapedVariables |= setOf(variable);
    const held = transfer.read(state, variable);
    rememberOwnStore(transfer, id, captureField(binding), held);
    all |= held;
  }
  return all;
}

function rememberStore(
  transfer: Transfer,
  store: { from: number; field: string; to: BitSet; origin: OriginId },
): void {
  const key = `${store.from}.${store.field}`;
  const known = transfer.phantomStores.get(key);
  if (known) known.to |= store.to;
  else transfer.phantomStores.set(key, store);
}

/**
 * Loads: what a field may hold, of each kind of object that the base may be.
 *
 * # Invariants
 * - R1 A field of something escaped or lent may hold anything besides what was stored there.
 * - R2 What was stored under an unknown key may come out of every field; elements and numbered fields are not told apart.
 * - R3 A property that was never stored is the prototype's: a method or accessor of the object's class, or unknown.
 *
 * # Example
 * `o.a = x; o[key] = y; o.a` may be `x` or `y`.
 */
import { unreachable } from "../bailout.js";
import { findMember } from "../ir/class.js";
import { isIndex } from "../ir/field.js";
import type { Instruction } from "../ir/ir.js";
import { findCaptured, isCaptureField } from "./captured.js";
import {
  absentField,
  hasOwnFieldsOnly,
  hasThen,
  inheritedNames,
  isSecret,
  mayHaveOwn,
  valueKnown,
} from "./fields.js";
import { valueField } from "./frames.js";
import { isOwnLiteral } from "./make-context.js";
import { type BitSet, emptySet, has, members, setOf } from "./node-set.js";
import { type AbstractObject, identityOf, other, type SiteObject, storageField } from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import type { Transfer } from "./transfer.js";
import { meetValues, type Value } from "./value.js";

const buffersOwnNumbers = new Set([
  "length",
  "byteLength",
  "byteOffset",
  "BYTES_PER_ELEMENT",
  "maxByteLength",
  "resizable",
]);

export function loadField(transfer: Transfer, state: State, base: BitSet, field: string): BitSet {
  let result = emptySet;
  for (const id of members(base)) result |= loadFieldOf(transfer, state, transfer.objects.get(id), field);
  return result;
}

export function loadFieldOf(transfer: Transfer, state: State, object: AbstractObject, field: string): BitSet {
  switch (object.kind) {
    case "other":
      return other;
    case "code":
      return other;
    case "phantom": {
      const member = loadMember(transfer, state, object, field);
      // One that is replaced somewhere is a field like any other.
      if (member !== null && member !== other) return member | fieldStored(state, object.id, field);
      // Elements may have changed places before: they are not told apart.
      const content = transfer.objects.contentOf(object, isIndex(field) ? elementField : field);
      if (has(state.escaped, object.id)) state.escaped |= setOf(content);
      const isShared = isSecret(object) && has(state.escaped | state.lent, object.id);
      return setOf(content) | fieldStored(state, object.id, field) | (isShared ? other : emptySet);
    }
    case "site": {
      const changedByOthers = storedByOthers(transfer, state, object.id, field);
      if (field === valueField) return loadAwaited(state, object) | changedByOthers;
      if (object.shape.kind === "buffer") {
        if (isCaptureField(field)) return changedByOthers;
        const shared = state.field(object.id, storageField);
        const storage = field === "buffer" || field === anyField ? shared : emptySet;
        transfer.viewed |= storage;
        // Its elements are numbers, by whatever name they were stored.
        const changed = field === elementField || isIndex(field) ? changedByOthers & other : changedByOthers;
        return loadFromBuffer(transfer, object.id, field) | storage | changed;
      }
      if (object.shape.kind === "array" && field === "length") return emptySet;
      // What iterating it gives, as a callee that iterates its parameter says.
      if (object.shape.kind === "generator" && (field === elementField || isIndex(field)))
        return state.field(object.id, valueField) | changedByOthers;
      if (isCaptureField(field)) return loadCaptured(transfer, state, object, field) | changedByOthers;
      const stored = fieldStored(state, object.id, field);
      const member = loadMember(transfer, state, object, field);
      if (member !== null) return stored | member;
      // A property that was never stored is the prototype's.
      const inherited = fieldInherited(transfer, state, object.id, field);
      const isOwn =
        field === elementField ||
        isIndex(field) ||
        state.fields.get(object.id)?.has(field) ||
        (hasOwnFieldsOnly(object) && field !== anyField && !inheritedNames.has(field));
      return stored | inherited | changedByOthers | (isOwn ? emptySet : other);
    }
    default:
      return unreachable(object);
  }
}

/**
 * What may have been stored in an object by another name than the function's own: anything, where others know it. An input may be that
 * name for an object that is lent: what the function itself stores there, others need not have.
 */
function storedByOthers(transfer: Transfer, state: State, id: number, field: string): BitSet {
  if (!has(state.escaped | state.lent, id)) return emptySet;
  return has(state.lent, id) ? other | storedInInputs(transfer, state, field) : other;
}

function storedInInputs(transfer: Transfer, state: State, field: string): BitSet {
  let result = emptySet;
  for (const id of state.fields.keys())
    if (transfer.objects.get(id).kind === "phantom") result |= fieldStored(state, id, field);
  return result;
}

/** What any field of an object made here may hold. */
export function contentsKnown(transfer: Transfer, state: State, id: number): BitSet {
  return state.contents(id) | storedByOthers(transfer, state, id, anyField);
}

/** What awaiting an object gives beside itself: a promise's value, or what its own `then` resolves with. */
function loadAwaited(state: State, { id, shape }: SiteObject): BitSet {
  switch (shape.kind) {
    case "promise":
    case "generator":
      return state.field(id, valueField);
    case "buffer":
      return emptySet;
    case "array":
      return hasThen(state, id) ? other : emptySet;
    default:
      return other;
  }
}

/** What a member of an object's class is: a method, or what its getter gives; `null` if its class has no such member. */
function loadMember(transfer: Transfer, state: State, object: AbstractObject, field: string): BitSet | null {
  const identity = identityOf(object);
  if (identity?.kind !== "instance") return null;
  const member = findMember(identity.class, field);
  const replaced = mayHaveOwn(transfer, state, object, identity.class) ? other : emptySet;
  switch (member?.kind) {
    case undefined:
      return null;
    case "method":
      return setOf(transfer.objects.code(member.function)) | replaced;
    case "accessor": {
      // Set by another name, it is found in whatever field the setter has put it.
      const isLent = object.kind === "site" && has(state.lent, object.id);
      const set = isLent ? storedInInputs(transfer, state, field) : emptySet;
      return set | transfer.calls.get(transfer, state, { object: object.id, accessor: member }) | replaced;
    }
    case "replaced":
      return other;
  }
}

/** What a closure, or one that an object holds, sees in a variable that it captures. */
function loadCaptured(transfer: Transfer, state: State, { id }: SiteObject, field: string): BitSet {
  const { set, isFound } = findCaptured(transfer, state, { from: setOf(id), field });
  return isFound ? set : set | other;
}

/** What is known of a field's value, in all the objects that `base` may be. */
export function valueOfField(
  transfer: Transfer,
  state: State,
  base: BitSet,
  field: string,
): Value | undefined {
  let result: Value | undefined;
  let isFirst = true;
  for (const id of members(base)) {
    const value = valueIn(transfer, state, transfer.objects.get(id), field);
    result = isFirst ? value : meetValues(result, value);
    isFirst = false;
    if (!result) return undefined;
  }
  return result;
}

function valueIn(transfer: Transfer, state: State, object: AbstractObject, field: string): Value | undefined {
  if (field === anyField || field === elementField || has(state.escaped | state.lent, object.id))
    return undefined;
  const stored = state.fields.get(object.id);
  if (stored?.has(anyField) || (isIndex(field) && stored?.has(elementField))) return undefined;
  if (object.kind === "phantom") {
    const fields = object.known?.kind === "object" ? object.known.fields : null;
    if (!fields || stored?.has(field)) return undefined;
    return fields.has(field) ? valueKnown(fields.get(field) ?? null) : absentField(field);
  }
  if (object.kind !== "site" || !isOwnLiteral(transfer, object)) return undefined;
  return stored?.has(field) ? state.fieldValues.get(object.id)?.get(field) : absentField(field);
}

/** What was stored under an unknown key may have become the prototype (`o["__proto__"] = p`). */
function fieldInherited(transfer: Transfer, state: State, id: number, field: string): BitSet {
  let result = emptySet;
  for (const held of members(state.field(id, anyField))) {
    const object = transfer.objects.get(held);
    const isPlain = object.kind === "site" && object.shape.kind === "object" && held !== id;
    if (isPlain) result |= state.field(held, field) | state.field(held, anyField);
  }
  return result;
}

/** Elements are numbers; `buffer` is the same storage; other properties are the prototype's methods. */
function loadFromBuffer(transfer: Transfer, id: number, field: string): BitSet {
  if (field === elementField || isIndex(field) || buffersOwnNumbers.has(field)) return emptySet;
  if (field === "buffer" || field === anyField) {
    transfer.viewed |= setOf(id);
    return field === anyField ? setOf(id) | other : setOf(id);
  }
  return other;
}

function fieldStored(state: State, id: number, field: string): BitSet {
  if (field === anyField) return state.contents(id);
  const set = state.field(id, field) | state.field(id, anyField);
  if (isIndex(field)) return set | state.field(id, elementField);
  if (field !== elementField) return set;
  let elements = set;
  for (const [name, held] of state.fields.get(id) ?? []) if (isIndex(name)) elements |= held;
  return elements;
}

export function applyIterate(
  transfer: Transfer,
  state: State,
  instruction: Instruction & { kind: "iterate" },
): BitSet {
  const iterable = state.get(instruction.iterable);
  transfer.coerce(state, iterable, instruction.origin);
  const field = instruction.position === null ? elementField : `${instruction.position}`;
  return elementsOf(transfer, state, iterable, field);
}

/** What iterating yields: elements of arrays, numbers of buffers, anything of anything else. */
export function elementsOf(transfer: Transfer, state: State, iterable: BitSet, field: string): BitSet {
  let result = emptySet;
  for (const id of members(iterable)) {
    const object = transfer.objects.get(id);
    if (object.kind === "site" && object.shape.kind === "buffer") continue;
    if (object.kind === "site" && object.shape.kind === "generator") {
      result |= state.field(id, valueField) | (has(state.escaped | state.lent, id) ? other : emptySet);
      continue;
    }
    result |=
      object.kind === "site" && object.shape.kind !== "array"
        ? other | contentsKnown(transfer, state, id)
        : loadFieldOf(transfer, state, object, field);
  }
  return result;
}

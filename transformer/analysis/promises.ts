/**
 * Promises that the library makes: joined from others, resolved with a value, or of an operation that goes on by itself.
 *
 * # Idea
 * They are objects of the kind that an async function gives (see `frames.ts`): `<value>` is what awaiting gives, `<frame>` what they
 * reach meanwhile. `Promise.all` runs nothing itself: its *members* go on, and awaiting it to its normal end has seen the end of
 * every one. An operation of the library's, such as a write to a file, has a frame of its own: what it was given.
 *
 * # Invariants
 * - J1 A member has ended where the join has, if it is surely that one instance. A join that rejects has seen the end of none.
 * - J2 What a member resolves with is an element of the array that the join resolves with, as if each were awaited by itself.
 * - J3 What an operation takes out of a container it has for as long as it runs, whatever is put there meanwhile. So containers that it is given
 *   escape with all that they are given, unless it is awaited at once; a buffer does not, since nothing can be put into it.
 *
 * # Example
 * `const [x, y] = await Promise.all([sum(a), sum(b)]); free(a)`: both calls have ended.
 */

import { unreachable } from "../bailout.js";
import type { OperationValue } from "../ir/effect.js";
import { isIndex } from "../ir/field.js";
import type { VariableId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { awaitEach } from "./await-values.js";
import { frameField, memberField, valueField, valueOfAwaited } from "./frames.js";
import { elementsOf, loadField } from "./load-fields.js";
import { type BitSet, emptySet, has, isSingle, members, setOf } from "./node-set.js";
import { other, type Shape } from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import type { Transfer } from "./transfer.js";
import type { Value } from "./value.js";

type CallInstruction = Instruction & { kind: "call" };

/** Parts of a call's site: the promise, and what it resolves with. */
const promisePart = -30;
const valuesPart = -31;
const settlementsPart = -32;
const reportPart = -33;

/** A promise, and which instance it surely is. */
export interface Promised {
  readonly set: BitSet;
  readonly known: Value | undefined;
}

/** `Promise.all` and `Promise.allSettled` of what `iterable` holds; `settlements`: each value comes in an object that says how it ended. */
export function joinPromises(
  transfer: Transfer,
  state: State,
  { call, iterable: variable, settlements }: Join,
): Promised {
  const { origin } = call;
  // Births age what this very call made before; what is in variables and fields is aged too.
  const values = transfer.birth(state, call.site, valuesPart, { kind: "array" });
  const promise = transfer.birth(state, call.site, promisePart, { kind: "promise" });
  const iterable = state.get(variable);
  transfer.coerce(state, iterable, origin);
  const listed = settlements ? null : listedElements(transfer, state, iterable);
  const all = elementsOf(transfer, state, iterable, elementField);
  if (listed) {
    for (const { name, set, known } of listed) {
      state.addField(values, name, awaitEach(transfer, state, set, origin));
      state.setFieldValue(values, name, valueOfAwaited(transfer, state, known));
    }
  } else {
    const awaited = awaitEach(transfer, state, all, origin);
    const held = settlements ? bearSettlements(transfer, state, call, awaited) : awaited;
    state.addField(values, elementField, held);
  }
  state.addField(promise, frameField, all);
  state.addField(promise, valueField, setOf(values));
  state.setFieldValue(promise, valueField, { kind: "object", id: values });
  listed?.forEach(({ known }, i) => void state.setFieldValue(promise, `${memberField}${i}`, known));
  return { set: setOf(promise), known: { kind: "object", id: promise } };
}

interface Join {
  readonly call: CallInstruction;
  readonly iterable: VariableId;
  readonly settlements: boolean;
}

interface Listed {
  readonly name: string;
  readonly set: BitSet;
  readonly known: Value | undefined;
}

/** The elements of an array that was made here and has each at a place of its own; `null` for any other iterable. */
function listedElements(transfer: Transfer, state: State, iterable: BitSet): Listed[] | null {
  const [id] = members(iterable);
  if (id === undefined || !isSingle(iterable)) return null;
  const object = transfer.objects.get(id);
  if (object.kind !== "site" || object.shape.kind !== "array" || object.age !== "recent") return null;
  const fields = state.fields.get(id);
  if (!fields || has(state.escaped | state.lent, id)) return null;
  // Given a length, or with an element taken off, it may not have them all any more.
  if (![...fields.keys()].every(isIndex)) return null;
  return [...fields].map(([name, set]) => ({ name, set, known: state.fieldValues.get(id)?.get(name) }));
}

/** One object stands for all that say how a member ended. */
function bearSettlements(transfer: Transfer, state: State, call: CallInstruction, values: BitSet): BitSet {
  const id = transfer.objects.site(call.site, settlementsPart, "older", { kind: "object" });
  state.addField(id, anyField, values);
  return setOf(id);
}

/** `Promise.resolve(x)`: a promise itself, or one that is resolved with what awaiting `x` gives. */
export function resolvePromise(
  transfer: Transfer,
  state: State,
  { call, variable }: { call: CallInstruction; variable: VariableId },
): Promised {
  const before = state.get(variable);
  const arePromises = before !== emptySet && members(before).every((id) => isPromise(transfer, id));
  if (arePromises) return { set: before, known: state.known.get(variable) };
  const promise = transfer.birth(state, call.site, promisePart, { kind: "promise" });
  const set = state.get(variable);
  state.addField(promise, valueField, awaitEach(transfer, state, set, call.origin));
  state.addField(promise, frameField, set);
  state.setFieldValue(promise, valueField, valueOfAwaited(transfer, state, state.known.get(variable)));
  return { set: setOf(promise), known: { kind: "object", id: promise } };
}

function isPromise(transfer: Transfer, id: number): boolean {
  const object = transfer.objects.get(id);
  return object.kind === "site" && object.shape.kind === "promise";
}

/** An operation of the library's that goes on with `held` until its promise has settled. */
export function startOperation(
  transfer: Transfer,
  state: State,
  { call, held: given, value }: Operation,
): Promised {
  letTake(transfer, state, { call, given });
  state.set(call.target, given);
  const promise = transfer.birth(state, call.site, promisePart, { kind: "promise" });
  const held = state.get(call.target);
  state.addField(promise, frameField, held);
  state.addField(promise, valueField, resolvesWith(transfer, state, { call, held, value }));
  state.running |= setOf(promise);
  return { set: setOf(promise), known: { kind: "object", id: promise } };
}

/** J3: what an input is, only callers know. */
function letTake(
  transfer: Transfer,
  state: State,
  { call, given }: { call: CallInstruction; given: BitSet },
): void {
  const why = "an operation that is not awaited may have taken elements out of it";
  for (const id of members(given)) {
    const object = transfer.objects.get(id);
    if (object.kind === "phantom") transfer.searched.set(id, transfer.searched.get(id) ?? true);
    if (object.kind !== "site" || !isContainer(object.shape) || transfer.ir.sites[call.site]?.awaited)
      continue;
    transfer.escape(state, setOf(id), { reason: "passed-to-unknown", origin: call.origin, why });
  }
}

/** Whether something can be put in the place of what an object of that shape holds. */
function isContainer({ kind }: Shape): boolean {
  return kind === "array" || kind === "object" || kind === "instance";
}

interface Operation {
  readonly call: CallInstruction;
  readonly held: BitSet;
  readonly value: OperationValue;
}

function resolvesWith(transfer: Transfer, state: State, { call, held, value }: Operation): BitSet {
  switch (value) {
    case "primitive":
      return emptySet;
    case "unknown":
      return other;
    case "report": {
      const id = transfer.objects.site(call.site, reportPart, "older", { kind: "object" });
      state.addField(id, anyField, held | loadField(transfer, state, held, anyField));
      return setOf(id);
    }
    default:
      return unreachable(value);
  }
}

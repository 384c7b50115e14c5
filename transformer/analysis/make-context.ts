/** Makes the calling context of a call: what is known of its arguments, as far as it matters to the callee. */
import { type ClassInfo, findMember } from "../ir/class.js";
import type { VariableId } from "../ir/ids.js";
import type { FunctionIr, Instruction } from "../ir/ir.js";
import { type Context, type Identity, type Known, makeContext } from "./context.js";
import { mayHaveOwn } from "./fields.js";
import { type BitSet, emptySet, has, isSingle, members, setOf } from "./node-set.js";
import { identityOf, type SiteObject } from "./objects.js";
import { type Relevance, relevancesOf } from "./relevance.js";
import { anyField, elementField, type State } from "./state.js";
import type { Transfer } from "./transfer.js";
import type { Value } from "./value.js";

type CallInstruction = Instruction & { kind: "call" };

interface Given {
  readonly set: BitSet;
  readonly value: Value | undefined;
}

export interface CallFacts {
  readonly call: CallInstruction;
  readonly callee: FunctionIr;
  /** The receiver, where it is not that of the instruction. */
  readonly receiver: BitSet;
}

/** Longer strings are rarely what decides. */
const longestString = 24;

export function contextOfCall(
  transfer: Transfer,
  state: State,
  { call, callee, receiver }: CallFacts,
): Context {
  const { receiver: ofReceiver, parameters } = relevancesOf(callee);
  const ofThis =
    ofReceiver.used || ofReceiver.passed
      ? objectKnown({ is: sharedIdentity(transfer, state, receiver), sure: false, fields: null }, callee)
      : null;
  const spread = call.arguments.findIndex((each) => each.spread);
  const lastFixed = callee.hasRest ? parameters.length - 1 : parameters.length;
  const known = parameters.map((relevance, i): Known | null => {
    if (i >= lastFixed || (spread >= 0 && i >= spread)) return null;
    const argument = call.arguments[i];
    if (!argument)
      return relevance.tested || relevance.passed ? { kind: "literal", literal: undefined } : null;
    const given = { set: state.get(argument.variable), value: state.known.get(argument.variable) };
    const fields =
      (relevance.used || relevance.passed) && runsAtOnce(transfer, { call, callee })
        ? recordOf(transfer, state, { call, callee, index: i, given })
        : null;
    return knownOf(transfer, state, { given, relevance, fields, callee });
  });
  return makeContext(ofThis, known);
}

/** Whether all of the body runs before anybody here goes on: what a record holds at the call is what the body finds (C2). */
function runsAtOnce(transfer: Transfer, { call, callee }: Pick<CallFacts, "call" | "callee">): boolean {
  if (callee.functionKind === "ordinary") return true;
  // F4 of `frames.ts`
  return callee.functionKind === "async" && transfer.ir.sites[call.site]?.awaited === true;
}

/** The context of a callback: what its arguments are, where that is known. */
export function contextOfCallback(
  transfer: Transfer,
  state: State,
  { callee, values }: { readonly callee: FunctionIr; readonly values: readonly BitSet[] },
): Context {
  const { parameters } = relevancesOf(callee);
  const known = parameters.map(({ used, passed }, i) => {
    const isFixed = !callee.hasRest || i < parameters.length - 1;
    const set = values[i];
    return isFixed && set !== undefined && (used || passed)
      ? objectKnown({ is: sharedIdentity(transfer, state, set), sure: false, fields: null }, callee)
      : null;
  });
  return makeContext(null, known);
}

interface Considered {
  readonly given: Given;
  readonly relevance: Relevance;
  readonly fields: Map<string, Known | null> | null;
  readonly callee: FunctionIr;
}

function knownOf(
  transfer: Transfer,
  state: State,
  { given, relevance, fields, callee }: Considered,
): Known | null {
  const { tested, used, passed } = relevance;
  const { set, value } = given;
  if (value?.kind === "literal") {
    if (!tested && !passed) return null;
    return typeof value.literal === "string" && value.literal.length > longestString ? null : value;
  }
  const is = used || passed ? sharedIdentity(transfer, state, set) : null;
  return objectKnown({ is, sure: (tested || passed) && value?.kind === "object", fields }, callee);
}

function objectKnown(
  { is, sure, fields }: Omit<Known & { kind: "object" }, "kind">,
  { isUntyped }: FunctionIr,
): Known | null {
  // That it is a buffer says nothing that types don't.
  const identity = is?.kind === "buffer" && !isUntyped ? null : is;
  return identity || sure || fields ? { kind: "object", sure, is: identity, fields } : null;
}

/** What all of `set` are. */
function sharedIdentity(transfer: Transfer, state: State, set: BitSet): Identity | null {
  let shared: Identity | null = null;
  for (const id of members(set)) {
    const identity = identityOf(transfer.objects.get(id));
    if (
      !identity ||
      !isPristine(transfer, id) ||
      hidesMembers(transfer, state, { id, identity }) ||
      (shared && !isSame(shared, identity))
    )
      return null;
    shared = identity;
  }
  return shared;
}

/** A Buffer over storage of others has no free of its own, and what may be one is of no type. */
function isPristine(transfer: Transfer, id: number): boolean {
  const object = transfer.objects.get(id);
  if (object.kind !== "site" || object.shape.kind !== "buffer") return true;
  return !object.shape.isNodeView && !has(transfer.inexact, id);
}

/** Whether an instance may have members of its own that hide those of its class (C4). */
function hidesMembers(
  transfer: Transfer,
  state: State,
  { id, identity }: { id: number; identity: Identity },
): boolean {
  if (identity.kind !== "instance") return false;
  const stored = [...(state.fields.get(id)?.keys() ?? [])];
  return (
    stored.some((field) => field === anyField || isMethod(identity.class, field)) ||
    mayHaveOwn(transfer, state, transfer.objects.get(id), identity.class)
  );
}

/** An accessor's property has no value of its own. */
function isMethod(info: ClassInfo, field: string): boolean {
  return findMember(info, field)?.kind === "method";
}

function isSame(a: Identity, b: Identity): boolean {
  if (a.kind === "function") return b.kind === "function" && a.function === b.function;
  if (a.kind === "instance") return b.kind === "instance" && a.class.id === b.class.id;
  return b.kind === "buffer" && a.type === b.type;
}

/** The fields of an object literal that nobody but this one argument can come to during the call (C2). */
function recordOf(
  transfer: Transfer,
  state: State,
  { call, callee, index, given }: { call: CallInstruction; callee: FunctionIr; index: number; given: Given },
): Map<string, Known | null> | null {
  if (given.value?.kind !== "object" || given.value.id === null || !isSingle(given.set)) return null;
  const object = transfer.objects.get(given.value.id);
  if (!isOwnLiteral(transfer, object as SiteObject) || has(state.escaped | state.lent, object.id))
    return null;
  const stored = state.fields.get(object.id);
  if (stored?.has(anyField) || stored?.has(elementField)) return null;
  if (has(reachedOtherwise(transfer, state, { call, index }), object.id)) return null;
  // `o.self = o`: what is stored in `o.self.flag` is stored in `o.flag`.
  if (has(state.heldBy(setOf(object.id), transfer.objects), object.id)) return null;
  const fields = new Map<string, Known | null>();
  for (const [name, set] of stored ?? []) {
    const value = state.fieldValues.get(object.id)?.get(name);
    fields.set(
      name,
      knownOf(transfer, state, { given: { set, value }, relevance: everything, fields: null, callee }),
    );
  }
  return fields;
}

const everything: Relevance = { tested: true, used: true, passed: true };

/** Made by an object literal of this very function, so that all its fields are known. */
export function isOwnLiteral(transfer: Transfer, object: SiteObject): boolean {
  return (
    object.kind === "site" &&
    object.part === 0 &&
    object.shape.kind === "object" &&
    transfer.ir.sites[object.site]?.site.kind === "object"
  );
}

/** What the callee can reach by other ways than argument `index`. */
function reachedOtherwise(
  transfer: Transfer,
  state: State,
  { call, index }: { call: CallInstruction; index: number },
): BitSet {
  const others: VariableId[] = call.arguments.filter((_, i) => i !== index).map((each) => each.variable);
  if (call.receiver !== null) others.push(call.receiver);
  if (call.callee.kind === "value") others.push(call.callee.variable);
  if (call.callee.kind === "functions") others.push(...call.callee.captures);
  let live = emptySet;
  for (const variable of others) live |= setOf(variable);
  return state.reachable(live, transfer.objects);
}

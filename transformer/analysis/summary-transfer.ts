/**
 * Applies a summary at a call: the callee's phantoms become the caller's objects, its edges and escapes are
 * replayed on them, and its fresh objects are born at the call.
 *
 * Parameters of the callee may be the same object in the caller; edges are applied before and contents read
 * after, so what is stored through one name is found through the other.
 */

import { brandId, type OriginId, type SiteId, type VariableId } from "../ir/ids.js";
import { captureField, findCaptured } from "./captured.js";
import { contentsKnown, loadField } from "./load-fields.js";
import { type BitSet, emptySet, members, setOf } from "./node-set.js";
import { other, type PhantomRoot, type Shape } from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import { storeField } from "./store-fields.js";
import type { Summary, SummaryObject, SummarySearch, SummaryShape } from "./summary.js";
import type { Transfer } from "./transfer.js";

export interface Arguments {
  readonly receiver: BitSet;
  readonly values: readonly BitSet[];
  /** What may stand at any position after {@link values}, from spread arguments. */
  readonly rest: BitSet;
}

export interface SummaryCall {
  readonly transfer: Transfer;
  readonly state: State;
  readonly summary: Summary;
  readonly args: Arguments;
  /** The closure that is called, for what it captured. */
  readonly closure: BitSet;
  readonly site: SiteId;
  readonly origin: OriginId;
  readonly name: string;
  /** Called any number of times: fresh objects are many. */
  readonly many?: boolean;
}

/** A call whose rest array, if the callee has one, has been made. */
interface BoundCall extends SummaryCall {
  readonly rest: BitSet;
}

/** The part of a call's site that stands for the array of the rest of the arguments. */
const restPart = -10;

/** The array that a call makes for the callee's rest parameter. */
function bearRestArray({ transfer, state, summary, args, site }: SummaryCall): BitSet {
  if (summary.restParameter < 0) return emptySet;
  const shape: Shape = { kind: "array" };
  // Calls may follow one another within one instruction (a callback's), so it counts as many.
  const id = transfer.objects.site(site, restPart, "older", shape);
  let held = args.rest;
  for (const value of args.values.slice(summary.restParameter)) held |= value;
  state.addField(id, elementField, held);
  return setOf(id);
}

/** Returns what the call's result may be. */
export function applySummary(given: SummaryCall): BitSet {
  const { transfer, state, summary } = given;
  const { call, fresh } = bearFreshObjects(given);
  const rest = bearRestArray(call);
  const objectOf = (id: number): BitSet => {
    const object = summary.objects[id] as SummaryObject;
    if (object.kind === "other") return other;
    if (object.kind === "code") return setOf(transfer.objects.code(object.function));
    return object.kind === "fresh" ? (fresh.get(id) ?? other) : phantomOf({ ...call, rest }, object);
  };
  for (const { object, field } of summary.writes)
    storeField(transfer, state, { base: objectOf(object), field, value: emptySet, origin: call.origin });
  // Edges may feed one another: again until nothing is added.
  for (let before = -1; before !== state.additions; ) {
    before = state.additions;
    for (const edge of summary.edges) {
      const base = objectOf(edge.from);
      storeField(transfer, state, { base, field: edge.field, value: objectOf(edge.to), origin: call.origin });
    }
  }
  for (const { object, reason, why } of summary.escapes) {
    const via = reason === "passed-to-unknown" ? why : `${why} in \`${call.name}\``;
    transfer.escape(state, objectOf(object), {
      reason,
      origin: call.origin,
      why: `passed to \`${call.name}\`: ${via}`,
    });
  }
  for (const each of summary.searched) letSearch({ ...call, rest }, each);
  for (const id of summary.held) transfer.holdAcross(objectOf(id));
  for (const id of summary.viewed) transfer.viewed |= objectOf(id) & ~other;
  for (const id of summary.coerced) transfer.coerce(state, objectOf(id), call.origin);
  let result = emptySet;
  for (const id of summary.result) result |= objectOf(id);
  const closed = summary.closed.map(({ binding, values }) => {
    const value = values.reduce((all, id) => all | objectOf(id), emptySet);
    return { binding, value, origin: call.origin };
  });
  for (const each of closed) transfer.giveClosed(state, each);
  return result;
}

/**
 * Bears the callee's fresh objects. What the same call made before gets older by that, the arguments too if they are
 * such; so the arguments wait in the state, where they are renamed with everything else.
 */
function bearFreshObjects(given: SummaryCall): { call: SummaryCall; fresh: Map<number, BitSet> } {
  const { transfer, state, summary, site, many, args } = given;
  const waiting = [given.closure, args.receiver, args.rest, ...args.values];
  waiting.forEach((set, i) => void state.set(waitingVariable(i), set));
  const fresh = new Map<number, BitSet>();
  const counts = countByOrigin(summary);
  summary.objects.forEach((object, id) => {
    if (object.kind !== "fresh") return;
    const shape = shapeOf(transfer, object.shape);
    // Objects of one allocation that came by several ways count as one that is many.
    const isMany = object.many || !!many || (counts.get(originKey(object)) ?? 0) > 1;
    const part = transfer.partOf(object.origin, isMany);
    const recent = transfer.birth(state, site, part, shape);
    if (shape.kind === "promise") state.running |= setOf(recent);
    noteMade(transfer, `${site}.${part}`, object);
    if (isMany) {
      const older = transfer.objects.site(site, part, "older", shape);
      state.age(recent, older);
      fresh.set(id, setOf(older));
    } else fresh.set(id, setOf(recent));
  });
  const aged = waiting.map((_, i) => {
    const set = state.get(waitingVariable(i));
    state.set(waitingVariable(i), emptySet);
    return set;
  });
  const [closure = emptySet, receiver = emptySet, rest = emptySet, ...values] = aged;
  return { call: { ...given, closure, args: { receiver, rest, values } }, fresh };
}

type FreshObject = SummaryObject & { kind: "fresh" };

function originKey({ origin }: FreshObject): string {
  return `${origin.function}:${origin.site}.${origin.part}`;
}

function countByOrigin({ objects }: Summary): Map<string, number> {
  const counts = new Map<string, number>();
  for (const object of objects) {
    if (object.kind !== "fresh") continue;
    counts.set(originKey(object), (counts.get(originKey(object)) ?? 0) + 1);
  }
  return counts;
}

function noteMade(transfer: Transfer, key: string, { madeAt, origin }: FreshObject): void {
  const known = transfer.madeAt.get(key) ?? [];
  const isKnown = known.some(
    (each) => each.function === madeAt.function && each.site === madeAt.site && each.part === madeAt.part,
  );
  if (!isKnown) transfer.madeAt.set(key, [...known, madeAt]);
  transfer.origins.set(key, origin);
}

/** A place in the state that no variable of the function has. */
function waitingVariable(i: number): VariableId {
  return brandId<VariableId>(-1 - i);
}

function shapeOf(transfer: Transfer, shape: SummaryShape): Shape {
  if (shape.kind !== "closure") return shape;
  // The variables that a returned closure captured live on in its fields only.
  const captures = shape.captures.map((binding) => ({
    binding,
    variable: transfer.ir.variables.find((each) => each.binding === binding)?.id ?? null,
  }));
  return { kind: "closure", function: shape.function, captures };
}

/** A frame may find at any time what `object` is, or what it holds: see `deferred.ts` (D2, D3). */
function letSearch(call: BoundCall, { object, inField }: SummarySearch): void {
  const { transfer, state, summary } = call;
  const phantom = summary.objects[object];
  if (phantom?.kind !== "phantom") return;
  const found = phantomOf(call, phantom);
  if (phantom.root.kind === "binding") {
    const isConstant = transfer.letSearch(state, { binding: phantom.root.binding, inField });
    if (isConstant && !inField) return;
  }
  const why = `used after a suspension in \`${call.name}\``;
  const cause = { reason: "captured" as const, origin: call.origin, why };
  if (!inField) return transfer.escape(state, found, cause);
  // What an input is, the caller knows.
  for (const id of members(found))
    if (isInput(transfer, id)) transfer.searched.set(id, transfer.searched.get(id) ?? true);
    else transfer.escape(state, setOf(id) & ~buffersIn(transfer, setOf(id)), cause);
}

function isInput(transfer: Transfer, id: number): boolean {
  const object = transfer.objects.get(id);
  return object.kind === "phantom" && object.root.kind !== "binding";
}

function buffersIn(transfer: Transfer, set: BitSet): BitSet {
  let buffers = emptySet;
  for (const id of members(set)) {
    const object = transfer.objects.get(id);
    if (object.kind === "site" && object.shape.kind === "buffer") buffers |= setOf(id);
  }
  return buffers;
}

/** The caller's objects for a phantom of the callee. */
function phantomOf(call: BoundCall, { root, path }: SummaryObject & { kind: "phantom" }): BitSet {
  return resolvePath(call.transfer, call.state, rootOf(call, root), path);
}

/** What is found at `path` from `from`. */
export function resolvePath(transfer: Transfer, state: State, from: BitSet, path: readonly string[]): BitSet {
  let set = from;
  for (const field of path) {
    if (field === "**") return allReachable(transfer, state, set);
    set = loadField(transfer, state, set, field);
  }
  return set;
}

/** `from` and all below it. What an input holds has no end of fields; they are folded at a depth. */
function allReachable(transfer: Transfer, state: State, from: BitSet): BitSet {
  let seen = emptySet;
  for (let frontier = from; frontier !== emptySet; ) {
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier)) {
      const isMade = transfer.objects.get(id).kind === "site";
      if (isMade) next |= contentsKnown(transfer, state, id) | state.capturedBy(id, transfer.objects);
      else next |= loadField(transfer, state, setOf(id), anyField);
    }
    frontier = next & ~seen;
  }
  return seen;
}

function rootOf(call: BoundCall, root: PhantomRoot): BitSet {
  const { args, summary } = call;
  switch (root.kind) {
    case "receiver":
      return args.receiver;
    case "parameter": {
      if (root.index === summary.restParameter) return call.rest;
      return (args.values[root.index] ?? emptySet) | args.rest;
    }
    case "binding":
      return bindingOf(call, root);
  }
}

/**
 * What a captured variable holds: the caller's own variable, or what the closure that is called (or one it has
 * captured in turn) remembers of it. A variable of an enclosing function that only callees mention is a phantom of the caller.
 */
function bindingOf(
  { state, transfer, closure }: SummaryCall,
  root: PhantomRoot & { kind: "binding" },
): BitSet {
  const own = transfer.ir.variables.find((each) => each.binding === root.binding);
  const set = own ? transfer.read(state, own.id) : transfer.givenToUnnamed(state, root.binding);
  const held = findCaptured(transfer, state, { from: closure, field: captureField(root.binding) });
  return own || held.isFound ? set | held.set : set | held.set | setOf(transfer.objects.phantom(root, []));
}

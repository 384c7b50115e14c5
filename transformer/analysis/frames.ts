/**
 * Promises and generators of the program's own functions: objects that keep a suspended frame.
 *
 * # Idea
 * Calling an async function gives a *promise*: it holds the value to come (`<value>`) and the frame (`<frame>`), which reaches
 * all that went in. Until its end is observed the frame goes on by itself, whether anybody holds the promise or not: it
 * is *running*, and what it reaches is alive. Awaiting exactly that promise observes the end.
 *
 * Calling a generator gives an object of the same kind that does nothing by itself: its frame is alive as long as somebody
 * holds it.
 *
 * # Invariants
 * - F1 What a running frame reaches counts as reachable (`State.reachable`).
 * - F2 A frame stops running only where the awaited value is surely that one instance, and the await has ended normally.
 * - F3 A function that leaves a frame running behind lets what it reaches of the caller's escape, however it ends.
 * - F4 `await f(x)`: from the call to its end only that frame runs, beside those that run already, whose effects on what they share
 *   are known from their calls on (D1, D2), and beside strangers, who hold only what has escaped. So its summary holds as that
 *   of any function. What its frame holds across a suspension, this one holds.
 *
 * # Example
 * `const p = send(tmp); work(); await p; free(tmp)`: between the call and the `await`, `tmp` is alive although nobody here reads it.
 */
import { brandId, type FunctionId, type VariableId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { deferSummary } from "./deferred.js";
import { type BitSet, emptySet, has, isSingle, members, setOf, without } from "./node-set.js";
import { other, type Shape } from "./objects.js";
import type { State } from "./state.js";
import type { Summary } from "./summary.js";
import { type Arguments, applySummary, type SummaryCall } from "./summary-transfer.js";
import type { Transfer } from "./transfer.js";
import type { Value } from "./value.js";

type CallInstruction = Instruction & { kind: "call" };

export const valueField = "<value>";
export const frameField = "<frame>";
/** A joined promise's members, by number: which instance each surely is. See `promises.ts`. */
export const memberField = "<member>";

/** Parts of a call's site: the object that holds the frame, the variables that the body captures. */
const framePart = -20;
const capturesPart = -21;

export interface FrameCall extends Omit<SummaryCall, "summary" | "args"> {
  readonly call: CallInstruction;
  readonly function: FunctionId;
  readonly summary: Summary;
  readonly args: Arguments;
  readonly kind: "promise" | "generator";
}

/**
 * Calls an async function or a generator: returns the object that holds its frame. A call that is awaited at once has done all
 * that it does by the time anybody here looks (F4).
 */
export function callDeferred(given: FrameCall): BitSet {
  const { transfer, state, summary, args, closure, site, many } = given;
  const isAwaited = given.kind === "promise" && transfer.ir.sites[site]?.awaited === true && !many;
  // Arguments may be what this very site made before: they wait in the state, where a birth renames them.
  const frame = args.values.reduce((all, each) => all | each, args.receiver | args.rest | closure);
  state.set(waitingFrame, frame);
  state.set(waitingValue, applySummary(isAwaited ? given : { ...given, summary: deferSummary(summary) }));
  const captured = capturesOf(given);
  state.set(waitingFrame, state.get(waitingFrame) | captured);
  const shape: Shape = { kind: given.kind };
  let id = transfer.birth(state, site, framePart, shape);
  if (many) {
    const older = transfer.objects.site(site, framePart, "older", shape);
    state.age(id, older);
    id = older;
  }
  state.addField(id, valueField, state.get(waitingValue));
  const exact = summary.exact === null ? undefined : onlyInstance(transfer, state.get(waitingValue));
  if (!many) state.setFieldValue(id, valueField, exact);
  state.addField(id, frameField, state.get(waitingFrame));
  state.forget(waitingValue);
  state.forget(waitingFrame);
  if (given.kind === "promise") state.running |= setOf(id);
  return setOf(id);
}

/** The value of a result that is always the same new object: surely that one. */
export function onlyInstance(transfer: Transfer, set: BitSet): Value | undefined {
  const [id] = members(set);
  if (id === undefined || !isSingle(set)) return undefined;
  const object = transfer.objects.get(id);
  return object.kind === "site" && object.age === "recent" ? { kind: "object", id } : undefined;
}

const waitingValue = brandId<VariableId>(-1001);
const waitingFrame = brandId<VariableId>(-1002);

/** What the body reaches through variables that it captures, where no closure object stands for it. */
function capturesOf({ transfer, state, call, function: id }: FrameCall): BitSet {
  if (call.callee.kind !== "functions" || call.callee.captures.length === 0) return emptySet;
  const captures = call.callee.captures.map((each) => transfer.captureOf(each));
  const shape: Shape = { kind: "closure", function: id, captures };
  return setOf(transfer.birth(state, call.site, capturesPart, shape));
}

/** What awaiting `value` gives, as far as it is promises of known functions; the rest is returned as it is. */
export function awaited(transfer: Transfer, state: State, value: BitSet): { settled: BitSet; rest: BitSet } {
  let settled = emptySet;
  let rest = emptySet;
  let seen = emptySet;
  for (let frontier = value; frontier !== emptySet; ) {
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier)) {
      const object = transfer.objects.get(id);
      if (object.kind === "site" && object.shape.kind === "promise") {
        if (has(state.escaped | state.lent, id)) settled |= other;
        next |= state.field(id, valueField);
      } else if (has(value, id)) rest |= setOf(id);
      // What a promise of ours is resolved with is no promise of others: an async function awaits what it returns.
      else settled |= setOf(id);
    }
    frontier = next & ~seen;
  }
  return { settled, rest };
}

/** What is known of the value that awaiting `value` gives: of a promise's own, and of what is no promise. */
export function valueOfAwaited(
  transfer: Transfer,
  state: State,
  value: Value | undefined,
): Value | undefined {
  if (value?.kind !== "object" || value.id === null) return undefined;
  const object = transfer.objects.get(value.id);
  if (object.kind !== "site") return undefined;
  if (object.shape.kind === "buffer" || object.shape.kind === "array") return value;
  return object.shape.kind === "promise" ? state.fieldValues.get(value.id)?.get(valueField) : undefined;
}

/** The end of the awaited promise has been observed (F2). */
export function settle(transfer: Transfer, state: State, value: Value | undefined): void {
  if (value?.kind !== "object" || value.id === null) return;
  const object = transfer.objects.get(value.id);
  if (object.kind !== "site" || object.shape.kind !== "promise") return;
  state.running = without(state.running, value.id);
  state.replaceField(value.id, frameField, emptySet);
  for (const [name, member] of state.fieldValues.get(value.id) ?? [])
    if (name.startsWith(memberField)) settle(transfer, state, member);
}

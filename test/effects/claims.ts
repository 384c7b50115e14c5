/** Checks one execution against each claim of a row. */
import { expect } from "vitest";
import type { ArgumentEffect, Effect } from "../../transformer/ir/effect.js";
import {
  type Arrangement,
  bytesOf,
  isObject,
  type Row,
  reach,
  scribble,
  storageOf,
  type Trial,
} from "./trial.js";

export interface Execution {
  readonly row: Row;
  readonly trial: Trial;
  readonly arranged: Arrangement;
  readonly result: unknown;
  /** The receiver's elements before the call, if it is an array. */
  readonly before: readonly unknown[] | null;
  /** What the receiver reached before the call. */
  readonly heldBefore: ReadonlySet<object>;
}

export function effectOfArgument(effect: Effect, index: number): ArgumentEffect {
  return effect.arguments?.[index] ?? effect.rest;
}

export function checkClaims(execution: Execution): void {
  checkConversions(execution);
  checkCallbacks(execution);
  checkArguments(execution);
  checkPlaces(execution);
  checkResult(execution);
}

/** What is inspected only is not converted, nor are callbacks' results, unless the row says so. */
function checkConversions({ row, trial, arranged }: Execution): void {
  if (trial.conversions.count === 0 || row.effect.receiver === "converted") return;
  const mayConvert = (i: number): boolean =>
    /^(?:borrowed|concatenated|.*-copied)$/.test(effectOfArgument(row.effect, i));
  expect(
    row.effect.convertsResults || arranged.args.some((_, i) => mayConvert(i)),
    "a conversion of what is only inspected",
  ).toBe(true);
}

function checkCallbacks({ row, trial, arranged }: Execution): void {
  const claimed = row.effect.callback;
  if (!claimed || !arranged.args.some((each) => trial.callbacks.has(each))) return;
  expect(trial.callbackCalls.length).toBeGreaterThan(0);
  for (const call of trial.callbackCalls) {
    expect(call).toHaveLength(claimed.length);
    call.forEach((value, i) => {
      const known = claimed[i];
      if (known === "primitive") expect(isObject(value)).toBe(false);
      if (known === "receiver") expect(value).toBe(arranged.on);
      if (known === "element") expect(isObject(value) ? trial.elements : [value]).toContain(value);
      if (known === "accumulator")
        expect(isObject(value) ? [...trial.elements, ...trial.returned] : [value]).toContain(value);
    });
  }
}

function checkArguments({ row, arranged, result, trial, heldBefore }: Execution): void {
  const held = row.isMethod ? reach(arranged.on) : new Set<object>();
  const made = reach(result);
  arranged.args.forEach((argument, i) => {
    if (!isObject(argument) || argument === arranged.on) return;
    switch (effectOfArgument(row.effect, i)) {
      case "borrowed":
      case "inspected":
      case "properties-deleted":
        expect(held.has(argument) && !heldBefore.has(argument), `argument ${i} in the receiver`).toBe(false);
        break;
      case "stored-in-receiver":
        expect(held.has(argument), `argument ${i} in the receiver`).toBe(true);
        break;
      case "stored-in-result":
        expect(made.has(argument), `argument ${i} in the result`).toBe(true);
        break;
      case "concatenated":
      case "elements-copied":
      case "entries-copied":
        for (const each of Array.isArray(argument) ? argument.flat() : [])
          if (trial.elements.includes(each)) expect(made.has(each), `an element of argument ${i}`).toBe(true);
        break;
      case "properties-copied":
        for (const each of Object.values(argument))
          if (trial.elements.includes(each)) expect(made.has(each), `a property of argument ${i}`).toBe(true);
        break;
      case "properties-assigned":
        for (const each of Object.values(argument))
          if (trial.elements.includes(each))
            expect(Object.values(arranged.args[0] as object), `a property of argument ${i}`).toContain(each);
        break;
      case "fixed":
      case "held":
      case "joined":
      case "awaited":
      case "callback":
      case "escaped":
        break;
    }
  });
}

/** Elements stay where they are unless the row says that they move, or that one is gone. */
function checkPlaces({ row, arranged, before }: Execution): void {
  if (!before) return;
  const after = arranged.on as unknown[];
  const moved = after.some((each, i) => each !== before[i] && before.includes(each));
  if (moved) expect(row.effect.moves, "elements change places").toBe(true);
  const isGone = after.length < before.length;
  if (isGone) expect(row.effect.moves || row.effect.removes, "an element is gone").toBe(true);
}

function checkResult(execution: Execution): void {
  const { row, trial, arranged, result } = execution;
  const claim = row.effect.result;
  const made = reach(result);
  const inputs = [...(row.isMethod ? [arranged.on] : []), ...arranged.args].filter(isObject);
  switch (claim.kind) {
    case "primitive":
      return expect(isObject(result), "an object").toBe(false);
    case "receiver":
      return expect(result).toBe(arranged.on);
    case "view-of-receiver":
      return checkView(execution);
    case "argument":
      if (result === arranged.args[claim.index]) return;
      return expect(sameStorage(result, arranged.args[claim.index])).toBe(true);
    case "fresh-buffer":
      expect((result as object).constructor.name).toBe(claim.type);
      return checkFresh(execution);
    case "fresh-buffer-like-receiver":
      expect((result as object).constructor).toBe((arranged.on as object).constructor);
      return checkFresh(execution);
    case "fresh-buffer-or-view":
    case "fresh-buffer-or-node-view":
      return Buffer.isBuffer(arranged.on) ? checkView(execution) : checkFresh(execution);
    case "element":
      return expect([undefined, ...trial.elements]).toContain(result);
    case "callback-result":
      return expect([...trial.returned, ...trial.elements]).toContain(result);
    case "iterator-of-pairs":
      return checkPairs(execution);
    case "iterator-of-entries":
      return checkIteratorOfEntries(execution);
    case "fresh-container":
    case "fresh-object":
    case "fresh-entries":
    case "fresh-map": {
      expect(isObject(result) && !inputs.includes(result), "a new object").toBe(true);
      const from = "from" in claim ? claim.from : "arguments";
      const allowed = allowedIn(execution, from);
      expect(Array.isArray(result), "an array").toBe(claim.kind !== "fresh-object" && !isCollection(result));
      if (claim.kind === "fresh-object") checkAccessors(result as object);
      if (claim.kind === "fresh-container" && from === "nothing")
        expect([...(result as Iterable<unknown>)].filter(isObject)).toEqual([]);
      if (from === "nothing")
        for (const each of inputs) expect(made.has(each), "an input in the result").toBe(false);
      const markers = [...trial.elements, ...trial.returned];
      for (const each of markers) if (made.has(each)) expect(allowed).toContain(each);
      return;
    }
    // What they resolve with is the examples' own check.
    case "joined-promise":
    case "resolved-promise":
    case "operation":
      return expect(result).toBeInstanceOf(Promise);
    case "unknown":
      for (const each of [
        ...inputs.filter((each) => !isKept(execution, each)),
        ...inputs.filter((each) => !isKept(execution, each)).map(storageOf),
        ...trial.elements,
      ])
        expect(each !== null && made.has(each), "reached by the result").toBe(false);
  }
}

/** What is no array, but holds elements alike. */
function isCollection(value: unknown): boolean {
  return (
    value instanceof Map || value instanceof Set || typeof (value as Iterator<unknown>).next === "function"
  );
}

function checkAccessors(made: object): void {
  for (const each of Object.values(Object.getOwnPropertyDescriptors(made)))
    expect(each.get ?? each.set, "an accessor").toBeUndefined();
}

/** Whether the row says that an argument is kept: the result may well reach it. */
function isKept({ row, arranged }: Execution, input: unknown): boolean {
  const effect = effectOfArgument(row.effect, arranged.args.indexOf(input));
  return effect === "escaped" || effect === "held";
}

function allowedIn({ trial }: Execution, from: string): readonly object[] {
  switch (from) {
    case "nothing":
      return [];
    case "callback-results":
    case "flattened-results":
      return trial.returned;
    default:
      return [...trial.elements, ...trial.returned];
  }
}

function sameStorage(a: unknown, b: unknown): boolean {
  return storageOf(a) !== null && storageOf(a) === storageOf(b);
}

/** A view, or an iterator that follows the receiver's later contents. */
function checkView({ arranged, result, trial }: Execution): void {
  if (storageOf(result)) return expect(sameStorage(result, arranged.on)).toBe(true);
  const { on } = arranged;
  const later = trial.element();
  if (on instanceof Set) on.add(later);
  else if (on instanceof Map) on.set("later", later);
  const seen = [...(result as Iterable<unknown>)].flat();
  if (on instanceof Set || on instanceof Map) expect(seen).toContain(later);
  else expect(seen.filter(isObject)).toEqual([]);
}

/** New arrays of two numbers, and not the same ones again. */
function checkPairs({ arranged, result }: Execution): void {
  const pairs = [...(result as Iterable<unknown[]>)];
  expect(pairs).toEqual([...(arranged.on as Float64Array).entries()]);
  expect(new Set(pairs).size).toBe((arranged.on as Float64Array).length);
  expect(pairs.flat().filter(isObject)).toEqual([]);
}

function checkIteratorOfEntries({ arranged, result, trial }: Execution): void {
  (arranged.on as Map<unknown, unknown>).set(trial.element(), trial.element());
  for (const each of result as Iterable<unknown>)
    expect(isObject(each) ? trial.elements : [each]).toContain(each);
}

/** Whole storage of its own, which nothing that is written to the inputs changes. */
function checkFresh({ arranged, result }: Execution): void {
  const inputs = [arranged.on, ...arranged.args];
  for (const each of inputs) expect(sameStorage(result, each)).toBe(false);
  if (ArrayBuffer.isView(result)) expect(result.byteLength).toBe(result.buffer.byteLength);
  const copy = bytesOf(result).slice();
  expect(copy.some((byte) => byte !== 0)).toBe(true);
  scribble(inputs);
  expect(bytesOf(result)).toEqual(copy);
}

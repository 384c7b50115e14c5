/**
 * Effects of arrays (ECMA-262 §23.1): containers whose elements may be buffers.
 *
 * `entries` and `values` have rows only where their iterator is used up at once: it follows what is stored into the
 * array later, and may be resumed at any position.
 */
import type { CallbackArgument, Effect, ResultEffect } from "../ir/effect.js";
import { calls, each, gives, inspects, reads, reduces, type Table } from "./rows.js";

const clause = (name: string): string => `ECMA-262 23.1.3 Array.prototype.${name}`;
const iteration: readonly CallbackArgument[] = ["element", "primitive", "receiver"];
const reduction: readonly CallbackArgument[] = ["accumulator", "element", "primitive", "receiver"];
const elements: ResultEffect = { kind: "fresh-container", from: "elements" };
const moving = (row: Effect): Effect => ({ ...row, moves: true });
const creating = (row: Effect): Effect => ({ ...row, bySpecies: true });
/** Without a comparison, elements are compared as strings. */
const converting = (row: Effect): Effect => ({ ...row, receiver: "converted" });
/** What the comparison answers is converted to a number. */
const comparing = (name: string, result: ResultEffect): Effect => ({
  ...calls(name, ["element", "element"], result),
  convertsResults: true,
});

export const arrayMembers: Table = {
  ...each("includes indexOf lastIndexOf", (name) => ({ ...reads(clause(name)), arguments: ["inspected"] })),
  ...each("join toString toLocaleString", (name) => converting(reads(clause(name)))),
  push: { ...reads(clause("push")), rest: "stored-in-receiver" },
  unshift: moving({ ...reads(clause("unshift")), rest: "stored-in-receiver" }),
  pop: { ...gives(clause("pop"), { kind: "element" }), removes: true },
  at: gives(clause("at"), { kind: "element" }),
  shift: moving(gives(clause("shift"), { kind: "element" })),
  ...each("reverse copyWithin", (name) => moving(gives(clause(name), { kind: "receiver" }))),
  slice: creating(gives(clause("slice"), elements)),
  toReversed: gives(clause("toReversed"), elements),
  keys: gives(clause("keys"), { kind: "fresh-container", from: "nothing" }),
  concat: creating({ ...gives(clause("concat"), elements), rest: "concatenated" }),
  flat: creating(gives(clause("flat"), { kind: "fresh-container", from: "flattened" })),
  flatMap: creating(
    calls(clause("flatMap"), iteration, { kind: "fresh-container", from: "flattened-results" }),
  ),
  fill: {
    ...gives(clause("fill"), { kind: "receiver" }),
    arguments: ["stored-in-receiver"],
  },
  splice: moving(
    creating({
      ...gives(clause("splice"), elements),
      arguments: ["borrowed", "borrowed"],
      rest: "stored-in-receiver",
    }),
  ),
  toSpliced: {
    ...gives(clause("toSpliced"), elements),
    arguments: ["borrowed", "borrowed"],
    rest: "stored-in-result",
  },
  with: { ...gives(clause("with"), elements), arguments: ["borrowed", "stored-in-result"] },
  ...each("forEach every some findIndex findLastIndex", (name) =>
    calls(clause(name), iteration, { kind: "primitive" }),
  ),
  ...each("find findLast", (name) => calls(clause(name), iteration, { kind: "element" })),
  filter: creating(calls(clause("filter"), iteration, elements)),
  map: creating(calls(clause("map"), iteration, { kind: "fresh-container", from: "callback-results" })),
  ...each("reduce reduceRight", (name) => reduces(clause(name), reduction)),
  sort: moving(converting(comparing(clause("sort"), { kind: "receiver" }))),
  toSorted: converting(comparing(clause("toSorted"), elements)),
};

/** Where the iterator is used up at once, and nobody else has it. */
export const usedUpIterators: Table = {
  values: gives(`${clause("values")}, used up at once`, elements),
  entries: gives(`${clause("entries")}, used up at once`, { kind: "fresh-entries", from: "elements" }),
};

const fromArguments: ResultEffect = { kind: "fresh-container", from: "arguments" };

export const arrayConstructorMembers: Table = {
  isArray: inspects("ECMA-262 23.1.2.2 Array.isArray"),
  from: {
    clause: "ECMA-262 23.1.2.1 Array.from",
    receiver: "borrowed",
    arguments: ["elements-copied", "callback"],
    rest: "escaped",
    callback: ["element", "primitive"],
    result: fromArguments,
  },
  of: { ...gives("ECMA-262 23.1.2.3 Array.of", fromArguments), rest: "stored-in-result" },
};

/** `new Array(…)` and `Array(…)`. */
export const arrayConstructor: Effect = {
  ...gives("ECMA-262 23.1.1.1 Array(...values)", fromArguments),
  rest: "stored-in-result",
};

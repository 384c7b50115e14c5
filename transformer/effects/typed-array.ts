/**
 * Effects of `%TypedArray%` and its prototype (ECMA-262 §23.2). Elements are numbers, so nothing that moves
 * elements moves an object; only the array itself, its storage and what callbacks see matter.
 */
import type { BufferType, CallbackArgument, Effect, ResultEffect } from "../ir/effect.js";
import { calls, describes, each, gives, reads, reduces, type Table } from "./rows.js";

const clause = (name: string): string => `ECMA-262 23.2.3 %TypedArray%.prototype.${name}`;
const primitive: ResultEffect = { kind: "primitive" };
const likeReceiver: ResultEffect = { kind: "fresh-buffer-like-receiver" };
const iteration: readonly CallbackArgument[] = ["primitive", "primitive", "receiver"];
const reduction: readonly CallbackArgument[] = ["accumulator", "primitive", "primitive", "receiver"];
/** What the callback answers is converted to a number. */
const converts = (row: Effect): Effect => ({ ...row, convertsResults: true });

export const typedArrayMembers: Table = {
  ...each("at includes indexOf join lastIndexOf toLocaleString toString set", (name) => reads(clause(name))),
  ...each("fill copyWithin reverse", (name) => gives(clause(name), { kind: "receiver" })),
  valueOf: gives("ECMA-262 20.1.3.7 Object.prototype.valueOf", { kind: "receiver" }),
  ...each("every some forEach find findIndex findLast findLastIndex", (name) =>
    calls(clause(name), iteration, primitive),
  ),
  ...each("reduce reduceRight", (name) => reduces(clause(name), reduction)),
  filter: calls(clause("filter"), iteration, likeReceiver),
  map: converts(calls(clause("map"), iteration, likeReceiver)),
  ...each("slice toReversed with", (name) => gives(clause(name), likeReceiver)),
  toSorted: converts(calls(clause("toSorted"), ["primitive", "primitive"], likeReceiver)),
  sort: converts(calls(clause("sort"), ["primitive", "primitive"], { kind: "receiver" })),
  subarray: gives(clause("subarray"), { kind: "view-of-receiver" }),
  // An iterator holds the array; it is treated as another view of it.
  ...each("keys values", (name) => gives(clause(name), { kind: "view-of-receiver" })),
  entries: gives(clause("entries"), { kind: "iterator-of-pairs" }),
};

const base64 = (name: string): string => `ECMA-262 (2026) 23.3 Uint8Array ${name}`;

/** A Node Buffer is a Uint8Array whose own `slice` makes a view. */
export const uint8ArrayMembers: Table = {
  ...typedArrayMembers,
  slice: gives(clause("slice"), { kind: "fresh-buffer-or-node-view" }),
  ...each("toBase64 toHex", (name) => reads(base64(name))),
  ...each("setFromBase64 setFromHex", (name) => describes(base64(name))),
};

/** `X.from` and `X.of`. */
export function typedArrayConstructorMembers(type: BufferType): Table {
  const result: ResultEffect = { kind: "fresh-buffer", type };
  const table: Table = {
    from: {
      clause: "ECMA-262 23.2.2.1 %TypedArray%.from",
      receiver: "borrowed",
      arguments: ["elements-copied", "callback"],
      rest: "escaped",
      callback: ["element", "primitive"],
      convertsResults: true,
      result,
    },
    of: gives("ECMA-262 23.2.2.2 %TypedArray%.of", result),
  };
  if (type !== "Uint8Array") return table;
  return { ...table, ...each("fromBase64 fromHex", (name) => gives(base64(name), result)) };
}

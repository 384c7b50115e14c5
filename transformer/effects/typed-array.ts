/**
 * Effects of `%TypedArray%` and its prototype (ECMA-262 §23.2). Elements are numbers, so nothing that moves
 * elements moves an object; only the array itself, its storage and what callbacks see matter.
 */
import type { BufferType, CallbackArgument, Effect, ResultEffect } from "../ir/effect.js";
import { calls, each, gives, reads } from "./rows.js";

const clause = (name: string): string => `ECMA-262 23.2.3 %TypedArray%.prototype.${name}`;
const primitive: ResultEffect = { kind: "primitive" };
const iteration: readonly CallbackArgument[] = ["primitive", "primitive", "receiver"];
const reduction: readonly CallbackArgument[] = ["accumulator", "primitive", "primitive", "receiver"];

export const typedArrayMembers: Readonly<Record<string, Effect>> = {
  ...each("at includes indexOf join lastIndexOf toLocaleString toString set", (name) => reads(clause(name))),
  ...each("fill copyWithin reverse", (name) => gives(clause(name), { kind: "receiver" })),
  ...each("every some forEach find findIndex findLast findLastIndex", (name) =>
    calls(clause(name), iteration, primitive),
  ),
  ...each("reduce reduceRight", (name) => calls(clause(name), reduction, { kind: "callback-result" })),
  ...each("map filter", (name) => calls(clause(name), iteration, { kind: "fresh-buffer-like-receiver" })),
  ...each("slice toReversed", (name) => gives(clause(name), { kind: "fresh-buffer-like-receiver" })),
  with: gives(clause("with"), { kind: "fresh-buffer-like-receiver" }),
  toSorted: calls(clause("toSorted"), ["primitive", "primitive"], { kind: "fresh-buffer-like-receiver" }),
  sort: calls(clause("sort"), ["primitive", "primitive"], { kind: "receiver" }),
  subarray: gives(clause("subarray"), { kind: "view-of-receiver" }),
  // An iterator holds the array; it is treated as another view of it.
  ...each("entries keys values", (name) => gives(clause(name), { kind: "view-of-receiver" })),
};

/** `X.from` and `X.of`. */
export function typedArrayConstructorMembers(type: string): Readonly<Record<string, Effect>> {
  const result: ResultEffect = { kind: "fresh-buffer", type: type as BufferType };
  return {
    from: {
      clause: "ECMA-262 23.2.2.1 %TypedArray%.from",
      receiver: "borrowed",
      arguments: ["elements-copied", "callback"],
      rest: "escaped",
      callback: ["element", "primitive"],
      result,
    },
    of: { clause: "ECMA-262 23.2.2.2 %TypedArray%.of", receiver: "borrowed", rest: "borrowed", result },
  };
}

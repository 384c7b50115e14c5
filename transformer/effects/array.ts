/** Effects of arrays (ECMA-262 §23.1), Map (§24.1) and Set (§24.2): containers whose elements may be buffers. */
import type { CallbackArgument, Effect, ResultEffect } from "../ir/effect.js";
import { calls, each, gives, reads } from "./rows.js";

const clause = (name: string): string => `ECMA-262 23.1.3 Array.prototype.${name}`;
const iteration: readonly CallbackArgument[] = ["element", "primitive", "receiver"];
const reduction: readonly CallbackArgument[] = ["accumulator", "element", "primitive", "receiver"];
const elements: ResultEffect = { kind: "fresh-container", from: "elements" };
const stores = (name: string, result: ResultEffect): Effect => ({
  clause: clause(name),
  receiver: "borrowed",
  rest: "stored-in-receiver",
  result,
});

export const arrayMembers: Readonly<Record<string, Effect>> = {
  ...each("includes indexOf lastIndexOf", (name) => reads(clause(name))),
  ...each("push unshift", (name) => stores(name, { kind: "primitive" })),
  ...each("pop shift at", (name) => gives(clause(name), { kind: "element" })),
  ...each("reverse copyWithin", (name) => gives(clause(name), { kind: "receiver" })),
  ...each("slice toReversed", (name) => gives(clause(name), elements)),
  fill: {
    clause: clause("fill"),
    receiver: "borrowed",
    arguments: ["stored-in-receiver"],
    rest: "borrowed",
    result: { kind: "receiver" },
  },
  ...each("forEach every some findIndex findLastIndex", (name) =>
    calls(clause(name), iteration, { kind: "primitive" }),
  ),
  ...each("find findLast", (name) => calls(clause(name), iteration, { kind: "element" })),
  filter: calls(clause("filter"), iteration, elements),
  map: calls(clause("map"), iteration, { kind: "fresh-container", from: "callback-results" }),
  ...each("reduce reduceRight", (name) => calls(clause(name), reduction, { kind: "callback-result" })),
  sort: calls(clause("sort"), ["element", "element"], { kind: "receiver" }),
  toSorted: calls(clause("toSorted"), ["element", "element"], elements),
};

export const arrayConstructorMembers: Readonly<Record<string, Effect>> = {
  isArray: reads("ECMA-262 23.1.2.2 Array.isArray"),
  from: {
    clause: "ECMA-262 23.1.2.1 Array.from",
    receiver: "borrowed",
    arguments: ["elements-copied", "callback"],
    rest: "escaped",
    callback: ["element", "primitive"],
    result: { kind: "fresh-container", from: "elements" },
  },
};

const map = (name: string): string => `ECMA-262 24.1.3 Map.prototype.${name}`;
const set = (name: string): string => `ECMA-262 24.2.4 Set.prototype.${name}`;

export const collectionMembers: Readonly<Record<"Map" | "Set", Readonly<Record<string, Effect>>>> = {
  Map: {
    get: gives(map("get"), { kind: "element" }),
    set: {
      clause: map("set"),
      receiver: "borrowed",
      rest: "stored-in-receiver",
      result: { kind: "receiver" },
    },
    ...each("has delete clear", (name) => reads(map(name))),
  },
  Set: {
    add: {
      clause: set("add"),
      receiver: "borrowed",
      rest: "stored-in-receiver",
      result: { kind: "receiver" },
    },
    ...each("has delete clear", (name) => reads(set(name))),
  },
};

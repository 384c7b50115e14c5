/**
 * Effects of Map (ECMA-262 §24.1), Set (§24.2) and of the questions that WeakMap and WeakSet answer (§24.3, 24.4).
 *
 * The elements of a Map are its entries, `[key, value]`, as iterating it shows them. What becomes a key of a WeakMap, an element of a WeakSet or the target of a WeakRef has no row and escapes: its identity lives
 * on after the last reference, and a recycled buffer would be found there again.
 */
import type { Effect } from "../ir/effect.js";
import { calls, each, gives, makes, reads, type Table } from "./rows.js";

const map = (name: string): string => `ECMA-262 24.1.3 Map.prototype.${name}`;
const set = (name: string): string => `ECMA-262 24.2.4 Set.prototype.${name}`;

export const mapMembers: Table = {
  get: { ...gives(map("get"), { kind: "element" }), entries: true },
  set: { ...gives(map("set"), { kind: "receiver" }), rest: "stored-in-receiver", entries: true },
  ...each("has delete clear", (name) => reads(map(name))),
  forEach: {
    ...calls(map("forEach"), ["element", "element", "receiver"], { kind: "primitive" }),
    entries: true,
  },
  entries: gives(map("entries"), { kind: "view-of-receiver" }),
  ...each("keys values", (name) => gives(map(name), { kind: "iterator-of-entries" })),
};

/** `entries` has no row: nothing stands for the pairs of a Set. */
export const setMembers: Table = {
  add: { ...gives(set("add"), { kind: "receiver" }), rest: "stored-in-receiver" },
  ...each("has delete clear", (name) => reads(set(name))),
  forEach: calls(set("forEach"), ["element", "element", "receiver"], { kind: "primitive" }),
  ...each("keys values", (name) => gives(set(name), { kind: "view-of-receiver" })),
};

export const weakMapMembers: Table = {
  ...each("has delete", (name) => reads(`ECMA-262 24.3.3 WeakMap.prototype.${name}`)),
  // What was stored has escaped: `set` has no row.
  get: makes("ECMA-262 24.3.3.3 WeakMap.prototype.get"),
};

export const weakSetMembers: Table = each("has delete", (name) =>
  reads(`ECMA-262 24.4.3 WeakSet.prototype.${name}`),
);

export const mapConstructor: Effect = {
  ...gives("ECMA-262 24.1.1.1 Map([iterable])", { kind: "fresh-map" }),
  arguments: ["elements-copied"],
  rest: "escaped",
};

export const setConstructor: Effect = {
  ...gives("ECMA-262 24.2.1.1 Set([iterable])", { kind: "fresh-container", from: "arguments" }),
  arguments: ["elements-copied"],
  rest: "escaped",
};

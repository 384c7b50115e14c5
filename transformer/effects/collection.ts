/**
 * Effects of Map (ECMA-262 §24.1), Set (§24.2) and of the questions that WeakMap and WeakSet answer (§24.3, 24.4).
 *
 * The elements of a Map are its entries, `[key, value]`, as iterating it shows them. What becomes a key of a WeakMap, an element of a WeakSet or the target of a WeakRef has no row and escapes: its identity lives
 * on after the last reference, and a recycled buffer would be found there again.
 */
import type { Effect } from "../ir/effect.js";
import { calls, each, gives, inspects, reduces, type Table } from "./rows.js";

const map = (name: string): string => `ECMA-262 24.1.3 Map.prototype.${name}`;
const set = (name: string): string => `ECMA-262 24.2.4 Set.prototype.${name}`;

export const mapMembers: Table = {
  get: { ...inspects(map("get")), result: { kind: "element" }, entries: true },
  set: { ...gives(map("set"), { kind: "receiver" }), rest: "stored-in-receiver", entries: true },
  ...each("has delete clear", (name) => inspects(map(name))),
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
  ...each("has delete clear", (name) => inspects(set(name))),
  forEach: calls(set("forEach"), ["element", "element", "receiver"], { kind: "primitive" }),
  ...each("keys values", (name) => gives(set(name), { kind: "view-of-receiver" })),
};

export const weakMapMembers: Table = {
  ...each("has delete", (name) => inspects(`ECMA-262 24.3.3 WeakMap.prototype.${name}`)),
  // What was stored has escaped: `set` has no row.
  get: { ...inspects("ECMA-262 24.3.3.3 WeakMap.prototype.get"), result: { kind: "unknown" } },
};

export const weakSetMembers: Table = each("has delete", (name) =>
  inspects(`ECMA-262 24.4.3 WeakSet.prototype.${name}`),
);

const helper = (name: string): string => `ECMA-262 27.1.4 Iterator.prototype.${name}`;
const running = (row: Effect): Effect => ({ ...row, receiver: "converted" });

/**
 * Helpers of iterators that are done when they return. Those that make another iterator (`map`, `filter`, `take`,
 * `drop`, `flatMap`) have no row: it holds the callback, and the iterator that it draws from.
 */
export const iteratorMembers: Table = {
  toArray: running(gives(helper("toArray"), { kind: "fresh-container", from: "elements" })),
  ...each("forEach some every", (name) =>
    running(calls(helper(name), ["element", "primitive"], { kind: "primitive" })),
  ),
  find: running(calls(helper("find"), ["element", "primitive"], { kind: "element" })),
  reduce: running(reduces(helper("reduce"), ["accumulator", "element", "primitive"])),
};

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

/**
 * Effects of `Object` (ECMA-262 §20.1), `Reflect` (§28.1) and `JSON` (§25.5).
 *
 * Accessors are no concern of these rows: an object with accessors has escaped. A buffer has none of its own, and
 * one that is given properties escapes.
 */
import type { Effect } from "../ir/effect.js";
import { each, gives, inspects, makes, reads, type Table } from "./rows.js";

const object = (name: string): string => `ECMA-262 20.1.2 Object.${name}`;
const names = (clause: string): Effect => ({
  ...inspects(clause),
  result: { kind: "fresh-container", from: "nothing" },
});
/** Looks at its first argument, and converts a property key. */
const asks = (clause: string): Effect => ({
  ...inspects(clause),
  arguments: ["inspected"],
  rest: "borrowed",
});

export const objectConstructorMembers: Table = {
  ...each("is isExtensible isFrozen isSealed", (name) => inspects(object(name))),
  hasOwn: asks(object("hasOwn")),
  ...each("keys getOwnPropertyNames getOwnPropertySymbols", (name) => names(object(name))),
  getPrototypeOf: { ...inspects(object("getPrototypeOf")), result: { kind: "unknown" } },
  create: {
    ...gives("ECMA-262 20.1.2.2 Object.create(null)", { kind: "fresh-object", from: "nothing" }),
    absent: [0, 1],
  },
  assign: {
    ...inspects("ECMA-262 20.1.2.1 Object.assign"),
    arguments: ["inspected"],
    rest: "properties-assigned",
    result: { kind: "argument", index: 0 },
  },
  values: {
    ...inspects("ECMA-262 20.1.2.23 Object.values"),
    arguments: ["properties-copied"],
    result: { kind: "fresh-container", from: "arguments" },
  },
  entries: {
    ...inspects("ECMA-262 20.1.2.5 Object.entries"),
    arguments: ["properties-copied"],
    result: { kind: "fresh-entries", from: "arguments" },
  },
  fromEntries: {
    ...inspects("ECMA-262 20.1.2.7 Object.fromEntries"),
    arguments: ["entries-copied"],
    result: { kind: "fresh-object", from: "arguments" },
  },
  ...each("freeze seal preventExtensions", (name) => ({
    ...inspects(object(name)),
    arguments: ["fixed"],
    result: { kind: "argument", index: 0 },
  })),
};

/** Called as `Object.prototype.hasOwnProperty.call(x, key)`, as every object may have a method of that name. */
export const objectMembers: Table = {
  ...each("hasOwnProperty propertyIsEnumerable", (name) => reads(`ECMA-262 20.1.3 Object.prototype.${name}`)),
  ...each("isPrototypeOf toString", (name) => inspects(`ECMA-262 20.1.3 Object.prototype.${name}`)),
};

const reflect = (name: string): string => `ECMA-262 28.1 Reflect.${name}`;

export const reflectMembers: Table = {
  has: asks(reflect("has")),
  deleteProperty: { ...asks(reflect("deleteProperty")), arguments: ["properties-deleted"] },
  isExtensible: inspects(reflect("isExtensible")),
  getPrototypeOf: { ...inspects(reflect("getPrototypeOf")), result: { kind: "unknown" } },
  ownKeys: names(reflect("ownKeys")),
  preventExtensions: { ...inspects(reflect("preventExtensions")), arguments: ["fixed"] },
};

export const jsonMembers: Table = {
  parse: {
    ...makes("ECMA-262 25.5.1 JSON.parse: a reviver sees new values only"),
    arguments: ["borrowed"],
    rest: "escaped",
  },
  stringify: {
    ...gives("ECMA-262 25.5.2 JSON.stringify: a replacer sees every value", { kind: "primitive" }),
    absent: [1],
  },
};

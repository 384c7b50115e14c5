/** Effects of global functions, namespaces (`Math`, `JSON`, `console`) and small constructors. */
import type { Effect } from "../ir/effect.js";
import { each, reads } from "./rows.js";

/** `console` formats its arguments before it returns and keeps none (Console standard; Node: `util.inspect`). */
const consoleMembers = each("log info warn error debug trace dir assert table", (name) =>
  reads(`Console standard 2.1 console.${name}`),
);

const mathMembers = each(
  "abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround f16round hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc",
  (name) => reads(`ECMA-262 21.3.2 Math.${name}`),
);

/** Members by the interface or namespace that declares them. */
export const namespaceMembers: Readonly<Record<string, Readonly<Record<string, Effect>>>> = {
  Console: consoleMembers,
  Math: mathMembers,
  ArrayBufferConstructor: { isView: reads("ECMA-262 25.1.5.1 ArrayBuffer.isView") },
  NumberConstructor: each("isFinite isInteger isNaN isSafeInteger parseFloat parseInt", (name) =>
    reads(`ECMA-262 21.1.2 Number.${name}`),
  ),
  BigIntConstructor: each("asIntN asUintN", (name) => reads(`ECMA-262 21.2.2 BigInt.${name}`)),
  ObjectConstructor: { is: reads("ECMA-262 20.1.2.14 Object.is") },
  StringConstructor: each("fromCharCode fromCodePoint", (name) => reads(`ECMA-262 22.1.2 String.${name}`)),
  Performance: { now: reads("High Resolution Time 2.1 performance.now") },
  Date: each("getTime", (name) => reads(`ECMA-262 21.4.4 Date.prototype.${name}`)),
  DateConstructor: { now: reads("ECMA-262 21.4.3.1 Date.now") },
};

export const functions: Readonly<Record<string, Effect>> = each(
  "isFinite isNaN parseFloat parseInt Number String Boolean BigInt",
  (name) => reads(`ECMA-262 19.2, 21.1.1, 22.1.1 ${name}`),
);

export const constructorRows: Readonly<Record<string, Effect>> = {
  Array: {
    clause: "ECMA-262 23.1.1.1 Array(...values)",
    receiver: "borrowed",
    rest: "escaped",
    result: { kind: "fresh-container", from: "nothing" },
  },
  Map: {
    clause: "ECMA-262 24.1.1.1 Map([iterable])",
    receiver: "borrowed",
    rest: "escaped",
    result: { kind: "fresh-container", from: "nothing" },
  },
  Set: {
    clause: "ECMA-262 24.2.1.1 Set([iterable])",
    receiver: "borrowed",
    arguments: ["elements-copied"],
    rest: "escaped",
    result: { kind: "fresh-container", from: "elements" },
  },
  ...each("Error RangeError TypeError SyntaxError", (name) => ({
    clause: `ECMA-262 20.5 ${name}`,
    receiver: "borrowed",
    arguments: ["borrowed"],
    rest: "escaped",
    result: { kind: "unknown" },
  })),
};

/** Effects of the language's global functions, of its namespaces (`Math`, `JSON`, `Reflect`) and of primitives' methods. */
import type { Effect } from "../ir/effect.js";
import { describes, each, makes, reads, type Table } from "./rows.js";

const math = `abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 f16round floor fround hypot
  imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc`;
const dateGetters = `getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime
  getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth
  getUTCSeconds`;
const dateSetters = `setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate
  setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds`;
const dateTexts = `toDateString toISOString toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString
  toUTCString valueOf`;
/** Those that take a pattern object (`split`, `match`, `replace`, …) have no row: it decides what happens. */
const stringMethods = `at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf
  localeCompare normalize padEnd padStart repeat slice startsWith substring substr toLocaleLowerCase toLocaleUpperCase
  toLowerCase toString toUpperCase toWellFormed trim trimEnd trimStart valueOf`;

/**
 * What looks at an object's properties but at no value in them. `values`, `entries`, `assign` and `fromEntries`
 * have no row, since fields under any name flow out of or into the objects; nor have `freeze` and its kind.
 */
const objectConstructorMembers: Table = {
  is: reads("ECMA-262 20.1.2.14 Object.is"),
  ...each("hasOwn isExtensible isFrozen isSealed", (name) => reads(`ECMA-262 20.1.2 Object.${name}`)),
  ...each("keys getOwnPropertyNames", (name) => describes(`ECMA-262 20.1.2 Object.${name}`)),
  getPrototypeOf: makes("ECMA-262 20.1.2.12 Object.getPrototypeOf"),
};

const jsonMembers: Table = {
  parse: {
    ...makes("ECMA-262 25.5.1 JSON.parse: a reviver sees new values only"),
    arguments: ["borrowed"],
    rest: "escaped",
  },
  stringify: { ...reads("ECMA-262 25.5.2 JSON.stringify: a replacer sees every value"), absent: [1] },
};

/** Members by the interface or namespace that declares them. */
export const namespaceMembers: Readonly<Record<string, Table>> = {
  Math: each(math, (name) => reads(`ECMA-262 21.3.2 Math.${name}`)),
  JSON: jsonMembers,
  Reflect: {
    ...each("has isExtensible", (name) => reads(`ECMA-262 28.1 Reflect.${name}`)),
    getPrototypeOf: makes("ECMA-262 28.1.7 Reflect.getPrototypeOf"),
    ownKeys: describes("ECMA-262 28.1.10 Reflect.ownKeys"),
  },
  NumberConstructor: each("isFinite isInteger isNaN isSafeInteger parseFloat parseInt", (name) =>
    reads(`ECMA-262 21.1.2 Number.${name}`),
  ),
  Number: each("toExponential toFixed toLocaleString toPrecision toString valueOf", (name) =>
    reads(`ECMA-262 21.1.3 Number.prototype.${name}`),
  ),
  BigIntConstructor: each("asIntN asUintN", (name) => reads(`ECMA-262 21.2.2 BigInt.${name}`)),
  BigInt: each("toLocaleString toString valueOf", (name) =>
    reads(`ECMA-262 21.2.3 BigInt.prototype.${name}`),
  ),
  Boolean: { valueOf: reads("ECMA-262 20.3.3.3 Boolean.prototype.valueOf") },
  ObjectConstructor: objectConstructorMembers,
  StringConstructor: each("fromCharCode fromCodePoint raw", (name) =>
    reads(`ECMA-262 22.1.2 String.${name}`),
  ),
  String: each(stringMethods, (name) => reads(`ECMA-262 22.1.3 and B.2.2 String.prototype.${name}`)),
  Date: each(`${dateGetters} ${dateSetters} ${dateTexts}`, (name) =>
    reads(`ECMA-262 21.4.4 Date.prototype.${name}`),
  ),
  DateConstructor: each("now parse UTC", (name) => reads(`ECMA-262 21.4.3 Date.${name}`)),
};

/** Global functions. A timer's, a microtask's or a promise's callback runs later: these have no row. */
export const globalFunctions: Table = {
  ...each("isFinite isNaN parseFloat parseInt", (name) => reads(`ECMA-262 19.2 ${name}`)),
  ...each("decodeURI decodeURIComponent encodeURI encodeURIComponent", (name) =>
    reads(`ECMA-262 19.2.6 ${name}`),
  ),
  ...each("Number String Boolean BigInt", (name) => reads(`ECMA-262 20.3.1, 21.1.1, 21.2.1, 22.1.1 ${name}`)),
  ...each("atob btoa", (name) => reads(`HTML 8.3 ${name}`)),
  structuredClone: {
    ...makes(
      "HTML 2.7.11 structuredClone: serializes before it returns; transfers only what its options list",
    ),
    arguments: ["borrowed"],
    rest: "escaped",
  },
};

const error: Effect = {
  ...makes("ECMA-262 20.5 Error(message, options): the message is a string, a cause is kept"),
  arguments: ["borrowed"],
  rest: "escaped",
};

export const errorConstructors: Table = each(
  "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError",
  () => error,
);

export const dateConstructor: Effect = makes("ECMA-262 21.4.2.1 Date(...values)");

/** Effects of global functions, and of `Math`. */
import type { Effect } from "../ir/effect.js";
import { each, inspects, makes, reads, type Table } from "./rows.js";

const math = `abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 f16round floor fround hypot
  imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc`;

export const mathMembers: Table = each(math, (name) => reads(`ECMA-262 21.3.2 Math.${name}`));

/** A timer's, a microtask's or a promise's callback runs later: these have no row. */
export const globalFunctions: Table = {
  ...each("isFinite isNaN parseFloat parseInt", (name) => reads(`ECMA-262 19.2 ${name}`)),
  ...each("decodeURI decodeURIComponent encodeURI encodeURIComponent", (name) =>
    reads(`ECMA-262 19.2.6 ${name}`),
  ),
  ...each("escape unescape", (name) => reads(`ECMA-262 B.2.1 ${name}`)),
  ...each("Number String BigInt Symbol", (name) => reads(`ECMA-262 20.4.1, 21.1.1, 21.2.1, 22.1.1 ${name}`)),
  Boolean: inspects("ECMA-262 20.3.1 Boolean"),
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

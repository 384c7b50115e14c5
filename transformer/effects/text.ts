/**
 * Effects of strings (ECMA-262 §22.1), regular expressions (§22.2), numbers, symbols and dates, and of `Intl`.
 *
 * Methods of strings that take a pattern are in `pattern.ts`: what is given decides.
 */
import { describes, each, inspects, makes, reads, type Table } from "./rows.js";

const stringMethods = `at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf
  localeCompare normalize padEnd padStart repeat slice startsWith substring substr toLocaleLowerCase toLocaleUpperCase
  toLowerCase toString toUpperCase toWellFormed trim trimEnd trimStart valueOf`;
const dateGetters = `getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime
  getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth
  getUTCSeconds`;
const dateSetters = `setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate
  setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds`;
const dateTexts = `toDateString toISOString toJSON toLocaleDateString toLocaleString toLocaleTimeString toString
  toTimeString toUTCString valueOf`;

const intl = (name: string): string => `ECMA-402 Intl.${name}`;
const formats = (type: string, names = "format"): Table =>
  each(names, (name) => reads(intl(`${type}.prototype.${name}`)));

export const textMembers: Readonly<Record<string, Table>> = {
  NumberConstructor: {
    ...each("isFinite isInteger isNaN isSafeInteger", (name) => inspects(`ECMA-262 21.1.2 Number.${name}`)),
    ...each("parseFloat parseInt", (name) => reads(`ECMA-262 21.1.2 Number.${name}`)),
  },
  Number: each("toExponential toFixed toLocaleString toPrecision toString valueOf", (name) =>
    reads(`ECMA-262 21.1.3 Number.prototype.${name}`),
  ),
  BigIntConstructor: each("asIntN asUintN", (name) => reads(`ECMA-262 21.2.2 BigInt.${name}`)),
  BigInt: each("toLocaleString toString valueOf", (name) =>
    reads(`ECMA-262 21.2.3 BigInt.prototype.${name}`),
  ),
  Boolean: { valueOf: reads("ECMA-262 20.3.3.3 Boolean.prototype.valueOf") },
  SymbolConstructor: each("for keyFor", (name) => reads(`ECMA-262 20.4.2 Symbol.${name}`)),
  StringConstructor: each("fromCharCode fromCodePoint raw", (name) =>
    reads(`ECMA-262 22.1.2 String.${name}`),
  ),
  String: each(stringMethods, (name) => reads(`ECMA-262 22.1.3 and B.2.2 String.prototype.${name}`)),
  RegExp: {
    test: reads("ECMA-262 22.2.6.16 RegExp.prototype.test"),
    exec: makes("ECMA-262 22.2.6.2 RegExp.prototype.exec"),
  },
  Date: each(`${dateGetters} ${dateSetters} ${dateTexts}`, (name) =>
    reads(`ECMA-262 21.4.4 Date.prototype.${name}`),
  ),
  DateConstructor: each("now parse UTC", (name) => reads(`ECMA-262 21.4.3 Date.${name}`)),
  "Intl.NumberFormat": {
    ...formats("NumberFormat"),
    formatToParts: makes(intl("NumberFormat.formatToParts")),
  },
  "Intl.DateTimeFormat": {
    ...formats("DateTimeFormat", "format formatRange"),
    ...each("formatToParts formatRangeToParts", (name) => makes(intl(`DateTimeFormat.${name}`))),
  },
  "Intl.ListFormat": { ...formats("ListFormat"), formatToParts: makes(intl("ListFormat.formatToParts")) },
  "Intl.RelativeTimeFormat": formats("RelativeTimeFormat"),
  "Intl.PluralRules": formats("PluralRules", "select"),
  "Intl.Collator": formats("Collator", "compare"),
  "Intl.NumberFormatConstructor": {
    supportedLocalesOf: describes(intl("NumberFormat.supportedLocalesOf")),
  },
};

/** `new X(…)`, and `new Intl.X(…)`. */
export const textConstructors: Table = {
  Date: makes("ECMA-262 21.4.2.1 Date(...values)"),
  RegExp: makes("ECMA-262 22.2.4.1 RegExp(pattern, flags): reads source and flags of a pattern"),
  ...each(
    "NumberFormat DateTimeFormat ListFormat RelativeTimeFormat PluralRules Collator Segmenter",
    (name) => makes(intl(`${name}(locales, options)`)),
  ),
};

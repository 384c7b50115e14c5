/**
 * Fields by the names that programs write.
 *
 * The analysis keeps what is no property among an object's fields too, under names of its own: elements, what has an unknown name, what a
 * promise resolves with, what a closure captures, private members. A program may have a property of such a name (`{ "<value>": x }`). It is taken for one
 * whose name is not known, which may be any.
 */
import type { Field } from "./ir.js";

/** Whether a property name could be one of the analysis's own: `[]`, `*`, `**`, `<value>`, `#x@1`. */
export function isReserved(name: string): boolean {
  return /^(?:\[\]$|[*<#])/.test(name);
}

/** The field for a written name: a canonical index names that element of an array. */
export function namedField(name: string): Field {
  return isReserved(name) ? { kind: "any" } : { kind: "named", name };
}

/** A property name that a number may select: `o[-1]` is `o["-1"]`. */
export function isIndex(name: string): boolean {
  return String(Number(name)) === name;
}

/**
 * What is known of a value beyond the objects it may refer to: a flag, an absent argument, or surely an object. It decides
 * conditions (`options.inPlace`, `given ?? new X(n)`), so that only the paths that a call takes count.
 *
 * A must-fact: it holds on every path, so where paths meet only what all agree on is left.
 */
import type { Literal, Test } from "../ir/ir.js";

export type Value =
  | { readonly kind: "literal"; readonly literal: Literal }
  /** Surely an object; `id` names the abstract object, where it is surely that one instance. */
  | { readonly kind: "object"; readonly id: number | null };

export const anObject: Value = { kind: "object", id: null };

export function isSameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.kind !== b.kind) return false;
  return a.kind === "literal" ? a.literal === (b as typeof a).literal : a.id === (b as typeof a).id;
}

/** What holds of a value that is one of the two. */
export function meetValues(a: Value | undefined, b: Value | undefined): Value | undefined {
  if (isSameValue(a, b)) return a;
  return a?.kind === "object" && b?.kind === "object" ? anObject : undefined;
}

/** Whether a condition holds; `null` where that is not known. */
export function evaluateTest(test: Test, value: Value | undefined): boolean | null {
  if (!value) return null;
  const isObject = value.kind === "object";
  switch (test.kind) {
    case "truthy":
      return isObject || Boolean(value.literal);
    case "nullish":
      return !isObject && (value.literal === null || value.literal === undefined);
    case "undefined":
      return !isObject && value.literal === undefined;
    case "equals":
      return !isObject && value.literal === test.literal;
  }
}

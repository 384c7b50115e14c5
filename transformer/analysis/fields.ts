/** Names of fields, and what is known of one by its name alone. */
import { unreachable } from "../bailout.js";
import type { ClassInfo } from "../ir/class.js";
import type { Field } from "../ir/ir.js";
import type { Known } from "./context.js";
import { has, members } from "./node-set.js";
import type { AbstractObject, SiteObject } from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import type { Transfer } from "./transfer.js";
import { anObject, type Value } from "./value.js";

/** A field that no program names: what a promise resolves with, what a closure has captured. */
export function isInternal(name: string): boolean {
  return /^<\w+>/.test(name);
}

/** Properties that a plain object inherits. */
export const inheritedNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** What nobody else knows, unless it is lent or escapes: what the function made, or a record of which its context knows the fields. */
export function isSecret(object: AbstractObject): boolean {
  if (object.kind === "phantom") return object.known?.kind === "object" && object.known.fields !== null;
  return object.kind === "site";
}

/** What a context says of a value. */
export function valueKnown(known: Known | null): Value | undefined {
  if (known?.kind === "literal") return known;
  return known?.sure ? anObject : undefined;
}

/** A plain object without the field: undefined, unless it inherits something of that name. */
export function absentField(field: string): Value | undefined {
  return inheritedNames.has(field) ? undefined : { kind: "literal", literal: undefined };
}

/** A property that was never stored is absent, but for what `Object.prototype` has. */
export function hasOwnFieldsOnly(object: SiteObject): boolean {
  return object.shape.kind === "object" || object.shape.kind === "instance";
}

const thenable: ReadonlySet<string> = new Set(["then", anyField]);

export function hasThen(state: State, id: number): boolean {
  return [...(state.fields.get(id)?.keys() ?? [])].some((field) => thenable.has(field));
}

/** What a conversion may call, or an inspection look at; a name that is not known may be any of them, or a symbol (an iterator). */
const conversions = [
  "toString",
  "join",
  "valueOf",
  "toJSON",
  "toLocaleString",
  "then",
  "inspect",
  "constructor",
  "next",
  "return",
  anyField,
];

/**
 * Whether an array or object may have a conversion or iterator of its own: a function under such a name. What was lent to a callee that promises
 * to give it back holds what the callee has put there, but no such function.
 */
export function hasOwnConversion({ objects, borrowed }: Transfer, state: State, id: number): boolean {
  const object = objects.get(id);
  if (object.kind === "site" && object.shape.kind === "object" && has(state.lent, id)) return true;
  return conversions.some((name) =>
    members(state.field(id, name)).some((held) => {
      const member = objects.get(held);
      if (member.kind === "site") return member.shape.kind === "closure";
      return name !== anyField || !has(borrowed, id);
    }),
  );
}

export function fieldName(field: Field): string {
  switch (field.kind) {
    case "named":
      return field.name;
    case "element":
      return elementField;
    case "any":
      return anyField;
    default:
      return unreachable(field);
  }
}

export function describeField(field: string): string {
  return field === elementField || field === anyField ? "an element" : `\`${field}\``;
}

/**
 * Whether others may have given an instance members that hide those of its class, in ways that no name tells. An input of a body that may be
 * suspended they may come to know meanwhile.
 */
export function mayHaveOwn(
  transfer: Transfer,
  state: State,
  { id, kind }: AbstractObject,
  { isOfPackage }: ClassInfo,
): boolean {
  if (!isOfPackage && !transfer.calls.tampers) return false;
  return (
    has(state.escaped | state.lent, id) || (kind === "phantom" && transfer.ir.functionKind !== "ordinary")
  );
}

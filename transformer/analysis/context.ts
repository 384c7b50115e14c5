/**
 * Calling contexts: what a call says about the objects that it passes, so that a function can be summarised for calls of
 * that kind (Sharir and Pnueli's functional approach, with the arguments' known parts as the key).
 *
 * Example: `resize(data, { inPlace: true })` is summarised with `parameter 1 . inPlace = true`, so the branch that allocates
 * is not taken; `apply(x => x.fill(1), tmp)` with `parameter 0 = that arrow function`, so its call is no unknown one;
 * `matrix.transpose()` with `this = an instance of exactly Matrix`, so `this.clone()` means Matrix's.
 *
 * # Invariants
 * - C1 What a context says holds of every call that uses the summary.
 * - C2 A function's identity and an object's class never change; a record's fields count only while nobody but the callee
 *   can reach the record, and by the argument alone: not through its own fields, nor before a body that runs later begins
 *   (checked where the context is made).
 * - C3 There are finitely many contexts, and few a function: beyond a bound a call uses the summary for no context at all,
 *   which is always right.
 * - C4 An instance is known by its class only while it surely has no members of its own in the place of the class's methods (`make-context.ts`).
 */
import type { ClassInfo } from "../ir/class.js";
import type { BufferType } from "../ir/effect.js";
import type { FunctionId } from "../ir/ids.js";
import type { Literal } from "../ir/ir.js";
import type { PhantomRoot } from "./objects.js";

/** What an object is, whatever its fields hold. */
export type Identity =
  | { readonly kind: "function"; readonly function: FunctionId }
  | { readonly kind: "instance"; readonly class: ClassInfo }
  | { readonly kind: "buffer"; readonly type: BufferType };

export type Known =
  | { readonly kind: "literal"; readonly literal: Literal }
  | {
      readonly kind: "object";
      /** Surely an object, and not null or undefined. */
      readonly sure: boolean;
      readonly is: Identity | null;
      /** All fields of a plain object that nobody else can reach; `null` for one of which only the name is known. */
      readonly fields: ReadonlyMap<string, Known | null> | null;
    };

export interface Context {
  /** Equal keys, equal contexts. Empty where nothing is known. */
  readonly key: string;
  readonly receiver: Known | null;
  readonly parameters: readonly (Known | null)[];
}

export const noContext: Context = { key: "", receiver: null, parameters: [] };

export function makeContext(receiver: Known | null, parameters: readonly (Known | null)[]): Context {
  if (!receiver && parameters.every((each) => !each)) return noContext;
  return { key: [receiver, ...parameters].map(keyOf).join(","), receiver, parameters };
}

function keyOf(known: Known | null): string {
  if (!known) return "";
  if (known.kind === "literal")
    return known.literal === undefined ? "undefined" : JSON.stringify(known.literal);
  const fields =
    known.fields && [...known.fields].map(([name, value]) => `${JSON.stringify(name)}:${keyOf(value)}`);
  return `${known.sure ? "!" : "?"}${identityKey(known.is)}${fields ? `{${fields.sort().join(",")}}` : ""}`;
}

function identityKey(identity: Identity | null): string {
  switch (identity?.kind) {
    case "function":
      return `f${identity.function}`;
    case "instance":
      return `c${identity.class.id}`;
    case "buffer":
      return `b${identity.type}`;
    default:
      return "";
  }
}

/** What the context says of the phantom at `path` from `root`. */
export function knownAt(context: Context, root: PhantomRoot, path: readonly string[]): Known | null {
  if (root.kind === "binding" || path.length > 1) return null;
  const known = (root.kind === "receiver" ? context.receiver : context.parameters[root.index]) ?? null;
  const [field] = path;
  if (field === undefined) return known;
  return known?.kind === "object" ? (known.fields?.get(field) ?? null) : null;
}

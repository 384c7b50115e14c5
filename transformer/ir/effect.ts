/**
 * What a library function does with the objects it is given: one {@link Effect} a function.
 *
 * The vocabulary is small on purpose. What it cannot say is not in a table, and what is in no table escapes
 * (invariant S3). Example: `%TypedArray%.prototype.subarray` borrows its receiver and returns a view of it:
 * `{ receiver: "borrowed", rest: "borrowed", result: { kind: "view-of-receiver" } }`.
 */

/** What becomes of an argument or of the receiver. */
export type ArgumentEffect =
  /** Used during the call only, and no user code sees it. */
  | "borrowed"
  /** Iterated or read by index during the call; what it contains flows into the result's elements. */
  | "elements-copied"
  /** Becomes an element of the receiver. */
  | "stored-in-receiver"
  /** Called during the call, with the arguments that {@link Effect.callback} lists. */
  | "callback"
  /** Kept somewhere, or seen by code that nobody here knows. */
  | "escaped";

/** What a callback is called with, argument by argument. */
export type CallbackArgument = "element" | "primitive" | "receiver" | "accumulator" | "nothing";

export type ResultEffect =
  /** No object at all, or one that can reach no argument. */
  | { readonly kind: "primitive" }
  /** A new buffer over new storage that nobody else knows. */
  | { readonly kind: "fresh-buffer"; readonly type: BufferType }
  /** A new buffer of the receiver's own type. */
  | { readonly kind: "fresh-buffer-like-receiver" }
  /** A copy, or (a Node Buffer's own `slice`) a view of the receiver: known only when the receiver's type is. */
  | { readonly kind: "fresh-buffer-or-view" }
  | { readonly kind: "receiver" }
  /** Another view of the receiver's storage, or that storage itself. */
  | { readonly kind: "view-of-receiver" }
  /** A view of the storage of argument `index` if that is an ArrayBuffer, else what `otherwise` says. */
  | { readonly kind: "argument"; readonly index: number }
  /** A new array (or other container), whose elements are those of the receiver, the copied arguments, the callback's results. */
  | { readonly kind: "fresh-container"; readonly from: "elements" | "callback-results" | "nothing" }
  /** An element of the receiver. */
  | { readonly kind: "element" }
  /** What the callback returned. */
  | { readonly kind: "callback-result" }
  | { readonly kind: "unknown" };

export interface Effect {
  /** The specification clause or documentation that this row follows. */
  readonly clause: string;
  readonly receiver: ArgumentEffect;
  /** By position; missing ones follow {@link Effect.rest}. */
  readonly arguments?: readonly ArgumentEffect[];
  readonly rest: ArgumentEffect;
  readonly callback?: readonly CallbackArgument[];
  readonly result: ResultEffect;
}

export const bufferTypes = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "ArrayBuffer",
  "Buffer",
] as const;

/** The types whose storage can be freed. A DataView is only ever a view. */
export type BufferType = (typeof bufferTypes)[number];

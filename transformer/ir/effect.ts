/**
 * What a library function does with the objects it is given: one {@link Effect} a function.
 *
 * The vocabulary is small on purpose. What it cannot say is not in a table, and what is in no table escapes
 * (invariant S3). Example: `%TypedArray%.prototype.subarray` borrows its receiver and returns a view of it:
 * `{ receiver: "borrowed", rest: "borrowed", result: { kind: "view-of-receiver" } }`.
 */

/** What becomes of an argument or of the receiver. */
export type ArgumentEffect =
  /** Used during the call only; no user code sees it but its own conversions (`valueOf`, `toJSON`, iterator). */
  | "borrowed"
  /** Looked at during the call only, as it is: compared, or its property names read. No conversion of it runs. */
  | "inspected"
  /** Made to stay as it is: a buffer would when it is recycled, so it escapes. Anything else is only inspected. */
  | "fixed"
  /** Iterated or read by index during the call; what it contains flows into the result's elements. */
  | "elements-copied"
  /** Iterated during the call; what the entries that it contains hold flows into the result's elements. */
  | "entries-copied"
  /** What its own properties hold flows into the result's elements. */
  | "properties-copied"
  /** What its own properties hold becomes properties of the first argument. */
  | "properties-assigned"
  /** Any of its own properties may be gone afterwards. */
  | "properties-deleted"
  /** Becomes an element of the receiver. */
  | "stored-in-receiver"
  /** Becomes an element of the result. */
  | "stored-in-result"
  /** Its elements, if it is an array, else itself become elements of the result. */
  | "concatenated"
  /** Called during the call, with the arguments that {@link Effect.callback} lists. */
  | "callback"
  /** Kept until the promise that is returned has settled; its own conversions may run. */
  | "held"
  /** Iterated during the call; each element is awaited, and the promise that is returned waits for all. */
  | "joined"
  /** Awaited by the promise that is returned. */
  | "awaited"
  /** Kept somewhere, or seen by code that nobody here knows. */
  | "escaped";

/**
 * What becomes of the receiver. One that is `borrowed` runs no conversion of its elements; one that is `converted` is
 * borrowed too, but its elements' own `toString` and `valueOf` may run.
 */
export type ReceiverEffect = "borrowed" | "converted" | "escaped";

/** What a callback is called with, argument by argument. */
export type CallbackArgument = "element" | "primitive" | "receiver" | "accumulator" | "nothing";

export type ResultEffect =
  /** No object at all. (One that reaches no argument is `unknown` or a container from `nothing`: it can be stored into.) */
  | { readonly kind: "primitive" }
  /** A new buffer over new storage that nobody else knows. */
  | { readonly kind: "fresh-buffer"; readonly type: BufferType }
  /** A new buffer of the receiver's own type. */
  | { readonly kind: "fresh-buffer-like-receiver" }
  /** A copy, or (a Node Buffer's own `slice`) a view of the receiver: known only when the receiver's type is. */
  | { readonly kind: "fresh-buffer-or-view" }
  /** A copy, or, if the receiver is a Node Buffer, a Buffer that shares the receiver's storage. */
  | { readonly kind: "fresh-buffer-or-node-view" }
  | { readonly kind: "receiver" }
  /** Another view of the receiver's storage, that storage itself, or an iterator over the receiver. */
  | { readonly kind: "view-of-receiver" }
  /** Argument `index` itself, or a view of its storage. */
  | { readonly kind: "argument"; readonly index: number }
  /** A new array or other container; {@link ContainerContents} says what its elements are. */
  | { readonly kind: "fresh-container"; readonly from: ContainerContents }
  /** The same, or something that the constructor of the receiver's own class makes: a class of the program may keep what it makes. */
  | { readonly kind: "container-like-receiver"; readonly from: ContainerContents }
  /** A new object without accessors; the names of its properties are not known. */
  | { readonly kind: "fresh-object"; readonly from: ContainerContents }
  /** A new Map of the copied arguments, which are entries. */
  | { readonly kind: "fresh-map" }
  /** A new array of new entries, arrays of two, that hold its contents. */
  | { readonly kind: "fresh-entries"; readonly from: ContainerContents }
  /** An iterator over the receiver's storage that gives new entries, arrays of two numbers; anything can be stored in them. */
  | { readonly kind: "iterator-of-pairs" }
  /** An iterator over what the receiver's entries hold. */
  | { readonly kind: "iterator-of-entries" }
  /** An element of the receiver. */
  | { readonly kind: "element" }
  /** What the callback returned. */
  | { readonly kind: "callback-result" }
  /**
   * A promise of an array with what the elements of the `joined` argument resolve with; with `settlements`, of an array of
   * objects that hold these.
   */
  | { readonly kind: "joined-promise"; readonly settlements: boolean }
  /** The `awaited` argument if it is a promise, else a promise of what awaiting it gives. */
  | { readonly kind: "resolved-promise" }
  /** A promise of an operation that goes on with the `held` arguments until it settles. */
  | { readonly kind: "operation"; readonly value: OperationValue }
  /** Anything that reaches no argument, the receiver or what they hold, unless these have escaped. */
  | { readonly kind: "unknown" };

/** What an operation's promise resolves with: no object, something that reaches no argument, or an object that may hold the arguments. */
export type OperationValue = "primitive" | "unknown" | "report";

/** Where the elements of a new container come from; arguments that are copied or stored in it count for all but `nothing`. */
export type ContainerContents =
  /** The receiver's elements, the arguments, the callback's results. */
  | "elements"
  /** The same, and what these hold if they are arrays. */
  | "flattened"
  /** The arguments and the callback's results. */
  | "arguments"
  | "callback-results"
  /** The callback's results, and what these hold if they are arrays. */
  | "flattened-results"
  | "nothing";

export interface Effect {
  /** The specification clause or documentation that this row follows. */
  readonly clause: string;
  readonly receiver: ReceiverEffect;
  /** By position; missing ones follow {@link Effect.rest}. */
  readonly arguments?: readonly ArgumentEffect[];
  readonly rest: ArgumentEffect;
  readonly callback?: readonly CallbackArgument[];
  /** What the callback returns is converted, to a number or a string: its own `valueOf` or `toString` may run. */
  readonly convertsResults?: true;
  /** Elements of the receiver may change places: what is known of single positions no longer holds. */
  readonly moves?: true;
  /** The result is made by the constructor of the receiver's own class (ECMA-262 23.1.3.1.1 ArraySpeciesCreate). */
  readonly bySpecies?: true;
  /** The receiver may have been given a `constructor` of its own, if others know it or it holds one. */
  readonly ownConstructor?: true;
  /** An element of the receiver may be gone: nothing is surely at its place any more. */
  readonly removes?: true;
  /** The receiver is a Map: its elements are entries, arrays of a key and a value, and the row speaks of what these hold. */
  readonly entries?: true;
  /** This argument, or its property `body`, is copied if it is bytes, text or a form; a stream or iterator is read later. */
  readonly body?: { readonly argument: number; readonly isProperty: boolean };
  /** The row holds only for calls that leave these arguments out, or give `null` or `undefined` for them. */
  readonly absent?: readonly number[];
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

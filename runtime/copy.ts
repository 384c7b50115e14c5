/**
 * Copies that draw their memory from the pool: what compiled code calls in place of a `slice`, a `map`, `X.from(source)` or
 * `new X(source)` whose result it frees.
 *
 * Idea: the result is overwritten whole, so its memory needs no zeros. Only the plain case is taken: a typed array
 * of exactly a built-in kind, or a plain array. Everything else (subclasses, Node's Buffers, other iterables,
 * strange indices) goes to the language's own function, which also raises its errors.
 *
 * Invariants:
 * - S4: result, errors and their order are those of the function replaced.
 * - S5: every element of the result is written before it is handed out.
 *
 * Example:
 * ```ts
 * sliceOf(new Float64Array([1, 2, 3]), 1); // Float64Array [2, 3]
 * ```
 */
import { makeUninitialized } from "./make.js";
import { type Kind, kindFor } from "./pool.js";

/** A typed array, as far as it matters here. */
interface TypedArray {
  readonly length: number;
  readonly constructor: unknown;
  set(source: ArrayLike<unknown>): void;
  subarray(start: number, end: number): TypedArray;
}

/** What has a `slice`. Its result may be of another type: the slice of a view of shared memory is not shared. */
interface Sliceable {
  slice(start?: number, end?: number): unknown;
}

/** What has a `map`. */
interface Mappable {
  // biome-ignore lint/suspicious/noExplicitAny: each array has its own type of callback.
  map(f: any): unknown;
}

/** A constructor of typed arrays. */
interface Constructor<T> {
  new (source: ArrayLike<unknown>): T;
  from(source: unknown): T;
}

const { getPrototypeOf } = Object;
const iteratorOfArray = Array.prototype[Symbol.iterator];

/** The kind of a typed array that is exactly a built-in one; nothing for anything else. */
function kindOf(x: unknown): Kind | undefined {
  if (!ArrayBuffer.isView(x)) return undefined;
  const kind = kindFor(x.constructor);
  return kind !== undefined && getPrototypeOf(x) === kind.proto ? kind : undefined;
}

/**
 * `source.slice(start, end)`, its memory recycled if possible.
 *
 * @param source a typed array, or whatever else has a `slice`
 * @param start the first index to copy, counted from the end if negative
 * @param end the index after the last to copy, likewise
 * @throws what `source.slice(start, end)` throws
 */
export function sliceOf<S extends Sliceable>(
  source: S,
  start?: number,
  end?: number,
): ReturnType<S["slice"]> {
  type T = ReturnType<S["slice"]>;
  const array = source as unknown as TypedArray;
  const kind = kindOf(source);
  const isPlain = (x: unknown): boolean => x === undefined || typeof x === "number";
  if (kind === undefined || !isPlain(start) || !isPlain(end)) return source.slice(start, end) as T;
  const { length } = array;
  const from = clamp(start ?? 0, length);
  const to = clamp(end ?? length, length);
  // Nothing to copy, or a detached buffer, about which `slice` complains.
  if (to <= from) return source.slice(start, end) as T;
  const copy = makeUninitialized(kind.ctor, to - from) as TypedArray;
  copy.set((to - from === length ? array : array.subarray(from, to)) as unknown as ArrayLike<unknown>);
  return copy as T;
}

/**
 * `source.map(f)`, its memory recycled if possible. Nobody sees the result before it is whole: if `f` throws, it is lost.
 *
 * @param source a typed array, or whatever else has a `map`
 * @param f called with each element, its index and `source`
 * @throws what `source.map(f)` throws
 */
export function mapOf<S extends Mappable>(source: S, f: Parameters<S["map"]>[0]): ReturnType<S["map"]> {
  type T = ReturnType<S["map"]>;
  const array = source as unknown as TypedArray & Readonly<Record<number, unknown>>;
  const kind = kindOf(source);
  if (kind === undefined || typeof f !== "function" || array.length === 0) return source.map(f) as T;
  const { length } = array;
  const copy = makeUninitialized(kind.ctor, length) as unknown as Record<number, unknown>;
  const call = f as (element: unknown, index: number, all: S) => unknown;
  for (let i = 0; i < length; i++) copy[i] = call(array[i], i, source);
  return copy as T;
}

/** A relative index as one from the start, within bounds (ECMA-262 23.2.3.27 steps 4–8). */
function clamp(index: number, length: number): number {
  const whole = Math.trunc(index) || 0;
  return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
}

/** Whether filling `kind` with `set(source)` does what constructing from `source` does. */
function copiesPlainly(kind: Kind, source: unknown): source is ArrayLike<unknown> {
  if (Array.isArray(source)) {
    return getPrototypeOf(source) === Array.prototype && source[Symbol.iterator] === iteratorOfArray;
  }
  const from = kindOf(source);
  // Mixing BigInt kinds with others is an error, which the constructor words.
  return from !== undefined && isBig(from) === isBig(kind);
}

function isBig(kind: Kind): boolean {
  return kind.ctor.name.startsWith("Big");
}

/** `new Ctor(source)` for a source whose elements are copied, its memory recycled if possible. */
export function copyOf<T>(Ctor: Constructor<T>, source: unknown): T {
  return copyInto(Ctor, source) ?? new Ctor(source as ArrayLike<unknown>);
}

/** `Ctor.from(source)`, its memory recycled if possible. */
export function fromOf<T>(Ctor: Constructor<T>, source: unknown): T {
  return copyInto(Ctor, source) ?? Ctor.from(source);
}

function copyInto<T>(Ctor: Constructor<T>, source: unknown): T | undefined {
  const kind = kindFor(Ctor);
  if (kind === undefined || kind.ctor === ArrayBuffer || !copiesPlainly(kind, source)) return undefined;
  if (source.length === 0) return undefined;
  const copy = makeUninitialized(kind.ctor, source.length) as TypedArray;
  copy.set(source);
  return copy as T;
}

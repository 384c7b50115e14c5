/**
 * What compiled code allocates with, where the source says `new`, `slice`, `map` or `from`.
 *
 * Idea: a `scope` frees what was asked of the runtime by name. A buffer of the source's own would live on for as long as
 * somebody has it, whether or not it comes from the pool, so no scope owns it.
 *
 * Invariants:
 * - S4: a program that is compiled frees in a scope what it frees when it is not.
 *
 * Example:
 * ```ts
 * scope(() => {
 *   cache.push(make(Float64Array, 100)); // still there afterwards
 * });
 * ```
 */
import type { LengthConstructor } from "./api.js";
import { unsafeFree } from "./free.js";
import { alloc, allocUninitialized, fill, isDirect, openScope } from "./pool.js";
import { entryOf } from "./storage.js";

/** Takes what `alloc` has just made from the scope that is open. Returns `x`. */
export function disown<T>(x: T): T {
  const entry = openScope && entryOf((x as ArrayBufferView).buffer ?? x);
  if (entry) entry.owner = null;
  return x;
}

/** `alloc` that is no scope's. */
export function make<T>(Ctor: LengthConstructor<T>, length: number): T {
  return disown(alloc(Ctor, length));
}

/**
 * The free of a buffer that the next iteration of a loop may take: `x` itself, or, where frees are watched, preserved or off, `undefined`
 * once it is freed.
 */
export function reuse<T>(x: T): T | undefined {
  if (isDirect) return x;
  unsafeFree(x);
  return undefined;
}

/** Fills a typed array of numbers with zeros: what a loop reuses in the place of a new one. Returns `x`. */
export function zero<T>(x: T): T {
  return fill.call(x as Uint8Array, 0) as T;
}

/** `allocUninitialized` that is no scope's. */
export function makeUninitialized<T>(Ctor: LengthConstructor<T>, length: number): T {
  return disown(allocUninitialized(Ctor, length));
}

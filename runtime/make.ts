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
import { alloc, allocUninitialized, openScope } from "./pool.js";
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

/** `allocUninitialized` that is no scope's. */
export function makeUninitialized<T>(Ctor: LengthConstructor<T>, length: number): T {
  return disown(allocUninitialized(Ctor, length));
}

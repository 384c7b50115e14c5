/**
 * `ts-autofree/runtime/checked`: the same interface, made to catch mistakes.
 *
 * Idea: programs compiled with `--checked` import this module in place of the release runtime, and `AUTOFREE=checked` loads it
 * beside the release runtime of a program that is already compiled. Either way the pool hands everything that is freed to a watch:
 * it is overwritten, held in quarantine and never recycled. `--checked` also has every access to a buffer ask first (`use`,
 * `useWhole`, `useAfter`) and every allocation say where it stands (`born`).
 *
 * Invariants:
 * - The interface is `Runtime` of `api.ts`, with the places of compiled code as further arguments.
 * - A program without mistakes does what it does with the release runtime (S4).
 *
 * Example:
 * ```ts
 * import { alloc, unsafeFree } from "ts-autofree/runtime/checked";
 * const a = alloc(Float64Array, 100);
 * unsafeFree(a);
 * unsafeFree(a); // BufferMistake: Double free: Float64Array of 800 bytes. …
 * ```
 */
import type { LengthConstructor, Limits, Stats } from "./api.js";
import { quarantined } from "./checked/quarantine.js";
import {
  born,
  endQuarantine,
  freeing,
  freeingTogether,
  limitQuarantine,
  scramble,
  startWatch,
  use,
  useAfter,
  useWhole,
} from "./checked/watch.js";
import { freeEach as freeEachElement } from "./each.js";
import { unsafeFree as free } from "./free.js";
import { alloc, configure as configurePool, stats as poolStats, trim as trimPool } from "./pool.js";

export type * from "./api.js";
export { BufferMistake, type MistakeKind } from "./checked/mistakes.js";
export { copyOf, fromOf, mapOf, sliceOf } from "./copy.js";
export { onFree } from "./handlers.js";
export { make, reuse, zero } from "./make.js";
export { preserve } from "./preserve.js";
export { CannotFreeError, mustFree } from "./recurse.js";
export { scope } from "./scope.js";
export { slot, takeFrom, takeUninitializedFrom } from "./slot.js";
export { alloc, born, use, useAfter, useWhole };

startWatch();

/**
 * See `Runtime.allocUninitialized`: reading an element before it was written is a mistake.
 * @param place where it stands in the source, in compiled code
 */
export function allocUninitialized<T>(Ctor: LengthConstructor<T>, length: number, place?: string): T {
  if (place === undefined) return scramble(alloc(Ctor, length));
  const made = born(new Ctor(length), place);
  // What has another length is never recycled, and so arrives zeroed.
  return Number.isInteger(length) ? scramble(made) : made;
}

export { allocUninitialized as makeUninitialized };

/**
 * See `Runtime.unsafeFree`.
 * @param place where it stands in the source, in compiled code
 * @throws {BufferMistake} for a double free, and by hand for a free of what is no buffer
 */
export function unsafeFree(x: unknown, place?: string): undefined {
  if (x !== null && x !== undefined) freeing(place, () => free(x));
}

/** Frees each element of a container; see `each.ts`. */
export function freeEach<T>(
  container: Iterable<T> | null | undefined,
  freeOne?: (element: T) => void,
  place?: string,
): void {
  freeingTogether(() => freeEachElement(container, freeOne ?? ((element) => unsafeFree(element, place))));
}

/** See `Runtime.trim`: looks at all that is in quarantine, and lets it go. */
export function trim(): number {
  return endQuarantine() + trimPool();
}

/** See `Runtime.configure`: `maxBytes` bounds the quarantine. */
export function configure(limits: Limits): void {
  configurePool(limits);
  if (limits.maxBytes !== undefined) limitQuarantine(limits.maxBytes);
}

/** See `Runtime.stats`: nothing is recycled; `bytesHeld` is what is in quarantine. */
export function stats(): Stats {
  return { ...poolStats(), bytesHeld: quarantined() };
}

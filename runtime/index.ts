/**
 * `ts-autofree/runtime`: what compiled code imports, and the calls to use by hand.
 *
 * Idea: a bounded pool of buffers behind `alloc` and `unsafeFree`. The contract, call by call, is in `api.ts`.
 *
 * Invariants: those of `api.ts`. This file only gathers.
 *
 * Example:
 * ```ts
 * import { alloc, unsafeFree } from "ts-autofree/runtime";
 * ```
 */
import "./environment.js";

export type * from "./api.js";
export { copyOf, fromOf, mapOf, sliceOf } from "./copy.js";
export { freeEach } from "./each.js";
export { unsafeFree } from "./free.js";
export { onFree } from "./handlers.js";
export { make, makeUninitialized, reuse, zero } from "./make.js";
export { alloc, allocUninitialized, configure, stats, trim } from "./pool.js";
export { preserve } from "./preserve.js";
export { CannotFreeError, mustFree } from "./recurse.js";
export { scope } from "./scope.js";
export { slot, takeFrom, takeUninitializedFrom } from "./slot.js";

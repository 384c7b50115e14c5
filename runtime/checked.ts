/**
 * `ts-autofree/runtime/checked`: the same interface, made to catch mistakes.
 *
 * Idea: programs compiled with `--checked` import this module in place of the release runtime.
 *
 * Invariants: the interface is `Runtime` of `api.ts`, to the letter. For now it is the release runtime itself.
 *
 * Example:
 * ```ts
 * import { alloc, unsafeFree } from "ts-autofree/runtime/checked";
 * ```
 */
export * from "./index.js";

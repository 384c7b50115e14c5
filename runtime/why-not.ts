/**
 * Why something can't be freed: what `mustFree` says, and the checked runtime counts.
 *
 * Idea: freeing only asks whether; a program that never asks why doesn't carry this. The questions are those of `judge`, in an order
 * in which the first answer is the most telling.
 *
 * Invariants: asked only about what `judge` refused.
 *
 * Example:
 * ```ts
 * whyNot(new Float64Array(100).subarray(1)); // "partial-view"
 * ```
 */

import { canResize, isBuffer, isDetached, kindOf } from "./adopt.js";
import type { CannotFreeReason } from "./api.js";
import { bytesOf, handlerOf, kindName, storageOf } from "./free.js";
import { entryOf, FREED } from "./storage.js";

const { getPrototypeOf } = Object;

/** Why `x` can't be freed. */
export function whyNot(x: unknown): CannotFreeReason {
  try {
    return reasonOf(x);
  } catch {
    return "not-a-buffer"; // a hostile Proxy
  }
}

function reasonOf(x: unknown): CannotFreeReason {
  if (typeof x !== "object" || x === null) return "not-a-buffer";
  if (handlerOf(x)?.isFreed) return "already-freed";
  if (!ArrayBuffer.isView(x)) {
    if (isBuffer(x)) return reasonOfStorage(x, x);
    return isShared(x) ? "shared" : "not-a-buffer";
  }
  if (!kindOf(x) || (kindName(x) === undefined && getPrototypeOf(x) !== DataView.prototype))
    return "subclass";
  return reasonOfStorage(x, storageOf(x));
}

function reasonOfStorage(x: object, buffer: ArrayBuffer): CannotFreeReason {
  if (!isBuffer(buffer)) return "shared";
  const entry = entryOf(buffer);
  if (entry && entry.state & FREED) return "already-freed";
  if (getPrototypeOf(buffer) !== ArrayBuffer.prototype) return "subclass";
  if (isDetached(buffer)) return "detached";
  if (canResize(buffer)) return "resizable";
  if (ArrayBuffer.isView(x) && bytesOf(x) !== buffer.byteLength) return "partial-view";
  return Reflect.ownKeys(buffer).length > 0 ? "own-properties" : "host-memory";
}

/** Whether `x` is a SharedArrayBuffer. */
export function isShared(x: object): boolean {
  return typeof SharedArrayBuffer === "function" && x instanceof SharedArrayBuffer;
}

/** Kind and size of a view, for messages. */
export function nameView(x: ArrayBufferView): string {
  const name = kindName(x);
  return name ? `${name} of ${bytesOf(x)} bytes` : "DataView";
}

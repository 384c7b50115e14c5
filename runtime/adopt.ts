/**
 * Storage that `alloc` didn't make: taken in by `mustFree`, by `preserve` and `scope`, and by the checked runtime.
 *
 * Idea: it gets an entry, and with that becomes storage like any other. It is first tested for being the host's. That and the new
 * view cost a few microseconds, and a program that frees more foreign storage than it allocates gains nothing by it: so a list
 * takes only a few.
 *
 * Invariants:
 * - S8: storage that somebody else may use (shared, of a WebAssembly memory, a slab of Node's Buffers) gets no entry.
 * - It is recycled with a view of its own, since properties that someone put on the old one can't be told from its elements at a
 *   bearable cost.
 *
 * Example:
 * ```ts
 * mustFree(new Float64Array(100)); // the next alloc(Float64Array, 100) gets its storage
 * ```
 */
import { getter, isWhole, kindName, storageOf } from "./free.js";
import { enabled, type Kind, kindFor, listFor, poolable } from "./pool.js";
import { type Entry, entryOf, register } from "./storage.js";

/** A list takes in foreign storage only while it is shorter than this. */
const ADOPTED = 4;

const byteLengthOf = getter<number>(ArrayBuffer.prototype, "byteLength");
/** Absent in old browsers. */
const isResizable = getter<boolean>(ArrayBuffer.prototype, "resizable") as (() => boolean) | undefined;
const bufferKind = kindFor(ArrayBuffer) as Kind;

/** Whether `x` is an ArrayBuffer, of any realm, by its internal slots. */
export function isBuffer(x: object): x is ArrayBuffer {
  try {
    byteLengthOf.call(x);
    return true;
  } catch {
    return false;
  }
}

/** Whether a buffer can change its size. */
export function canResize(buffer: ArrayBuffer): boolean {
  return isResizable?.call(buffer) ?? false;
}

/** The kind that a whole view or a buffer would be recycled as. */
export function kindOf(x: object): Kind | undefined {
  if (!ArrayBuffer.isView(x) || kindName(x) === undefined) return bufferKind;
  const kind = kindFor((Object.getPrototypeOf(x) as { constructor?: unknown } | null)?.constructor);
  return kind && kind.ctor.name === kindName(x) && kind.proto === Object.getPrototypeOf(x) ? kind : undefined;
}

/** The bytes of one element; 1 for an ArrayBuffer. */
export function elementBytes({ ctor }: Kind): number {
  return (ctor as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
}

/**
 * An entry for foreign storage that may be freed.
 *
 * @param x a buffer or a view of the whole of one, without an entry
 * @param always also if the pool doesn't want it
 * @returns `null` for what may be freed and isn't wanted; `undefined` for what may not be freed
 */
export function adopt(x: object, { always }: { readonly always: boolean }): Entry | null | undefined {
  if (!enabled) return null;
  const buffer = ArrayBuffer.isView(x) ? storageOf(x) : x;
  const kind = kindOf(x);
  if (!kind || !isBuffer(buffer) || entryOf(buffer)) return undefined;
  const bytes = buffer.byteLength;
  const list = listFor(kind, bytes / elementBytes(kind), bytes);
  if (!isWhole(x, buffer) || Object.getPrototypeOf(buffer) !== ArrayBuffer.prototype) return undefined;
  if (canResize(buffer) || isDetached(buffer) || Reflect.ownKeys(buffer).length > 0) return undefined;
  if (hostOwns(buffer)) return undefined;
  if (!always && !(poolable(bytes) && list.free.length < ADOPTED)) return null;
  const View = kind.ctor as unknown as new (buffer: ArrayBuffer) => object;
  return register(kind === bufferKind ? buffer : new View(buffer), buffer, list);
}

export function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Whether this engine tells a buffer that can't be transferred from one named twice: tried on a known case. */
let exact: boolean | undefined;

/**
 * Whether the host keeps hold of this storage: a WebAssembly memory, or the slab of Node's small Buffers. Such
 * buffers can't be transferred, and asking to transfer one twice fails for every buffer, before anything is
 * detached: only the complaint differs. Where it doesn't (some browsers), every multiple of 64 KiB is suspect.
 */
export function hostOwns(buffer: ArrayBuffer): boolean {
  exact ??=
    typeof WebAssembly === "undefined" ||
    !transferable(new WebAssembly.Memory({ initial: 1 }).buffer as ArrayBuffer);
  return exact ? !transferable(buffer) : buffer.byteLength % 65536 === 0;
}

function transferable(buffer: ArrayBuffer): boolean {
  try {
    structuredClone(0, { transfer: [buffer, buffer] });
    return false;
  } catch (error) {
    return /duplicate/i.test((error as Error).message);
  }
}

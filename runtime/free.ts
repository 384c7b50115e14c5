/**
 * Freeing: which storage goes into the pool, and `unsafeFree`.
 *
 * Idea: most frees are of a view that `alloc` handed out a moment ago, so `unsafeFree` first looks there, by
 * identity. Everything else goes to `judge`, which finds the storage's entry. Storage without one, that `alloc` didn't make, is left
 * to the collector: taking it in costs more than it saves (`mustFree` does, see `adopt.ts`).
 *
 * Invariants:
 * - S2: only an entry that is LENT is put into the pool.
 * - S8: storage that isn't covered whole is not freed, nor by a view that isn't exactly a built-in of this realm.
 * - Nothing of the user's runs in `unsafeFree`, but for `onFree` handlers and traps of a Proxy given to it.
 *
 * Example:
 * ```ts
 * const a = alloc(Float64Array, 100);
 * unsafeFree(a.subarray(1)); // nothing: a part
 * unsafeFree(new Uint8Array(a.buffer)); // frees `a`
 * ```
 */
import { enabled, isIntact, put, putLately, small, watch } from "./pool.js";
import { Entry, entryOf, FREED, LENT, PRESERVED, PRESERVED_FREED } from "./storage.js";

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
/** The getter of a built-in, to be called on what may have been tampered with. */
export const getter = <T>(proto: object, key: PropertyKey) =>
  getOwnPropertyDescriptor(proto, key)?.get as () => T;

const typedArray = getPrototypeOf(Uint8Array.prototype) as object;
const dataView = DataView.prototype;
const nameOf = getter<string | undefined>(typedArray, Symbol.toStringTag);
const [viewBuffer, dataViewBuffer] = [typedArray, dataView].map((x) => getter<ArrayBuffer>(x, "buffer"));
const [viewLength, dataViewLength] = [typedArray, dataView].map((x) => getter<number>(x, "byteLength"));

/** The buffer under a view, whatever was done to the view's properties. */
export function storageOf(x: ArrayBufferView): ArrayBuffer {
  return ((nameOf.call(x) ? viewBuffer : dataViewBuffer) as () => ArrayBuffer).call(x);
}

/** The bytes that a view covers, likewise. */
export function bytesOf(x: ArrayBufferView): number {
  return ((nameOf.call(x) ? viewLength : dataViewLength) as () => number).call(x);
}

/** The name of the kind that a typed array is, likewise; `undefined` for a DataView. */
export function kindName(x: ArrayBufferView): string | undefined {
  return nameOf.call(x);
}

/** A storage, an object with its handler; `undefined` for what can't be freed, or is left to the collector. */
export type Verdict = Entry | Handled | undefined;

/** An object of a type known from `onFree`. */
export interface Handled {
  readonly isFreed: boolean;
  /** Frees it, now or when `preserve` lets go; throws what its handler throws. */
  free(): void;
}

/** Finds what `onFree` knows about an object. Installed by `handlers.ts`, so that programs without `onFree` don't carry it. */
export let handlerOf: (x: object) => Handled | undefined = () => undefined;
export function setHandlers(find: typeof handlerOf): void {
  handlerOf = find;
}

/** See `Runtime.unsafeFree`: frees `x` if that is possible; never throws. */
export function unsafeFree(x: unknown): undefined {
  if (!putLately(x) && x) freeQuietly(x);
}

function freeQuietly(x: unknown): void {
  let isDone: unknown;
  try {
    if (ArrayBuffer.isView(x) && x.byteLength <= small) return;
    const verdict = judge(x as object);
    isDone = verdict;
    if (verdict) isDone = execute(verdict);
  } catch {
    // A hostile Proxy, a throwing handler, a detached DataView: not freed.
  }
  if (!isDone) watch?.refused(x);
}

/** Does what the verdict allows, or notes it for the end of `preserve`; says if so. Throws what a handler throws. */
export function execute(verdict: Entry | Handled): boolean {
  if (!(verdict instanceof Entry)) verdict.free();
  else if (verdict.state === PRESERVED) verdict.state = PRESERVED_FREED;
  else if (verdict.state === LENT && isIntact(verdict.obj as never, verdict.list)) put(verdict);
  else return false;
  return true;
}

/** What freeing `x` means, if it is known from `alloc` or `onFree`. Throws for what is no object. */
export function judge(x: object): Verdict {
  if (!enabled) return undefined;
  const isView = ArrayBuffer.isView(x);
  const buffer = isView ? storageOf(x) : (x as ArrayBuffer);
  const entry = entryOf(buffer);
  if (!entry) {
    const found = handlerOf(x);
    return found?.isFreed ? undefined : found;
  }
  if (entry.state & FREED || !isWhole(x, buffer)) return undefined;
  // Properties of its own would be handed out with it.
  return entry.obj === buffer && Reflect.ownKeys(buffer).length > 0 ? undefined : entry;
}

/** Whether `x` is a buffer, or a built-in view that covers it. */
export function isWhole(x: object, buffer: ArrayBuffer): boolean {
  if (x === buffer) return getPrototypeOf(x) === ArrayBuffer.prototype;
  const proto = getPrototypeOf(x);
  const isBuiltIn = proto === dataView || (proto && getPrototypeOf(proto) === typedArray);
  return isBuiltIn && bytesOf(x as ArrayBufferView) === buffer.byteLength;
}

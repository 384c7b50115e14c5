/**
 * Freeing: which storage may go into the pool, and `unsafeFree`, `mustFree`, `onFree`, `preserve`.
 *
 * Idea: most frees are of a view that `alloc` handed out a moment ago, so `unsafeFree` first looks there, by
 * identity. Everything else goes to `judge`, which finds the storage's entry, adopts storage that `alloc` didn't
 * make, or answers with a reason why it can't be freed. `unsafeFree` ignores the reason, `mustFree` throws it.
 *
 * Invariants:
 * - S2: only an entry that is LENT is put into the pool.
 * - S8: storage that somebody else may use (shared, of a WebAssembly memory, a slab of Node's Buffers, one
 *   that isn't covered whole) is not freed, nor is anything that isn't exactly a built-in of this realm.
 * - Nothing of the user's runs in `unsafeFree`, but for `onFree` handlers and traps of a Proxy given to it.
 *
 * Example:
 * ```ts
 * unsafeFree(new Float64Array(100).subarray(1)); // nothing: a part
 * mustFree(new Float64Array(100).subarray(1)); // CannotFreeError, reason "partial-view"
 * ```
 */
import type { CannotFreeReason } from "./api.js";
import { isEnabled, type Kind, kinds, lately, listFor, poolable, put, SMALL } from "./pool.js";
import { Entry, entryOf, FREED, LENT, PRESERVED, register } from "./storage.js";

/** Adopted storage (that `alloc` didn't make) is kept only while a list is shorter than this: see `judge`. */
const ADOPTED = 4;

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
/** The getter of a built-in, to be called on what may have been tampered with. */
const getter = <T>(proto: object, key: PropertyKey) => getOwnPropertyDescriptor(proto, key)?.get as () => T;

const typedArray = getPrototypeOf(Uint8Array.prototype) as object;
const nameOf = getter<string | undefined>(typedArray, Symbol.toStringTag);
const viewBuffer = getter<ArrayBuffer>(typedArray, "buffer");
const dataViewBuffer = getter<ArrayBuffer>(DataView.prototype, "buffer");
const viewLength = getter<number>(typedArray, "byteLength");
const dataViewLength = getter<number>(DataView.prototype, "byteLength");
const byteLengthOf = getter<number>(ArrayBuffer.prototype, "byteLength");
/** Absent in old browsers. */
const isResizable = getter<boolean>(ArrayBuffer.prototype, "resizable") as (() => boolean) | undefined;
const kindByName = new Map<string | undefined, Kind>();
for (const kind of kinds.values()) kindByName.set(kind.ctor.name, kind);
const bufferKind = kinds.get(ArrayBuffer) as Kind;

/** Freed, but not worth pooling: left to the collector. */
const DROP = null;

/** A storage, nothing but the collector's business (`DROP`), an object with its handler, or why not. */
export type Verdict = Entry | typeof DROP | Handled | CannotFreeReason;

/** An object of a type known from `onFree`. */
export class Handled {
  readonly x: object;
  readonly free: (x: object) => void;
  constructor(x: object, free: (x: object) => void) {
    this.x = x;
    this.free = free;
  }
}

const handlers = new Map<unknown, (x: object) => void>();
const handled = new WeakSet<object>();

/** See `Runtime.onFree`: teaches another type. */
export function onFree<T extends object>(
  Type: abstract new (...args: never) => T,
  free: (x: T) => void,
): void {
  if (typeof Type !== "function" || typeof free !== "function") {
    throw new TypeError("onFree takes a class and a function that frees its instances");
  }
  handlers.set(Type.prototype, free as (x: object) => void);
}

function handlerOf(x: object): Handled | "already-freed" | undefined {
  if (handlers.size === 0) return undefined;
  for (let proto = getPrototypeOf(x); proto !== null; proto = getPrototypeOf(proto)) {
    const free = handlers.get(proto);
    if (free) return handled.has(x) ? "already-freed" : new Handled(x, free);
  }
  return undefined;
}

/** Whether `onFree` knows the type of `x`. */
export function isKnownType(x: object): boolean {
  return handlerOf(x) !== undefined;
}

/** See `Runtime.unsafeFree`: frees `x` if that is possible; never throws. */
export function unsafeFree(x: unknown): undefined {
  const entry = lately(x);
  if (entry !== undefined && entry.state === LENT && intact(entry)) put(entry);
  else if (x) freeQuietly(x);
}

/** Whether what `alloc` made still is what it was: not detached, prototype not replaced. */
function intact({ obj, list }: Entry): boolean {
  const length = (obj as Uint8Array).length ?? (obj as ArrayBuffer).byteLength;
  return length === list.length && getPrototypeOf(obj) === list.kind.proto;
}

function freeQuietly(x: unknown): void {
  try {
    if (ArrayBuffer.isView(x) && x.byteLength <= SMALL) return;
    const verdict = judge(x, WANTED);
    if (typeof verdict !== "string") execute(verdict);
  } catch {
    // A hostile Proxy, a throwing handler, a detached DataView: not freed.
  }
}

/** Does what the verdict allows, or notes it for the end of `preserve`. Throws what a handler throws. */
export function execute(verdict: Exclude<Verdict, string>): void {
  if (verdict === DROP) return;
  const pin = pins.get(keyOf(verdict));
  if (pin) {
    pin.freed = verdict;
  } else if (verdict instanceof Entry) {
    if (verdict.state === LENT && intact(verdict)) put(verdict);
  } else if (!handled.has(verdict.x)) {
    handled.add(verdict.x);
    verdict.free(verdict.x);
  }
}

/** How far `judge` goes with storage that has no entry: adopt it if the pool wants it; */
const WANTED = 0;
/** the same, but test it in any case, to know the reason; */
export const TESTED = 1;
/** give it an entry in any case. */
export const ALWAYS = 2;

/** What freeing `x` means. */
export function judge(x: unknown, how: number): Verdict {
  if (!isEnabled()) return DROP;
  if (typeof x !== "object" || x === null) return "not-a-buffer";
  if (!ArrayBuffer.isView(x)) {
    const found = handlerOf(x);
    if (found) return found;
    if (isBuffer(x)) return judgeStorage(x, x, bufferKind, how);
    return isShared(x) ? "shared" : "not-a-buffer";
  }
  const kind = kindByName.get(nameOf.call(x)) ?? bufferKind;
  if (getPrototypeOf(x) !== (kind === bufferKind ? DataView.prototype : kind.proto)) {
    return handlerOf(x) ?? "subclass";
  }
  return judgeStorage(x, storageOf(x), kind, how);
}

/** The buffer under a view, whatever was done to the view's properties. */
export function storageOf(x: ArrayBufferView): ArrayBuffer {
  return (nameOf.call(x) ? viewBuffer : dataViewBuffer).call(x);
}

/** Kind and size of a view, for messages. */
export function nameView(x: ArrayBufferView): string {
  const name = nameOf.call(x);
  return name ? `${name} of ${viewLength.call(x)} bytes` : "DataView";
}

/**
 * Storage without an entry came from elsewhere. It is adopted with a new view, since properties that someone put
 * on the old one can't be told from its elements at a bearable cost. Testing and adopting cost a few microseconds,
 * and a program that frees more foreign storage than it allocates gains nothing by it: so a list takes only a few.
 */
function judgeStorage(x: object, buffer: ArrayBuffer, kind: Kind, how: number): Verdict {
  if (!isBuffer(buffer)) return "shared";
  const entry = entryOf(buffer);
  if (entry?.state === FREED) return "already-freed";
  const bytes = byteLengthOf.call(buffer);
  const list = entry?.list ?? listFor(kind, bytes / kind.elementBytes, bytes);
  const wanted = entry || how === ALWAYS || (poolable(bytes) && list.free.length < ADOPTED);
  if (!wanted && how === WANTED) return DROP;
  if (getPrototypeOf(buffer) !== ArrayBuffer.prototype) return "subclass";
  if (bytes === 0 && isDetached(buffer)) return "detached";
  if (isResizable?.call(buffer)) return "resizable";
  if (x !== buffer && (nameOf.call(x) ? viewLength : dataViewLength).call(x) !== bytes) return "partial-view";
  if ((!entry || entry.obj === buffer) && Reflect.ownKeys(buffer).length > 0) return "own-properties";
  if (entry) return entry;
  if (hostOwns(buffer, bytes)) return "host-memory";
  if (!wanted) return DROP;
  const View = kind.ctor as unknown as new (buffer: ArrayBuffer) => object;
  return register(kind === bufferKind ? buffer : new View(buffer), buffer, list);
}

/** Whether `x` is an ArrayBuffer, of any realm, by its internal slots. */
function isBuffer(x: object): x is ArrayBuffer {
  try {
    byteLengthOf.call(x);
    return true;
  } catch {
    return false;
  }
}

/** Whether `x` is a SharedArrayBuffer. */
export function isShared(x: object): boolean {
  return typeof SharedArrayBuffer === "function" && x instanceof SharedArrayBuffer;
}

function isDetached(buffer: ArrayBuffer): boolean {
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
function hostOwns(buffer: ArrayBuffer, bytes: number): boolean {
  exact ??=
    typeof WebAssembly === "undefined" ||
    !transferable(new WebAssembly.Memory({ initial: 1 }).buffer as ArrayBuffer);
  return exact ? !transferable(buffer) : bytes % 65536 === 0;
}

function transferable(buffer: ArrayBuffer): boolean {
  try {
    structuredClone(0, { transfer: [buffer, buffer] });
    return false;
  } catch (error) {
    return /duplicate/i.test((error as Error).message);
  }
}

/** One `preserve` in progress, or several of the same thing. */
interface Pin {
  count: number;
  freed: Entry | Handled | undefined;
}
const pins = new Map<object, Pin>();

const keyOf = (verdict: Entry | Handled): object => (verdict instanceof Entry ? verdict : verdict.x);

/** See `Runtime.preserve`: frees of `x` during `fn` wait until it ends. */
export function preserve<R>(x: unknown, fn: () => R): R {
  const verdict = entryFor(x);
  if (verdict === undefined) return fn();
  const key = keyOf(verdict);
  let pin = pins.get(key);
  if (!pin) {
    pin = { count: 0, freed: undefined };
    pins.set(key, pin);
  }
  pin.count++;
  if (verdict instanceof Entry) verdict.state = PRESERVED;
  return finallyDo(fn, () => unpin(key, pin));
}

function unpin(key: object, pin: Pin): void {
  if (--pin.count > 0) return;
  pins.delete(key);
  if (key instanceof Entry) key.state = LENT;
  if (pin.freed) execute(pin.freed);
}

/** What a free of `x`'s storage would be about, for a part of it too. Nothing if such frees do nothing. */
export function entryFor(x: unknown): Entry | Handled | undefined {
  try {
    const verdict = judge(ArrayBuffer.isView(x) ? storageOf(x) : x, ALWAYS);
    return typeof verdict === "string" || verdict === DROP ? undefined : verdict;
  } catch {
    return undefined;
  }
}

/** Runs `fn`, then `end`: when it returns, throws, or its promise settles. */
export function finallyDo<R>(fn: () => R, end: (result?: unknown) => void): R {
  let result: R;
  try {
    result = fn();
  } catch (error) {
    end();
    throw error;
  }
  if (!(result instanceof Promise)) {
    end(result);
    return result;
  }
  const settled = (value: unknown) => {
    end(value);
    return value;
  };
  const failed = (error: unknown) => {
    end();
    throw error;
  };
  return result.then(settled, failed) as R;
}

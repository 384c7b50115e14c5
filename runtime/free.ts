/**
 * Freeing: which storage may go into the pool, and `unsafeFree`.
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
import {
  isEnabled,
  isIntact,
  type Kind,
  kinds,
  listFor,
  poolable,
  put,
  putLately,
  small,
  watch,
} from "./pool.js";
import { Entry, entryOf, FREED, LENT, PRESERVED, PRESERVED_FREED, register } from "./storage.js";

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
export interface Handled {
  /** Frees it, now or when `preserve` lets go; throws what its handler throws. */
  free(): void;
}

/** Finds what `onFree` knows about an object. Installed by `handlers.ts`, so that programs without `onFree` don't carry it. */
export let handlerOf: (x: object) => Handled | "already-freed" | undefined = () => undefined;
export function setHandlers(find: typeof handlerOf): void {
  handlerOf = find;
}

/** See `Runtime.unsafeFree`: frees `x` if that is possible; never throws. */
export function unsafeFree(x: unknown): undefined {
  if (!putLately(x) && x) freeQuietly(x);
}

function freeQuietly(x: unknown): void {
  let verdict: Verdict = "not-a-buffer";
  try {
    if (ArrayBuffer.isView(x) && x.byteLength <= small) return;
    verdict = judge(x, WANTED);
    if (typeof verdict !== "string") execute(verdict);
  } catch {
    // A hostile Proxy, a throwing handler, a detached DataView: not freed.
  }
  if (typeof verdict === "string") watch?.refused(x, verdict);
}

/** Does what the verdict allows, or notes it for the end of `preserve`. Throws what a handler throws. */
export function execute(verdict: Exclude<Verdict, string>): void {
  if (!(verdict instanceof Entry)) verdict?.free();
  else if (verdict.state === PRESERVED) verdict.state = PRESERVED_FREED;
  else if (verdict.state === LENT && isIntact(verdict.obj as never, verdict.list)) put(verdict);
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
  if (entry?.state === FREED || entry?.state === PRESERVED_FREED) return "already-freed";
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

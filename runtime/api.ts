/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The contract of `ts-autofree/runtime`: what each call means, takes, gives back and throws.
 *
 * Idea: compiled code asks `alloc` for a buffer where the source said `new Float64Array(n)`, and hands it
 * to `unsafeFree` where the compiler proved it dead. Freed storage waits in a bounded pool and the next
 * `alloc` of the same kind and length gets it back, so that the garbage collector never sees it.
 *
 * Invariants (numbers as in the design document):
 * - S2: no storage is in the pool twice, and none is handed out twice at one time.
 * - S4: apart from memory and time, `alloc(C, n)` is `new C(n)`, and `unsafeFree` does nothing observable.
 * - S5: what `alloc` returns reads as zeros.
 * - S8: what the runtime isn't sure about, it leaves to the collector.
 *
 * Example:
 * ```ts
 * import { alloc, unsafeFree } from "ts-autofree/runtime";
 * const tmp = alloc(Float64Array, 1024);
 * const total = work(tmp);
 * unsafeFree(tmp); // never touch `tmp`, or any view of its storage, after this line
 * ```
 */

/** A constructor that takes a length: any typed array's, `ArrayBuffer`, or a class of yours. */
export type LengthConstructor<T> = new (length: number) => T;

/** Why `mustFree` could not free. A closed list; `CannotFreeError.reason` is always one of them. */
export type CannotFreeReason =
  | "not-a-buffer"
  | "shared"
  | "host-memory"
  | "resizable"
  | "detached"
  | "partial-view"
  | "subclass"
  | "own-properties"
  | "already-freed"
  | "handler-threw";

/** Options of `mustFree`. */
export interface MustFreeOptions {
  /** Also free the buffers held in fields and elements of `x`, however deep. Default `false`. */
  readonly recurse?: boolean;
}

/** Bounds of the pool, for `configure`. Absent fields keep their value. */
export interface Limits {
  /** Most bytes the pool holds while nobody uses them. Default 64 MiB; `0` holds nothing. */
  readonly maxBytes?: number;
  /** Buffers of this many bytes or more are never held. Default 16 MiB. */
  readonly maxBufferBytes?: number;
}

/** Counts for one kind of buffer. */
export interface KindStats {
  /** Calls of `alloc` and `allocUninitialized` that gave a buffer of this kind. */
  readonly allocs: number;
  /** How many of them were answered from the pool. */
  readonly recycled: number;
  /** Buffers of this kind that were freed. */
  readonly freed: number;
}

/** What `stats()` returns: counts since the program began, and the pool as it is now. */
export interface Stats extends KindStats {
  /** `false` when `AUTOFREE=off` or `ts-autofree/runtime/off` made frees do nothing. */
  readonly enabled: boolean;
  /** Bytes of storage in the pool now, bookkeeping (estimated) included. */
  readonly bytesHeld: number;
  /** The most that `bytesHeld` has been. */
  readonly peakBytesHeld: number;
  /** Buffers in the pool now. */
  readonly buffersHeld: number;
  /** The bound on `bytesHeld`. */
  readonly maxBytes: number;
  /** The counts again for each kind that was used, by constructor name. */
  readonly perType: Readonly<Record<string, KindStats>>;
}

/** Room for one small buffer, for an allocation site of compiled code. */
export interface Slot {
  /**
   * `alloc`, from this slot if what waits there is of that kind and length. No scope owns it.
   *
   * @param Ctor as for `alloc`.
   * @param length as for `alloc`.
   * @throws as `alloc`.
   */
  take<T>(Ctor: LengthConstructor<T>, length: number): T;
  /** The same with arbitrary contents, as `allocUninitialized`. */
  takeUninitialized<T>(Ctor: LengthConstructor<T>, length: number): T;
  /**
   * `unsafeFree`, into this slot if it handed out `x` last and `x` is small.
   *
   * @param x what to free.
   * @param length its `length` now, or `undefined` where there is none.
   */
  give(x: unknown, length: number | undefined): void;
}

/** What `scope` passes to its function, or returns without one. */
export interface Scope {
  /** `alloc`, owned by this scope. Needed in an async scope after its first `await`. */
  alloc<T>(Ctor: LengthConstructor<T>, length: number): T;
  /** Makes this scope own `x` (a buffer that `alloc` made), as if it had been allocated inside. Returns `x`. */
  own<T>(x: T): T;
  /** Gives up `x`, by any view of it, so that it outlives the scope. Returns `x`. */
  keep<T>(x: T): T;
  /** Ends the scope: frees what it owns. For `using`; a scope with a function ends by itself. */
  [Symbol.dispose](): void;
}

/** The whole interface; the release runtime and the checked runtime both have exactly this shape. */
export interface Runtime {
  /**
   * A zeroed buffer, as `new Ctor(length)` gives it: recycled if one of that kind and length is free.
   *
   * @param Ctor a typed array constructor or `ArrayBuffer`. Anything else goes to `new Ctor(length)` untouched.
   * @param length elements (bytes for `ArrayBuffer`). Whatever `new Ctor` makes of a strange value, `alloc` makes of it.
   * @throws what `new Ctor(length)` throws. When memory is short the pool is given back and `new` is tried once more.
   * @example const a = alloc(Float64Array, 256); // 256 zeros
   */
  alloc<T>(Ctor: LengthConstructor<T>, length: number): T;

  /**
   * `alloc` without the zeros: the contents are arbitrary. For buffers whose every element is written before
   * any is read.
   *
   * @param Ctor as for `alloc`.
   * @param length as for `alloc`.
   * @throws as `alloc`.
   * @example const copy = allocUninitialized(Uint8Array, source.length); copy.set(source);
   */
  allocUninitialized<T>(Ctor: LengthConstructor<T>, length: number): T;

  /**
   * Gives the storage of `x` to the pool, if that is certainly possible; else does nothing. Never throws.
   * After it, `x` and every other view of its storage must not be used. Nothing is detached: a use after free
   * reads another's data, which is what the checked runtime is for.
   *
   * @param x an `ArrayBuffer`, or a typed array or `DataView` that covers the whole of its buffer, or an
   *   instance of a type known from `onFree`. Anything else, also `null` and `undefined`, is ignored, and
   *   storage that the runtime did not hand out (of `new`, `map`, a library) is left to the collector.
   * @returns always `undefined`, so that `h = unsafeFree(h)` also forgets the buffer.
   * @example tmp = unsafeFree(tmp);
   */
  unsafeFree(x: unknown): undefined;

  /**
   * A new slot, for one place of a program that allocates and frees: what it frees there waits for it, at most 4 KiB.
   * Compiled code has one for a site that may make small buffers. What waits is not in `stats().bytesHeld`; `trim` lets go of it.
   *
   * @example
   * const scratch = slot();
   * const tmp = scratch.take(Float64Array, 3); // zeros
   * scratch.give(tmp, tmp.length); // never touch `tmp` after this line
   */
  slot(): Slot;

  /**
   * `unsafeFree` that says when it can't.
   *
   * @param x what to free. With `recurse`, an object, array, `Map` or `Set` whose buffers are to be freed.
   * @param options `recurse`: also free what `x` holds, through cycles too. Nothing is freed if anything can't be.
   * @throws {CannotFreeError} naming what could not be freed, why, and the remedy.
   * @example mustFree({ re, im }, { recurse: true });
   */
  mustFree(x: unknown, options?: MustFreeOptions): void;

  /**
   * Runs `fn`; when it ends, by returning or by throwing, frees what `alloc` made inside and `fn` doesn't return.
   *
   * What is returned, also deep inside plain objects, arrays, Maps and Sets, is carried out: to the enclosing
   * scope if there is one. A returned function, or an instance of a class, may hide a buffer: then nothing is freed.
   * When `fn` is async the scope ends with its promise; allocations after the first `await` count only if made
   * through the scope itself (`s.alloc`), since nothing else tells them from those of other code running meanwhile.
   *
   * @param fn called with the scope.
   * @returns what `fn` returns.
   * @throws what `fn` throws.
   * @example const sum = scope(() => total(alloc(Float64Array, 512)));
   */
  scope<R>(fn: (scope: Scope) => R): R;

  /**
   * A scope without a function, for `using`: it owns what is made through it (`s.alloc`, `s.own`), and frees that when it
   * is disposed of.
   *
   * @returns the scope.
   * @example using s = scope(); const tmp = s.alloc(Float64Array, 512); // freed at the end of the block
   */
  scope(): Scope;

  /**
   * Runs `fn`; frees of `x` (of any view of its storage) meanwhile take effect only when it ends.
   *
   * @param x the buffer to keep.
   * @param fn what needs it. If it returns a promise, `x` is kept until that settles.
   * @returns what `fn` returns.
   * @throws what `fn` throws.
   * @example await preserve(buf, () => file.write(buf));
   */
  preserve<R>(x: unknown, fn: () => R): R;

  /**
   * Teaches `unsafeFree` and `mustFree` another type. Each instance is freed at most once.
   *
   * @param Type a class; its instances and those of its subclasses are meant.
   * @param free called with the instance. What it throws is ignored by `unsafeFree` and reported by `mustFree`.
   * @throws {TypeError} when `Type` is no class or `free` no function.
   * @example onFree(GPUBuffer, (b) => b.destroy());
   */
  onFree<T extends object>(Type: abstract new (...args: never) => T, free: (x: T) => void): void;

  /**
   * Counts, and the pool's contents in bytes.
   * @returns a snapshot.
   * @example console.log(stats().recycled / stats().allocs);
   */
  stats(): Stats;

  /**
   * Gives all held memory back to the collector.
   * @returns the bytes that were held.
   * @example setInterval(trim, 60_000);
   */
  trim(): number;

  /**
   * Bounds the pool.
   * @param limits see `Limits`; takes effect at once.
   * @throws {RangeError} for a bound that is not a number ≥ 0.
   * @example configure({ maxBytes: 8 * 2 ** 20 });
   */
  configure(limits: Limits): void;
}

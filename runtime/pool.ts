/**
 * The pool: free lists of views by kind and length, the byte budget over them, and `alloc`.
 *
 * Idea: what is recycled is the view object, since making a new view over old storage costs as much as several
 * small loops. `alloc` is a look-up and a pop. Odd lengths need no test: only ordinary integers are ever keys, so
 * anything else misses and reaches `new Ctor(length)` as it is (S4).
 *
 * Invariants:
 * - S2: an entry is on a list if and only if it was pushed there by `put`, which takes it from LENT to FREED.
 * - S5: `alloc` fills what it recycles with zeros.
 * - `held` is the sum of `cost` over all entries on lists, and never more than `maxBytes`.
 * - A list whose `age` is the current one is in its kind's map. Lists to which nothing was freed for a whole generation go
 *   first. Those of buffers too large to be held never have the current one.
 *
 * Example:
 * ```ts
 * const a = alloc(Uint8Array, 100);
 * put(entryOf(a.buffer)!);
 * alloc(Uint8Array, 100) === a; // true
 * ```
 */
import type { KindStats, LengthConstructor, Limits, Stats } from "./api.js";
import { Entry, entryOf, FREED, LENT, type Owner, register, WAITING, type Watch } from "./storage.js";

/** Views of up to this many bytes live on the JavaScript heap, where `new` is cheap. The watch wants them all. */
export let small = 64;
/** What an entry costs beside its storage: view, ArrayBuffer, backing store record, entry (an estimate). */
const OVERHEAD = 256;
/** Views of up to this many bytes are remembered by identity when lent, for the fast path of `unsafeFree`. */
const NEAR = 1 << 16;
/** How many of them, at most; a power of two. */
const RECENT = 8;
/** `memo` has one place more than this; a power of two. */
const MEMO_MASK = 15;
/** So many elements are small in every kind. */
let tiny = 8;

let maxBytes = 64 << 20;
let maxBufferBytes = 16 << 20;
let held = 0;
let peak = 0;
/** `held` may grow to here without a look at the budget: the smaller of `peak` and `maxBytes`. */
let unchecked = 0;
/** Goes up with every quarter of the budget that had to be allocated anew: the clock by which a list is idle. */
let generation = 0;
let newBytes = 0;
export let openScope: Owner | null = null;
/**
 * Where the last buffer is that was freed and is too large to be held: it costs the budget nothing, and stays until another comes or
 * the next collection begins, so that its memory is given back about when it would be if it had been dropped. (Of the ways to hold
 * it weakly, a WeakRef would keep all that were freed alive until the end of the job.)
 */
let large: FreeList | null = null;
const untilCollection = new FinalizationRegistry(dropLarge);
/** Whether frees do anything. */
export let enabled = true;
export let watch: Watch | null = null;
/** Whether nobody but the pool is to know of what is allocated and freed, so that slots may do it by themselves. */
export let isDirect = true;
/** What the pool has to do with a slot; see `slot.ts`. */
export interface PoolSlot {
  /** What was freed into it. */
  readonly waiting: readonly Entry[];
  /** Tells the entry's kind how often it was handed out again. */
  settle(): void;
  /** Has nothing any more, wherever the entry is. */
  forget(): void;
}
export const slots: PoolSlot[] = [];

type View = Uint8Array<ArrayBuffer>;

/** One constructor that is recycled. */
export class Kind {
  fresh = 0;
  recycled = 0;
  freed = 0;
  readonly lists = new Map<unknown, FreeList>();
  readonly ctor: LengthConstructor<object>;
  readonly proto: object;
  constructor(ctor: LengthConstructor<object>) {
    this.ctor = ctor;
    this.proto = ctor.prototype as object;
  }
}

/** The free entries of one kind and length. */
export class FreeList {
  age = -1;
  readonly free: Entry[] = [];
  readonly kind: Kind;
  readonly length: number;
  readonly bytes: number;
  readonly cost: number;
  readonly near: boolean;
  /** What `fill` writes: `0n` for the BigInt kinds. */
  readonly zero: number;
  constructor(kind: Kind, length: number, bytes: number) {
    this.kind = kind;
    this.length = length;
    this.bytes = bytes;
    this.cost = bytes < maxBufferBytes ? bytes + OVERHEAD : 0;
    this.near = bytes <= NEAR && kind.ctor !== ArrayBuffer;
    this.zero = (kind.ctor.name.startsWith("Big") ? 0n : 0) as number;
  }
}

/**
 * Kinds by constructor, as they are met. What has none (subclasses, other realms, Buffer, DataView) is never recycled: only the
 * built-in constructors inherit from %TypedArray% itself.
 */
export const kinds = new Map<unknown, Kind>();
const { getPrototypeOf } = Object;
const TypedArray: unknown = getPrototypeOf(Uint8Array);

/** The kind that a constructor makes, if it is recycled. */
export function kindFor(Ctor: unknown): Kind | undefined {
  let kind = kinds.get(Ctor);
  if (!kind && (Ctor === ArrayBuffer || (Ctor && getPrototypeOf(Ctor) === TypedArray))) {
    kind = new Kind(Ctor as LengthConstructor<object>);
    kinds.set(Ctor, kind);
  }
  return kind;
}

export const fill = Uint8Array.prototype.fill;
const nothing = new FreeList(kindFor(Uint8Array) as Kind, -1, 0);
const memo: FreeList[] = new Array<FreeList>(MEMO_MASK + 1).fill(nothing);
/** The entry of no buffer. */
export const nobody = new Entry({}, nothing);
nobody.state = FREED;
const recent: Entry[] = new Array<Entry>(RECENT).fill(nobody);
let cursor = 0;

/** Notes that `entry` is out: for `scope`, and for the fast path of `unsafeFree`. */
function lend(entry: Entry): void {
  entry.owner = openScope;
  if (openScope !== null) openScope.entries.push(entry);
  if (entry.list.near) {
    cursor = (cursor + 1) & (RECENT - 1);
    recent[cursor] = entry;
  }
}

/** Puts `x` into the pool if `alloc` handed it out lately and it still is what it was; says whether it did. */
export function putLately(x: unknown): boolean {
  // Only a cache: that `x` isn't here means nothing, and what is here may be FREED.
  for (let i = 0; i < RECENT; i++) {
    const at = (cursor - i) & (RECENT - 1);
    const entry = recent[at] as Entry;
    if (entry.obj === x) {
      if (entry.state !== LENT || !isIntact(x as View, entry.list)) return false;
      // Gives its place up, so that what is lent and freed meanwhile doesn't push out what stays lent for longer.
      recent[at] = recent[cursor] as Entry;
      cursor = (cursor - 1) & (RECENT - 1);
      put(entry);
      return true;
    }
  }
  return false;
}

/** Whether what `alloc` made still is what it was: not detached, prototype not replaced. */
export function isIntact(x: View, list: FreeList): boolean {
  return (x.length ?? x.byteLength) === list.length && getPrototypeOf(x) === list.kind.proto;
}

/**
 * A free entry of that kind and length, now LENT; or nothing. The list comes from `memo` by the low bits of the length when
 * it was there the last time: two look-ups in Maps cost more than all the rest.
 */
function take(Ctor: unknown, length: unknown): Entry | undefined {
  let list: FreeList | undefined =
    typeof length === "number" ? (memo[length & MEMO_MASK] as FreeList) : nothing;
  if (list.kind.ctor !== Ctor || list.length !== length || list.free.length === 0) {
    list = lookUp(Ctor, length);
    if (list === undefined) return undefined;
  }
  const entry = list.free.pop() as Entry;
  list.kind.recycled++;
  held -= list.cost;
  entry.state = LENT;
  lend(entry);
  return entry;
}

/** The list of that kind and length, if something is in it. Only ordinary lengths are keys. */
function lookUp(Ctor: unknown, length: unknown): FreeList | undefined {
  const list = kinds.get(Ctor)?.lists.get(length);
  if (list === undefined || list.free.length === 0) return undefined;
  memo[list.length & MEMO_MASK] = list;
  return list;
}

/** See `Runtime.alloc`: a zeroed buffer, recycled if possible. */
export function alloc<T>(Ctor: LengthConstructor<T>, length: number): T {
  if (typeof length === "number" && length <= tiny) return new Ctor(length);
  const entry = take(Ctor, length);
  if (entry === undefined) return fresh(Ctor, length);
  const { kind, zero } = entry.list;
  fill.call((kind.ctor === ArrayBuffer ? new Uint8Array(entry.obj as ArrayBuffer) : entry.obj) as View, zero);
  return entry.obj as T;
}

/** See `Runtime.allocUninitialized`: `alloc` with arbitrary contents. */
export function allocUninitialized<T>(Ctor: LengthConstructor<T>, length: number): T {
  if (typeof length === "number" && length <= tiny) return new Ctor(length);
  const entry = take(Ctor, length);
  return entry === undefined ? fresh(Ctor, length) : (entry.obj as T);
}

/** `new Ctor(length)`, with an entry if it may be pooled later. */
function fresh<T>(Ctor: LengthConstructor<T>, length: number): T {
  const x = construct(Ctor, length);
  const kind = kindFor(Ctor);
  if (kind === undefined) return x;
  kind.fresh++;
  const { byteLength } = x as View;
  newBytes += byteLength;
  if (newBytes > maxBytes / 4) {
    newBytes = 0;
    generation++;
  }
  // A length that is no number may have brought its own storage: new Uint8Array(arrayBuffer).
  if (typeof length === "number" && enabled && byteLength > small) {
    const entry = register(x as object, (x as View).buffer ?? x, listFor(kind, length, byteLength));
    watch?.born(entry);
    lend(entry);
  }
  return x;
}

/** `new`; if memory is short, once more without the pool in the way. */
function construct<T>(Ctor: LengthConstructor<T>, length: number): T {
  try {
    return new Ctor(length);
  } catch (error) {
    // The test for a number keeps `valueOf` of a strange length from running twice.
    if (typeof length !== "number" || !/alloc|memory/i.test((error as Error).message)) throw error;
    trim();
    return new Ctor(length);
  }
}

/** Whether storage of this size is recycled at all. */
export function poolable(bytes: number): boolean {
  return watch !== null || (bytes > small && bytes < maxBufferBytes);
}

/** The entry of what `alloc` has just made, for a slot to free it by; `null` if it isn't recycled. */
export function entryOfMade(Ctor: unknown, x: unknown): Entry | null {
  const kind = kindFor(Ctor);
  if (kind === undefined || Ctor === ArrayBuffer) return null;
  const { byteLength, length } = x as View;
  // To ask a small one for its buffer costs more than all the rest; and nobody else frees it.
  return (
    (byteLength > small
      ? entryOf((x as View).buffer)
      : new Entry(x as object, listFor(kind, length, byteLength))) ?? null
  );
}

/** The list of `kind` and `length`; a new one isn't in the map before it holds something. */
export function listFor(kind: Kind, length: number, bytes: number): FreeList {
  return kind.lists.get(length) ?? new FreeList(kind, length, bytes);
}

/** Takes a LENT entry into the pool, or drops it if there is no room. Either way it is FREED. */
export function put(entry: Entry): void {
  const { list } = entry;
  entry.state = FREED;
  list.kind.freed++;
  if (watch !== null) {
    watch.freed(entry);
  } else if (list.age === generation && held + list.cost <= unchecked) {
    held += list.cost;
    list.free.push(entry);
  } else {
    putCarefully(entry, list);
  }
}

function putCarefully(entry: Entry, old: FreeList): void {
  const { kind, length, bytes, cost } = old;
  if (cost >= maxBytes || bytes <= small) return;
  if (held + cost > maxBytes) makeRoom(cost);
  const list = listFor(kind, length, bytes);
  kind.lists.set(length, list);
  if (cost > 0) {
    list.age = generation;
  } else {
    dropLarge();
    large = list;
    untilCollection.register({}, 0);
  }
  entry.list = list;
  held += cost;
  list.free.push(entry);
  peak = Math.max(peak, held);
  unchecked = Math.min(peak, maxBytes);
}

function dropLarge(): void {
  if (large) large.free.length = 0;
}

/**
 * Drops lists until `cost` fits with a quarter of the budget to spare, so that this walk over all lists is rare:
 * first those not used since the last time, then, oldest first, the others.
 */
function makeRoom(cost: number): void {
  const target = Math.max(0, Math.min(maxBytes * 0.75, maxBytes - cost));
  for (const idle of [true, false]) {
    for (const { lists } of kinds.values()) {
      for (const [length, list] of lists) {
        if (idle ? list.age !== generation : held > target) {
          held -= list.cost * list.free.length;
          list.free.length = 0;
          lists.delete(length);
        }
      }
    }
  }
  generation++;
}

/** See `Runtime.trim`: gives all held memory back. */
export function trim(): number {
  const before = held;
  const budget = maxBytes;
  maxBytes = 0;
  makeRoom(0);
  maxBytes = budget;
  recent.fill(nobody);
  for (const each of slots) {
    const { waiting } = each;
    each.forget();
    for (const entry of waiting) {
      // Two slots may know one.
      if (entry.state === WAITING) entry.list.kind.freed++;
      entry.state = FREED;
    }
  }
  return before;
}

/** See `Runtime.configure`: bounds the pool. */
export function configure(limits: Limits): void {
  for (const key of ["maxBytes", "maxBufferBytes"] as const) {
    const value = limits[key];
    if (value !== undefined && !(typeof value === "number" && value >= 0)) {
      throw new RangeError(`configure: ${key} must be a number >= 0, not ${String(value)}`);
    }
  }
  maxBytes = limits.maxBytes ?? maxBytes;
  maxBufferBytes = limits.maxBufferBytes ?? maxBufferBytes;
  if (held > maxBytes) makeRoom(0);
  unchecked = Math.min(peak, maxBytes);
  look();
}

let preserves = 0;
/** Notes that a `preserve` begins (1) or ends (-1): a slot doesn't see what it holds, where that is small. */
export function countPreserves(by: 1 | -1): void {
  preserves += by;
  look();
}

function look(): void {
  isDirect = openScope === null && watch === null && enabled && maxBytes > 0 && preserves === 0;
}

/** See `Runtime.stats`: counts and contents. */
export function stats(): Stats {
  const all = { allocs: 0, recycled: 0, freed: 0 };
  const perType: Record<string, KindStats> = {};
  let buffersHeld = 0;
  for (const each of slots) each.settle();
  // What waits in a slot is counted when it leaves.
  const waiting = new Set(slots.flatMap((each) => each.waiting));
  for (const kind of kinds.values()) {
    const { ctor, fresh, recycled, lists } = kind;
    const allocs = fresh + recycled;
    const freed = kind.freed + [...waiting].filter(({ list }) => list.kind === kind).length;
    if (allocs + freed > 0) perType[ctor.name] = { allocs, recycled, freed };
    all.allocs += allocs;
    all.recycled += recycled;
    all.freed += freed;
    for (const { free } of lists.values()) buffersHeld += free.length;
  }
  return { ...all, enabled, bytesHeld: held, peakBytesHeld: peak, buffersHeld, maxBytes, perType };
}

/** Hands all frees from now on to `watcher`: nothing is recycled any more, and small buffers are watched too. */
export function setWatch(watcher: Watch): void {
  trim();
  watch = watcher;
  small = tiny = -1;
  look();
}

/** Makes every free from now on do nothing, and gives back what is held. */
export function turnOff(): void {
  enabled = false;
  trim();
  look();
}

/** Makes `owner` the scope that allocations belong to; returns the one before. */
export function enterScope(owner: Owner | null): Owner | null {
  const before = openScope;
  openScope = owner;
  look();
  return before;
}

/**
 * Slots: a place of its own for each allocation site, with room for one small buffer.
 *
 * Idea: code that preallocates by hand keeps its scratch in a variable. A slot is that variable: what a site's buffer was freed
 * to is where the same site looks first, so that both calls are a few comparisons, small enough for the compiler of the engine to
 * put in place. Anything else goes to the pool: another length, a buffer in use further up (recursion), an open scope, a watch.
 *
 * Invariants:
 * - S2: what waits in a slot is an entry whose state is WAITING, which it gets from LENT by `give` only, and loses for LENT by `take`, or
 *   for FREED on the way to the pool. So it is in one place at most, whoever frees its storage by whichever way; two slots that know one
 *   entry both look at its state.
 * - S4: `take` is `new`, `give` is `unsafeFree`, but for time and memory: no scope owns what was taken. A slot holds no more than
 *   `ROOM` elements.
 * - S5: `take` fills what it recycles with zeros.
 *
 * Example:
 * ```ts
 * var $scratch; // by module; the function may be called before the module's code runs
 * const scratch = ($scratch ??= slot()).take(Float64Array, n);
 * $scratch.give(scratch, scratch.length);
 * ```
 */
import type { LengthConstructor, Slot as SlotContract } from "./api.js";
import { unsafeFree } from "./free.js";
import { disown, make, makeUninitialized } from "./make.js";
import {
  alloc,
  allocUninitialized,
  entryOfMade,
  fill,
  isDirect,
  nobody,
  type PoolSlot,
  put,
  slots,
} from "./pool.js";
import { type Entry, LENT, WAITING } from "./storage.js";

/** A slot holds buffers of up to so many elements. From there on the pool's calls are small beside the work. */
const ROOM = 512;
/** So many bytes are cleared by a loop. */
const FEW = 256;

class Slot implements SlotContract, PoolSlot {
  /** What the slot is for: it waits here, or is out. */
  entry: Entry = nobody;
  /** As the entry's list says, and here at hand. */
  private ctor: unknown = null;
  private length = -1;
  /** How often it was handed out again, as far as its kind doesn't know yet. */
  private again = 0;
  /** What was out, of the same kind and length, when another was asked for: of two that take turns both wait here. */
  private spare: Entry = nobody;
  readonly #isSlot = true;

  /** Asks no traps and no prototypes: anything may have come in the place of a slot. */
  static is(x: unknown): x is Slot {
    return typeof x === "object" && x !== null && #isSlot in x;
  }

  take<T>(Ctor: LengthConstructor<T>, length: number): T {
    const { entry } = this;
    if (entry.state !== WAITING || this.length !== length || this.ctor !== Ctor || !isDirect)
      return this.other(Ctor, length, alloc);
    entry.state = LENT;
    this.again++;
    clear(entry);
    return entry.obj as T;
  }

  takeUninitialized<T>(Ctor: LengthConstructor<T>, length: number): T {
    const { entry } = this;
    if (entry.state !== WAITING || this.length !== length || this.ctor !== Ctor || !isDirect)
      return this.other(Ctor, length, allocUninitialized);
    entry.state = LENT;
    this.again++;
    return entry.obj as T;
  }

  give(x: unknown, length: number | undefined): void {
    const { entry } = this;
    // A view of another length than it was made with is detached.
    if (entry.obj === x && entry.state === LENT && this.length === length && isDirect) {
      entry.state = WAITING;
      entry.owner = null;
    } else {
      this.giveOther(x, length);
    }
  }

  get waiting(): readonly Entry[] {
    return [this.entry, this.spare].filter(({ state }) => state === WAITING);
  }

  settle(): void {
    const { kind } = this.entry.list;
    kind.recycled += this.again;
    kind.freed += this.again;
    this.again = 0;
  }

  forget(): void {
    this.settle();
    this.entry = this.spare = nobody;
  }

  private giveOther(x: unknown, length: number | undefined): void {
    const { spare } = this;
    if (spare.obj === x && spare.state === LENT && this.length === length && isDirect) {
      spare.state = WAITING;
      spare.owner = null;
    } else unsafeFree(x);
  }

  /** The spare, in the place of what is out; or what `allocate` makes, which from now on is what the slot is for. */
  private other<T>(Ctor: LengthConstructor<T>, length: number, allocate: typeof alloc): T {
    const { entry, spare } = this;
    const isSame = this.length === length && this.ctor === Ctor && isDirect;
    if (isSame && spare.state === WAITING) {
      this.entry = spare;
      this.spare = entry;
      return allocate === alloc ? this.take(Ctor, length) : this.takeUninitialized(Ctor, length);
    }
    const made = allocate(Ctor, length);
    for (const each of this.waiting) if (each.state === WAITING) put(each);
    this.forget();
    const own = typeof length === "number" && length <= ROOM && isDirect ? entryOfMade(Ctor, made) : null;
    if (own !== null) {
      this.entry = own;
      this.ctor = Ctor;
      this.length = length;
      if (isSame && entry !== own) this.spare = entry;
    }
    return disown(made);
  }
}

function clear(entry: Entry): void {
  let { words } = entry;
  if (words === undefined) {
    const isFew = entry.list.bytes <= FEW && entry.list.bytes % 8 === 0;
    words = entry.words = isFew ? new Float64Array((entry.obj as Uint8Array).buffer) : null;
  }
  if (words !== null) for (let i = 0; i < words.length; i++) words[i] = 0;
  else fill.call(entry.obj as Uint8Array, entry.list.zero);
}

/** Takes from `from` if that is a slot, which a caller may have handed down; else `make`. */
export function takeFrom<T>(from: unknown, Ctor: LengthConstructor<T>, length: number): T {
  return Slot.is(from) ? from.take(Ctor, length) : make(Ctor, length);
}

/** As `takeFrom`, with arbitrary contents. */
export function takeUninitializedFrom<T>(from: unknown, Ctor: LengthConstructor<T>, length: number): T {
  return Slot.is(from) ? from.takeUninitialized(Ctor, length) : makeUninitialized(Ctor, length);
}

/** A new slot; see `Slot` in `api.ts`. */
export function slot(): SlotContract {
  const made = new Slot();
  slots.push(made);
  return made;
}

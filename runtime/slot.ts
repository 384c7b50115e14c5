/**
 * Slots: a place of its own for each allocation site, with room for one small buffer.
 *
 * Idea: code that preallocates by hand keeps its scratch in a variable. A slot is that variable: what a site's buffer was freed
 * to is where the same site looks first, so that both calls are a few comparisons, small enough for the compiler of the engine to
 * put in place. Anything else goes to the pool: another length, a buffer in use further up (recursion), an open scope, a watch.
 *
 * Invariants:
 * - S2: an entry comes into a slot only from LENT, which makes it FREED, and leaves it for a caller, LENT again, or for the pool.
 *   So it is in one place at most, whoever frees its storage by whichever way.
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
import { disown } from "./make.js";
import { alloc, allocUninitialized, entryOfMade, fill, isDirect, put, slots } from "./pool.js";
import { type Entry, FREED, LENT } from "./storage.js";

/** A slot holds buffers of up to so many elements. From there on the pool's calls are small beside the work. */
const ROOM = 512;
/** So many bytes are cleared by a loop. */
const FEW = 256;

class Slot implements SlotContract {
  /** What was freed here, and waits. */
  free: Entry | null = null;
  /** What was handed out last. */
  lent: Entry | null = null;
  /** The words of the storage of `cleared`, for a loop that is quicker than a call for so few. */
  private words: Float64Array | null = null;
  private cleared: Entry | null = null;

  take<T>(Ctor: LengthConstructor<T>, length: number): T {
    const entry = this.free;
    const x = this.takeUninitialized(Ctor, length, alloc);
    if (entry !== null && entry === this.lent) this.clear(entry);
    return x;
  }

  private clear(entry: Entry): void {
    if (this.cleared !== entry) {
      this.cleared = entry;
      const { buffer } = entry.obj as Uint8Array;
      this.words = entry.list.bytes & 7 || entry.list.bytes > FEW ? null : new Float64Array(buffer);
    }
    const { words } = this;
    if (words !== null) for (let i = 0; i < words.length; i++) words[i] = 0;
    else fill.call(entry.obj as Uint8Array, entry.list.zero);
  }

  takeUninitialized<T>(Ctor: LengthConstructor<T>, length: number, allocate = allocUninitialized): T {
    const entry = this.free;
    if (entry === null || entry.list.length !== length || entry.list.kind.ctor !== Ctor || !isDirect)
      return this.miss(Ctor, length, allocate(Ctor, length));
    entry.state = LENT;
    entry.owner = null;
    entry.list.kind.recycled++;
    entry.list.kind.freed++;
    this.free = null;
    this.lent = entry;
    return entry.obj as T;
  }

  give(x: unknown, length: number | undefined): void {
    const entry = this.lent;
    // A view of another length than it was made with is detached.
    if (
      entry !== null &&
      entry.obj === x &&
      entry.state === LENT &&
      entry.list.length === length &&
      isDirect
    ) {
      entry.state = FREED;
      this.lent = null;
      this.free = entry;
    } else {
      unsafeFree(x);
    }
  }

  /** Hands out `made`, which from now on is what the slot is for. What it held is the pool's. */
  private miss<T>(Ctor: LengthConstructor<T>, length: number, made: T): T {
    if (this.free !== null) put(this.free);
    this.free = null;
    this.lent = typeof length === "number" && length <= ROOM && isDirect ? entryOfMade(Ctor, made) : null;
    return disown(made);
  }
}

/** A new slot; see `Slot` in `api.ts`. */
export function slot(): SlotContract {
  const made = new Slot();
  slots.push(made);
  return made;
}

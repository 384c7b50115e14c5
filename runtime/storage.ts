/**
 * What the runtime knows about one piece of storage, and how it gets from a buffer to that knowledge.
 *
 * Idea: the unit of freeing is the storage (the ArrayBuffer), not the view. Each storage that the pool deals
 * with has one `Entry`, reachable from the ArrayBuffer by a private field that is stamped onto it. A private
 * field can't be seen by any program (S4), costs some 2 ns to read, and lets go with the buffer; a WeakMap costs
 * more on every call and in every collection, and a mark on the view itself would make the user's own loops polymorphic.
 *
 * Invariants:
 * - S2: an ArrayBuffer has at most one entry; an entry is in the pool only while its state is `FREED`, in a slot
 *   only while it is `WAITING`, and gets freed only from `LENT`. So no storage can be in the pool twice, whichever of its views was freed.
 * - An entry that the pool dropped stays `FREED`: freeing it again is still a double free.
 *
 * Example:
 * ```ts
 * const e = register(new Float64Array(100), buffer, list);
 * entryOf(buffer) === e; // true, for any view's .buffer
 * ```
 */
import type { FreeList } from "./pool.js";

/** The entry's buffer is somebody's. */
export const LENT = 0;
/** It was freed: it is in the pool, or was and has been dropped. */
export const FREED = 1;
/** It is somebody's, and `preserve` is holding it: a free has to wait. */
export const PRESERVED = 2;
/** The same, and a free is waiting. */
export const PRESERVED_FREED = 3;
/** It was freed, and waits in a slot: not in the pool, for the next one who asks that slot. All that was freed has the bit of FREED. */
export const WAITING = 5;

/** Marks the owner of entries: an open `scope`. */
export interface Owner {
  readonly entries: Entry[];
}

/** One storage. `obj` is what `alloc` hands out: the view, or the ArrayBuffer itself for `alloc(ArrayBuffer, n)`. */
export class Entry {
  state: number = LENT;
  owner: Owner | null = null;
  /** What the checked runtime knows of it. */
  note: unknown = null;
  /** The words of the storage, where clearing them one by one is quicker than a call; `null` where it isn't. */
  words: Float64Array | null | undefined = undefined;
  readonly obj: object;
  list: FreeList;
  constructor(obj: object, list: FreeList) {
    this.obj = obj;
    this.list = list;
  }
}

/** Its constructor returns its argument, so that a subclass's private field lands on that object. */
class Identity {
  constructor(o: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the point of this class.
    return o;
  }
}

class Stamp extends Identity {
  #entry: Entry;
  constructor(buffer: object, entry: Entry) {
    super(buffer);
    this.#entry = entry;
  }
  static read(buffer: object): Entry | undefined {
    return #entry in buffer ? buffer.#entry : undefined;
  }
}

/** The entry of `buffer`, if it has one. Any object may be asked, also a Proxy; nothing is called on it. */
export const entryOf = Stamp.read;

/** Has `entryOf(x)` answer at once for a view, too. For the checked runtime: it slows down what is done with the view. */
export function stampView(view: object, entry: Entry): void {
  new Stamp(view, entry);
}

/** Gives `buffer` its entry. It must not have one yet. */
export function register(obj: object, buffer: object, list: FreeList): Entry {
  const entry = new Entry(obj, list);
  new Stamp(buffer, entry);
  return entry;
}

/** What the checked runtime is told of, while it watches; see `checked.ts`. */
export interface Watch {
  /** `alloc` made this storage. */
  born(entry: Entry): void;
  /** It was freed: from here on the watch has it, not the pool. */
  freed(entry: Entry): void;
  /** A free of `x` did nothing. May throw. */
  refused(x: unknown): void;
}

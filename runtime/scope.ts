/**
 * `scope`: frees what was allocated inside and isn't carried out.
 *
 * Idea: while `fn` runs, `alloc` notes its owner in the entry it lends. An entry is the scope's only as long as the owner
 * says so: one that was freed inside and lent again to somebody else has another owner by then (S2).
 *
 * Invariants:
 * - S8: what is returned is searched for buffers; if it may hide one (a closure, an instance), nothing is freed.
 * - An async scope takes in only what is allocated before `fn` first waits, and what is asked of it by name.
 *
 * Example:
 * ```ts
 * const spectrum = scope(() => {
 *   const window = alloc(Float64Array, n); // freed at the end
 *   return transform(window, alloc(Float64Array, n)); // what this returns is carried out
 * });
 * ```
 */
import type { LengthConstructor, Scope } from "./api.js";
import { execute, storageOf } from "./free.js";
import { alloc, enterScope } from "./pool.js";
import { entryFor, finallyDo } from "./preserve.js";
import { walk } from "./recurse.js";
import { Entry, entryOf, type Owner } from "./storage.js";

/** Engines without `using` have no such symbol. */
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol("dispose");

class Arena implements Owner, Scope {
  readonly entries: Entry[] = [];
  open = true;
  parent: Arena | null = null;

  alloc<T>(Ctor: LengthConstructor<T>, length: number): T {
    const before = enterScope(this.open ? this : null);
    try {
      return alloc(Ctor, length);
    } finally {
      enterScope(before);
    }
  }

  own<T>(x: T): T {
    const entry = this.open && entryFor(x);
    if (entry instanceof Entry) this.take(entry);
    return x;
  }

  keep<T>(x: T): T {
    const entry = entryFor(x);
    if (entry instanceof Entry && entry.owner === this) entry.owner = null;
    return x;
  }

  take(entry: Entry): void {
    entry.owner = this;
    this.entries.push(entry);
  }

  [dispose](): void {
    if (this.open) this.close(undefined);
  }

  /** Frees what is still owned and not in `result`; hands the rest to the scope around. */
  close(result: unknown): void {
    this.open = false;
    const carried = carriedBy(result);
    const parent = this.parent?.open ? this.parent : null;
    for (const entry of this.entries) {
      if (entry.owner !== this) continue;
      entry.owner = null;
      if (carried !== undefined && !carried.has(entry)) execute(entry);
      else parent?.take(entry);
    }
    this.entries.length = 0;
  }
}

/** The entries of all buffers that `result` holds; nothing if it may hold some that can't be seen. */
function carriedBy(result: unknown): Set<unknown> | undefined {
  const carried = new Set<unknown>();
  try {
    const sawAll = walk(result, (x) => carried.add(entryOf(ArrayBuffer.isView(x) ? storageOf(x) : x)));
    return sawAll ? carried : undefined;
  } catch {
    return undefined;
  }
}

/** See `Runtime.scope`: runs `fn`, and frees what it allocated and doesn't return; without `fn`, a scope for `using`. */
export function scope(): Scope;
export function scope<R>(fn: (scope: Scope) => R): R;
export function scope<R>(fn?: (scope: Scope) => R): R | Scope {
  const arena = new Arena();
  if (fn === undefined) return arena;
  const inside = () => {
    const before = enterScope(arena);
    arena.parent = before as Arena | null;
    try {
      return fn(arena);
    } finally {
      enterScope(before);
    }
  };
  return finallyDo(inside, (result) => arena.close(result));
}

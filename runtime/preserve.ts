/**
 * `preserve`: frees of a buffer wait until a function, or its promise, has ended.
 *
 * Idea: the entry's state says that it is preserved; a free then only turns it into "preserved, and freed". Who
 * preserves how often is counted here.
 *
 * Invariants:
 * - S2: a preserved entry isn't LENT, so no free can put it into the pool before the last `preserve` of it ends.
 *
 * Example:
 * ```ts
 * await preserve(chunk, () => socket.send(chunk)); // a free of chunk meanwhile waits for the send
 * ```
 */
import { adopt } from "./adopt.js";
import { execute, type Handled, judge, storageOf } from "./free.js";
import { preservable } from "./handlers.js";
import { countPreserves } from "./pool.js";
import { Entry, LENT, PRESERVED, PRESERVED_FREED } from "./storage.js";

const counts = new Map<Entry, number>();

/** See `Runtime.preserve`: frees of `x` during `fn` wait until it ends. */
export function preserve<R>(x: unknown, fn: () => R): R {
  const found = entryFor(x);
  if (!found) return fn();
  if (!(found instanceof Entry)) return finallyDo(fn, preservable(found));
  counts.set(found, (counts.get(found) ?? 0) + 1);
  if (found.state === LENT) found.state = PRESERVED;
  countPreserves(1);
  return finallyDo(fn, () => release(found));
}

function release(entry: Entry): void {
  countPreserves(-1);
  const left = (counts.get(entry) as number) - 1;
  if (left > 0) {
    counts.set(entry, left);
    return;
  }
  counts.delete(entry);
  const freed = entry.state === PRESERVED_FREED;
  entry.state = LENT;
  if (freed) execute(entry);
}

/** What a free of `x`'s storage would be about, for a part of it too. Nothing if such frees do nothing. */
export function entryFor(x: unknown): Entry | Handled | undefined {
  try {
    const whole = ArrayBuffer.isView(x) ? storageOf(x) : (x as object);
    return judge(whole) ?? adopt(whole, { always: true }) ?? undefined;
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

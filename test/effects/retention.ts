/** Whether a call let go of what its row says it only borrows: what was given is collected afterwards. */
import { type Execution, effectOfArgument } from "./claims.js";
import { constants, isObject } from "./trial.js";

const aliases = new Set([
  "receiver",
  "view-of-receiver",
  "iterator-of-pairs",
  "argument",
  "element",
  "callback-result",
  "iterator-of-entries",
  "resolved-promise",
]);

const lent: ReadonlySet<string> = new Set([
  ...["borrowed", "inspected", "callback", "joined"],
  ...["elements-copied", "entries-copied", "properties-copied", "properties-assigned", "properties-deleted"],
]);

/** Node's `fetch` has a closure over a body's source beside one over the copy, and never reads it: see the examples' checks. */
const unread: readonly RegExp[] = [/^new\.(?:Request|Response)$/];

export interface Watched {
  readonly what: string;
  readonly reference: WeakRef<object>;
}
export interface Borrowings {
  readonly watched: readonly Watched[];
  /** Held while collecting: a result that must not reach what was borrowed. */
  readonly kept: unknown;
}

export function borrowings({ row, arranged, result }: Execution): Borrowings {
  const watched: Watched[] = [];
  const watch = (what: string, value: unknown): void => {
    if (isObject(value))
      watched.push({ what: `${what} of ${row.owner}.${row.member}`, reference: new WeakRef(value) });
  };
  // An iterator over an array's keys holds the array, but shows only numbers; one that is used up does no more.
  const isKeys = (row.member === "keys" && Array.isArray(arranged.on)) || row.owner === "Array (used up)";
  if (row.isMethod && !isKeys && !isShared(arranged.on)) watch("receiver", arranged.on);
  arranged.args.forEach((argument, i) => {
    const effect = effectOfArgument(row.effect, i);
    const isUnread = unread.some((pattern) => pattern.test(`${row.owner}.${row.member}`));
    if (lent.has(effect) && !isUnread && !isShared(argument)) watch(`argument ${i}`, argument);
  });
  return { watched, kept: aliases.has(row.effect.result.kind) ? null : result };
}

/** Objects that the host or the examples hold anyway. */
function isShared(value: unknown): boolean {
  return isObject(value) && constants.has(value);
}

/** Collects garbage until `watched` is gone, or for long enough; says what is left. */
export async function survivors(watched: readonly Watched[]): Promise<string[]> {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (!collect) throw new Error("run with --expose-gc");
  let left = watched;
  for (let round = 0; round < 20 && left.length > 0; round++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
    left = left.filter((each) => each.reference.deref() !== undefined);
  }
  return left.map((each) => each.what);
}

/**
 * Looking into objects for the buffers they hold: `mustFree` with `recurse`, and what a `scope` carries out.
 *
 * Idea: one walk over what is reachable through elements, fields, Map and Set entries, with a set of what was
 * seen against cycles. It never calls a getter. Where it can't look (a function, an accessor, an instance of
 * a class, which may have private fields) it says so, and the caller decides what that means.
 *
 * Invariants:
 * - S2: storage reached twice is freed once.
 * - `mustFree` frees all or nothing: everything is judged before anything is freed.
 *
 * Example:
 * ```ts
 * const image = { width: 2, height: 2, data: new Uint8Array(400), parent: null };
 * mustFree(image, { recurse: true }); // frees image.data
 * ```
 */

import { adopt } from "./adopt.js";
import type { CannotFreeReason, MustFreeOptions } from "./api.js";
import { execute, handlerOf, judge, storageOf, type Verdict } from "./free.js";
import { enabled, isIntact, watch } from "./pool.js";
import { Entry } from "./storage.js";
import { isShared, nameView, whyNot } from "./why-not.js";

const REMEDY: Record<CannotFreeReason, string> = {
  "not-a-buffer": "not a buffer. Pass one, use { recurse: true } for an object holding some, or onFree",
  shared: "shared with other threads. Leave it to the collector",
  "host-memory": "memory of the host (WebAssembly, Node's Buffer slab). Free what owns it",
  resizable: "resizable. Leave it to the collector",
  detached: "detached. Don't free what was transferred",
  "partial-view": "a view of a part of its buffer. Free a view of the whole, or its .buffer",
  subclass: "an instance of a subclass or another realm. Free its .buffer, or use onFree",
  "own-properties": "a buffer with properties of its own. Remove them first",
  "already-freed": "already freed. Remove one of the frees",
  "handler-threw": "of a type whose onFree handler threw. See cause",
};

/** Thrown by `mustFree`; `reason` is the code, the message says what, why and the remedy. */
export class CannotFreeError extends Error {
  override readonly name = "CannotFreeError";
  readonly reason: CannotFreeReason;
  constructor(reason: CannotFreeReason, what: string, cause?: unknown) {
    super(`Cannot free ${what}: it is ${REMEDY[reason]}.`, { cause });
    this.reason = reason;
  }
}

/** See `Runtime.mustFree`: frees `x`, or throws `CannotFreeError`. */
export function mustFree(x: unknown, { recurse = false }: MustFreeOptions = {}): void {
  const found = new Map<unknown, string>();
  if (recurse && typeof x === "object" && x !== null) walk(x, (leaf, path) => found.set(leaf, path));
  else found.set(x, "");
  const verdicts: [Verdict | null, unknown, string][] = [];
  const covered = new Set<unknown>();
  for (const [leaf, path] of found) {
    const verdict = judgeSafely(leaf);
    verdicts.push([verdict, leaf, path]);
    if (verdict !== undefined) covered.add(storageUnder(leaf));
  }
  for (const [verdict, leaf, path] of verdicts) {
    // A part is fine beside the whole: they die together.
    if (verdict === undefined && !covered.has(storageUnder(leaf))) {
      watch?.refused(leaf);
      throw new CannotFreeError(whyNot(leaf), describe(leaf, path));
    }
  }
  for (const [verdict, leaf, path] of verdicts) {
    if (!verdict) continue;
    try {
      execute(verdict);
    } catch (cause) {
      throw new CannotFreeError("handler-threw", describe(leaf, path), cause);
    }
  }
}

function storageUnder(x: unknown): unknown {
  return ArrayBuffer.isView(x) ? storageOf(x) : x;
}

/** What to free; `null` for what is left to the collector. */
function judgeSafely(x: unknown): Verdict | null {
  if (!enabled) return null;
  try {
    const known = judge(x as object);
    if (known instanceof Entry && !isIntact(known.obj as never, known.list)) return undefined;
    return known ?? adopt(x as object, { always: false });
  } catch {
    return undefined; // a hostile Proxy, what is no buffer
  }
}

function describe(x: unknown, path: string): string {
  const at = path && `${path}, `;
  if (typeof x !== "object" || x === null) return at + String(x);
  return at + (ArrayBuffer.isView(x) ? nameView(x) : "an object");
}

/**
 * Calls `leaf` for each buffer, view, and instance of a type known from `onFree` that `root` is or reaches.
 * @returns whether it could look everywhere.
 */
export function walk(root: unknown, leaf: (x: object, path: string) => void): boolean {
  let sawAll = true;
  const seen = new Set<unknown>();
  const todo: [object, string][] = [];
  const later = (x: unknown, path: string, key: unknown) => {
    if (typeof x === "function") sawAll = false;
    if (typeof x !== "object" || x === null || seen.has(x)) return;
    seen.add(x);
    todo.push([x, `${path}.${String(key)}`]);
  };
  later(root, "", "");
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [x, path] = next;
    if (isLeaf(x)) leaf(x, path.slice(2));
    else if (!visitInside(x, path, later)) sawAll = false;
  }
  return sawAll;
}

function isLeaf(x: object): boolean {
  return ArrayBuffer.isView(x) || x instanceof ArrayBuffer || isShared(x) || handlerOf(x) !== undefined;
}

/** Visits what `x` holds; says whether that can be all. Elements of an array are read, its named properties are not. */
function visitInside(
  x: object,
  path: string,
  visit: (value: unknown, path: string, key: unknown) => void,
): boolean {
  const proto: unknown = Object.getPrototypeOf(x);
  if (Array.isArray(x)) {
    for (let i = 0; i < x.length; i++) visit(x[i], path, i);
    return proto === Array.prototype;
  }
  let all = proto === Object.prototype || proto === null;
  if (x instanceof Map || x instanceof Set) {
    all = proto === Map.prototype || proto === Set.prototype;
    (x as Map<unknown, unknown>).forEach((value, key) => {
      visit(key, path, "key");
      visit(value, path, "value");
    });
  }
  for (const key of Reflect.ownKeys(x)) {
    const property = Object.getOwnPropertyDescriptor(x, key);
    if (property && "value" in property) visit(property.value, path, key);
    else all = false;
  }
  return all;
}

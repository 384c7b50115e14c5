/**
 * Reads of elements that nobody has written, in what `allocUninitialized` made.
 *
 * Idea: such a buffer is filled with the pattern of `quarantine.ts`, and a shadow remembers which bytes were written. Until all
 * are, instrumented code sees the buffer through a Proxy, which notes what is written and complains of what is read too early. The
 * Proxy is never kept by anybody: it is made for one access.
 *
 * Invariants:
 * - A byte that isn't marked but doesn't hold the pattern was written by code that isn't instrumented: it counts as written.
 * - Whatever is handed out whole (as an argument, by `.buffer`) counts as written from there on: what becomes of it isn't seen.
 * - S4: an access through the Proxy does what it does without it, on the buffer itself.
 *
 * Example:
 * ```ts
 * const a = allocUninitialized(Float64Array, 100);
 * a[0] = 1;
 * a[0] + a[1]; // BufferMistake: nobody has written a[1]
 * ```
 */
import { isPoisoned } from "./quarantine.js";

/** A view, as far as it matters here. */
interface View {
  readonly buffer: ArrayBuffer;
  /** An ArrayBuffer has none. */
  readonly byteOffset?: number;
  readonly byteLength: number;
  readonly length?: number;
  readonly BYTES_PER_ELEMENT?: number;
  [key: PropertyKey]: unknown;
}

/** Which bytes of a storage were written. */
export class Shadow {
  private readonly written: Uint8Array;
  private left: number;
  constructor(
    private readonly buffer: ArrayBuffer,
    private readonly complain: (what: string) => never,
  ) {
    this.left = buffer.byteLength;
    this.written = new Uint8Array(this.left);
  }

  /** Whether nothing is left to watch. */
  get isComplete(): boolean {
    return this.left === 0;
  }

  mark(start: number, end: number): void {
    for (let i = Math.max(start, 0); i < Math.min(end, this.written.length); i++) {
      if (this.written[i] === 0) {
        this.written[i] = 1;
        this.left--;
      }
    }
  }

  markAll(): void {
    this.left = 0;
  }

  /** Complains if some of these bytes weren't written. */
  require(start: number, end: number, what: string): void {
    if (this.left === 0) return;
    const last = Math.min(end, this.written.length);
    let isUnwritten = false;
    for (let i = start; i < last; i++) {
      if (this.written[i] !== 0) continue;
      if (!isPoisoned(this.buffer, i, i + 1)) return this.mark(start, last);
      isUnwritten = true;
    }
    if (isUnwritten) this.complain(what);
  }
}

/** `view`, for one access by instrumented code. */
export function guard(view: object, shadow: Shadow): object {
  return new Proxy(view, new Guard(view as View, shadow));
}

/** Methods that read every element. */
const readers: ReadonlySet<string> = new Set([
  "filter",
  "forEach",
  "join",
  "map",
  "reduce",
  "reduceRight",
  "reverse",
  "sort",
  "toLocaleString",
  "toReversed",
  "toSorted",
  "toString",
]);
/** Methods that read some, and write none. */
const searchers: ReadonlySet<string> = new Set([
  "at",
  "entries",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "includes",
  "indexOf",
  "keys",
  "lastIndexOf",
  "some",
]);
const sizes: Record<string, number> = { 8: 1, 16: 2, 32: 4, 64: 8 };

class Guard implements ProxyHandler<object> {
  constructor(
    private readonly view: View,
    private readonly shadow: Shadow,
  ) {}

  get(_target: object, key: PropertyKey): unknown {
    const { view, shadow } = this;
    const index = this.indexOf(key);
    if (index !== null) {
      this.span(index, index + 1, (start, end) => shadow.require(start, end, `element ${index}`));
      return view[index];
    }
    if (key === "buffer") shadow.markAll();
    if ((key === Symbol.iterator || key === "values") && view.length !== undefined)
      return () => this.values();
    const value = view[key];
    if (typeof value !== "function" || key === "constructor") return value;
    return (...args: unknown[]) => {
      this.before(key, args);
      return Reflect.apply(value, view, args);
    };
  }

  set(_target: object, key: PropertyKey, value: unknown): boolean {
    const { view, shadow } = this;
    const index = this.indexOf(key);
    view[key] = value;
    if (index !== null) this.span(index, index + 1, (start, end) => shadow.mark(start, end));
    return true;
  }

  /** The element that a key names; `null` for a property. */
  private indexOf(key: PropertyKey): number | null {
    if (typeof key !== "string" || this.view.length === undefined) return null;
    const index = Number(key);
    return String(index) === key && index >= 0 && index < this.view.length ? index : null;
  }

  /** The bytes of the storage under elements `from` to `to` of the view. */
  private span(from: number, to: number, then: (start: number, end: number) => void): void {
    const { byteOffset = 0, BYTES_PER_ELEMENT: size = 1 } = this.view;
    then(byteOffset + from * size, byteOffset + to * size);
  }

  /** What a method is about to write or read. */
  private before(key: PropertyKey, args: unknown[]): void {
    const { view, shadow } = this;
    const length = view.length ?? view.byteLength;
    const mark = (start: number, end: number) => shadow.mark(start, end);
    const require = (start: number, end: number) =>
      shadow.require(start, end, `an element, by ${String(key)},`);
    const relative = (x: unknown, absent: number) => {
      const whole = Math.trunc(Number(x ?? absent)) || 0;
      return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
    };
    if (key === "fill") return this.span(relative(args[1], 0), relative(args[2], length), mark);
    if (key === "set" && typeof args[0] === "object" && args[0] !== null) {
      const from = Math.trunc(Number(args[1] ?? 0)) || 0;
      return this.span(from, from + Number((args[0] as { length?: unknown }).length ?? 0), mark);
    }
    if (key === "subarray") return;
    if (key === "slice") return this.span(relative(args[0], 0), relative(args[1], length), require);
    const access = /^(get|set)(?:Ui|I|Bi|Fl)\D*(8|16|32|64)$/.exec(String(key));
    if (view.length === undefined && access) {
      const { byteOffset = 0 } = view;
      const start = byteOffset + (Math.trunc(Number(args[0])) || 0);
      const end = start + (sizes[access[2] as string] as number);
      if (access[1] === "set") return mark(start, end);
      return shadow.require(start, end, `the bytes at ${start - byteOffset}`);
    }
    if (typeof key === "string" && readers.has(key)) this.span(0, length, require);
    // What may end early reads nobody knows how much.
    else if (typeof key === "string" && !searchers.has(key)) shadow.markAll();
  }

  /** The elements one after the other, as they are asked for: a loop may end before the last. */
  private *values(): Generator<unknown> {
    for (let i = 0; i < (this.view.length ?? 0); i++) yield this.get(this.view, String(i));
  }
}

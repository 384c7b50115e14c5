/** One execution of a library function, arranged so that what its row claims can be seen. */
import type { Effect } from "../../transformer/ir/effect.js";

/** An object to be told apart from all others; converting it is noticed. */
export class Marker {
  readonly #conversions: { count: number };
  constructor(conversions: { count: number }) {
    this.#conversions = conversions;
  }
  toString(): string {
    this.#conversions.count++;
    return "marker";
  }
  toLocaleString(): string {
    return this.toString();
  }
}

export class Trial {
  /** Objects that the receiver or an argument holds, or that become elements. */
  readonly elements: object[] = [];
  /** Objects that callbacks returned, and what these hold. */
  readonly returned: object[] = [];
  readonly callbackCalls: unknown[][] = [];
  readonly conversions = { count: 0 };
  /** The callbacks that note their calls. */
  readonly callbacks = new Set<unknown>();

  element(): object {
    const marker = new Marker(this.conversions);
    this.elements.push(marker);
    return marker;
  }

  /** A callback that answers what `answer` says. */
  callback<A extends unknown[], R>(answer: (...args: A) => R): (...args: A) => R {
    const callback = (...args: A): R => {
      this.callbackCalls.push(args);
      return answer(...args);
    };
    this.callbacks.add(callback);
    return callback;
  }

  /** An object that a callback returns. */
  answer<T extends object>(value: T): T {
    this.returned.push(value);
    return value;
  }
}

export interface Arrangement {
  /** The receiver, where the row is of a method; else what the function is a property of. */
  readonly on: unknown;
  readonly args: readonly unknown[];
  /** A further check of the result, for what no general one sees. */
  readonly check?: (result: never) => void | Promise<void>;
}
export type Example = (trial: Trial) => Arrangement;

export interface Row {
  readonly owner: string;
  readonly member: string;
  readonly effect: Effect;
  /** Whether the receiver is one of many objects; a namespace or module is not followed. */
  readonly isMethod: boolean;
}

/** All objects that `root` reaches by its properties, elements, entries and storage; not by prototypes. */
export function reach(root: unknown, limit = 3000): Set<object> {
  const seen = new Set<object>();
  const queue: unknown[] = [root];
  while (queue.length > 0 && seen.size < limit) {
    const at = queue.pop();
    if (typeof at !== "object" || at === null || seen.has(at)) continue;
    seen.add(at);
    if (ArrayBuffer.isView(at)) {
      queue.push(at.buffer);
      continue;
    }
    if (at instanceof Map) queue.push(...at.keys(), ...at.values());
    else if (at instanceof Set) queue.push(...at);
    for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(at)))
      queue.push(descriptor.value);
  }
  return seen;
}

/** Objects that the examples themselves keep. */
export const constants = new WeakSet<object>();

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** The storage of a buffer or view, shared or not. */
export function storageOf(value: unknown): ArrayBufferLike | null {
  if (ArrayBuffer.isView(value)) return value.buffer;
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer ? value : null;
}

export function bytesOf(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return new Uint8Array(value as ArrayBuffer);
}

/** Overwrites every buffer among `values`. */
export function scribble(values: readonly unknown[]): void {
  for (const value of values) {
    if (storageOf(value) instanceof ArrayBuffer) bytesOf(value).fill(0xa5);
  }
}

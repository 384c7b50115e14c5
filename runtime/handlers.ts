/**
 * `onFree`: types of the user's that `unsafeFree` and `mustFree` know how to free.
 *
 * Idea: handlers by prototype. An object's prototype chain is looked up, so that subclasses are meant too.
 *
 * Invariants:
 * - S2: an object is freed at most once: it isn't recycled, so that it can't be born again.
 *
 * Example:
 * ```ts
 * onFree(GPUBuffer, (b) => b.destroy());
 * unsafeFree(someGpuBuffer);
 * ```
 */
import { type Handled, setHandlers } from "./free.js";

const handlers = new Map<unknown, (x: object) => void>();
const freed = new WeakSet<object>();
const preserved = new Map<object, number>();

class Instance implements Handled {
  readonly x: object;
  readonly handler: (x: object) => void;
  constructor(x: object, handler: (x: object) => void) {
    this.x = x;
    this.handler = handler;
  }
  get isFreed(): boolean {
    return freed.has(this.x);
  }
  free(): void {
    if (this.isFreed) return;
    freed.add(this.x);
    if (!preserved.has(this.x)) this.handler(this.x);
  }
}

/** See `Runtime.onFree`: teaches another type. */
export function onFree<T extends object>(
  Type: abstract new (...args: never) => T,
  free: (x: T) => void,
): void {
  if (typeof Type !== "function" || typeof free !== "function") {
    throw new TypeError("onFree takes a class and a function that frees its instances");
  }
  handlers.set(Type.prototype, free as (x: object) => void);
  setHandlers(find);
}

function find(x: object): Instance | undefined {
  for (let proto = Object.getPrototypeOf(x); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const handler = handlers.get(proto);
    if (handler) return new Instance(x, handler);
  }
  return undefined;
}

/** Keeps an object that isn't freed yet from its handler, until what is returned is called. */
export function preservable(found: Handled): () => void {
  const { x, handler } = found as Instance;
  preserved.set(x, (preserved.get(x) ?? 0) + 1);
  return () => {
    const left = (preserved.get(x) as number) - 1;
    if (left > 0) {
      preserved.set(x, left);
    } else {
      preserved.delete(x);
      if (freed.has(x)) handler(x);
    }
  };
}

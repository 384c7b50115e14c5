/**
 * Counts the bytes of array buffers that a program allocates, by standing in front of the constructors
 * of ArrayBuffer and the typed arrays. Views over an existing buffer allocate nothing and count nothing.
 * Every construction is intercepted, also that of `map`, `slice`, `from` and `of`, which find the constructor through
 * `prototype.constructor`. It slows the program down, so a run that counts is never one that is timed.
 */

const counter = { buffers: 0, bytes: 0 };

/** @returns {{ buffers: number, bytes: number }} what was counted since the last call */
export function takeCount() {
  const taken = { ...counter };
  counter.buffers = 0;
  counter.bytes = 0;
  return taken;
}

/** @param {number} bytes */
function count(bytes) {
  counter.buffers++;
  counter.bytes += bytes;
}

/** Call once, before the modules to be counted are loaded. */
export function interceptConstructors() {
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const Constructor = Reflect.get(globalThis, name);
    if (typeof Constructor !== "function") continue;
    if (Constructor === ArrayBuffer || Object.getPrototypeOf(Constructor) === TypedArray)
      intercept(name, Constructor);
  }
  // These make an array of the receiver's type without asking for its constructor.
  for (const name of ["toReversed", "toSorted", "with"]) interceptCopy(TypedArray.prototype, name);
  for (const name of ["transfer", "transferToFixedLength"]) interceptCopy(ArrayBuffer.prototype, name);
}

/**
 * @param {string} name
 * @param {Function} Constructor
 */
function intercept(name, Constructor) {
  /** @type {Function} */
  const counting = new Proxy(Constructor, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget === counting ? target : newTarget);
      if (!isBuffer(args[0])) count(made.byteLength);
      return made;
    },
  });
  Object.defineProperty(Constructor.prototype, "constructor", {
    value: counting,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(globalThis, name, { value: counting, writable: true, configurable: true });
}

/** @param {unknown} value */
function isBuffer(value) {
  return (
    value instanceof ArrayBuffer ||
    (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer)
  );
}

/**
 * @param {any} prototype
 * @param {string} name
 */
function interceptCopy(prototype, name) {
  const copy = prototype[name];
  if (copy === undefined) return;
  Object.defineProperty(prototype, name, {
    /** @this {any} @param {unknown[]} args */
    value: function (...args) {
      const made = copy.apply(this, args);
      count(made.byteLength);
      return made;
    },
    writable: true,
    configurable: true,
  });
}

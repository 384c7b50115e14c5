import { beforeEach, describe, expect, it } from "vitest";
import {
  alloc,
  allocUninitialized,
  configure,
  preserve,
  reuse,
  scope,
  stats,
  trim,
  unsafeFree,
  zero,
} from "../../runtime/index.js";
import { bytes, constructors, storage, typedArrays, type View } from "./kinds.js";

beforeEach(() => void trim());

describe("zero", () => {
  it.each(typedArrays.filter((C) => !C.name.startsWith("Big")))("clears a %o and returns it", (C) => {
    const x = new C(40).fill(3 as never);
    expect(zero(x)).toBe(x);
    expect(Array.from(bytes(x)).every((byte) => byte === 0)).toBe(true);
  });
});

describe("reuse", () => {
  it("hands a buffer back for the next iteration, and frees nothing", () => {
    const x = alloc(Float64Array, 40);
    const { freed } = stats();
    expect(reuse(x)).toBe(x);
    expect(stats().freed).toBe(freed);
  });

  it.each([
    ["a scope is open", (go: () => void) => void scope(go)],
    ["a preserve lasts", (go: () => void) => void preserve(alloc(Int8Array, 99), go)],
  ])("frees it where %s, and gives nothing to take", (_, inside) => {
    const x = alloc(Float64Array, 40);
    const { freed } = stats();
    let given: unknown = x;
    inside(() => {
      given = reuse(x);
      expect(stats().freed).toBe(freed + 1);
    });
    expect(given).toBeUndefined();
  });

  it("frees it where nothing is held", () => {
    const x = alloc(Float64Array, 40);
    configure({ maxBytes: 0 });
    try {
      expect(reuse(x)).toBeUndefined();
    } finally {
      configure({ maxBytes: 64 << 20 });
    }
  });
});

/** What a construction comes to: enough to tell one outcome from another. */
function outcome(make: () => unknown): unknown {
  try {
    const x = make() as View;
    return {
      proto: Object.getPrototypeOf(x).constructor,
      length: x.length,
      byteLength: x.byteLength,
      byteOffset: x.byteOffset,
      contents: x.byteLength < 1e4 ? Array.from(bytes(x)) : "big",
    };
  } catch (error) {
    return { error: (error as Error).constructor, message: (error as Error).message };
  }
}

const counting = () => {
  let n = 0;
  return { valueOf: () => 20 + n++ };
};
const lengths: [string, () => unknown][] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ["NaN", () => NaN],
  ["0", () => 0],
  ["-0", () => -0],
  ["-1", () => -1],
  ["1.5", () => 1.5],
  ["100.5", () => 100.5],
  ["100", () => 100],
  ['"3"', () => "3"],
  ['"100"', () => "100"],
  ['""', () => ""],
  ['"x"', () => "x"],
  ["true", () => true],
  ["2 ** 53", () => 2 ** 53],
  ["1e20", () => 1e20],
  ["Infinity", () => Number.POSITIVE_INFINITY],
  ["-Infinity", () => Number.NEGATIVE_INFINITY],
  ["100n", () => 100n],
  ["Symbol()", () => Symbol("s")],
  ["{}", () => ({})],
  ["{ length: 3 }", () => ({ length: 3, 0: 7 })],
  ["counting valueOf", counting],
  [
    "throwing valueOf",
    () => ({
      valueOf: () => {
        throw new EvalError("mine");
      },
    }),
  ],
  ["array", () => [1, 2, 3]],
  ["array of bigints", () => [1n, 2n]],
  ["iterable", () => new Set([5, 6, 7])],
  ["ArrayBuffer", () => new ArrayBuffer(160)],
  ["odd ArrayBuffer", () => new ArrayBuffer(161)],
  ["SharedArrayBuffer", () => new SharedArrayBuffer(160)],
  ["typed array", () => new Float32Array([1, 2, 300])],
  ["big typed array", () => new BigInt64Array(100)],
  ["function", () => () => 5],
];

describe("alloc is new", () => {
  for (const C of [...constructors, DataView] as (new (
    n: number,
  ) => View)[]) {
    it(`${C.name}: makes of every length what new makes of it, pool empty or not`, () => {
      for (const make of [alloc, allocUninitialized]) {
        for (const [name, length] of lengths) {
          const plain = outcome(() => new C(length() as number));
          expect(
            outcome(() => make(C, length() as number)),
            name,
          ).toEqual(plain);
          // Again with a freed buffer of that length waiting: only what is zeroed may be compared.
          try {
            unsafeFree(make(C, length() as number));
          } catch {
            continue;
          }
          if (make === alloc)
            expect(
              outcome(() => alloc(C, length() as number)),
              name,
            ).toEqual(plain);
        }
      }
    });
  }

  it("passes subclasses and unknown constructors to new", () => {
    class Mine extends Float64Array {}
    const a = alloc(Mine, 100);
    expect(a).toBeInstanceOf(Mine);
    unsafeFree(a);
    expect(alloc(Mine, 100)).not.toBe(a);
    class Other {
      n: number;
      constructor(n: number) {
        this.n = n;
      }
    }
    expect(alloc(Other, 7)).toEqual(new Other(7));
  });

  it("does not take over storage that a strange length brought along", () => {
    const buffer = new ArrayBuffer(800);
    const view = alloc(Float64Array, buffer as unknown as number);
    expect(view.buffer).toBe(buffer);
  });
});

describe("recycling", () => {
  for (const C of constructors) {
    it(`${C.name}: gives a freed object back, zeroed`, () => {
      const a = alloc(C, 100) as View;
      bytes(a).fill(0xa5);
      unsafeFree(a);
      const before = stats().recycled;
      const b = alloc(C, 100);
      expect(stats().recycled).toBe(before + (bytes(b).length > 64 ? 1 : 0));
      expect(b).toBe(a);
      expect(bytes(b).every((v) => v === 0)).toBe(true);
    });
  }

  it("leaves the contents when they are said not to matter", () => {
    const a = alloc(Uint8Array, 100).fill(7);
    unsafeFree(a);
    const b = allocUninitialized(Uint8Array, 100);
    expect(b).toBe(a);
    expect(b[99]).toBe(7);
  });

  it("does not mix kinds or lengths", () => {
    const a = alloc(Float64Array, 100);
    unsafeFree(a);
    for (const C of typedArrays) {
      if ((C as unknown) !== Float64Array) expect(storage(alloc(C, 100))).not.toBe(a.buffer);
    }
    expect(alloc(Float64Array, 101)).not.toBe(a);
    expect(alloc(Float64Array, 100)).toBe(a);
  });

  it("tells lengths and kinds apart that fall on the same place of its memory", () => {
    const made = [32, 48, 64].flatMap((n) => [Float64Array, Float32Array].map((C) => alloc<unknown>(C, n)));
    for (let round = 0; round < 3; round++) {
      made.forEach(unsafeFree);
      const again = [32, 48, 64].flatMap((n) =>
        [Float64Array, Float32Array].map((C) => alloc<unknown>(C, n)),
      );
      expect(again.every((x, i) => x === made[i])).toBe(true);
    }
  });

  it("leaves small buffers to the collector", () => {
    for (const n of [0, 1, 8, 64]) {
      const before = stats().bytesHeld;
      const a = alloc(Uint8Array, n);
      unsafeFree(a);
      expect(stats().bytesHeld).toBe(before);
      expect(alloc(Uint8Array, n) === a).toBe(false); // toBe would list the elements
    }
    const largest = alloc(Uint8Array, (16 << 20) - 1);
    unsafeFree(largest);
    expect(alloc(Uint8Array, (16 << 20) - 1) === largest).toBe(true);
  });

  it("has the large buffer that was freed last, beside the budget, until a collection", async () => {
    const [n, m] = [16 << 20, 20 << 20];
    trim();
    const a = alloc(Uint8Array, n);
    const b = alloc(Uint8Array, m);
    a[5] = 1;
    unsafeFree(a);
    expect(stats()).toMatchObject({ bytesHeld: 0, buffersHeld: 1 });
    expect(alloc(Uint8Array, n) === a).toBe(true);
    expect(a[5]).toBe(0);
    unsafeFree(a);
    unsafeFree(b);
    expect(stats().buffersHeld).toBe(1);
    expect(alloc(Uint8Array, n) === a).toBe(false);
    expect(alloc(Uint8Array, m) === b).toBe(true);
    unsafeFree(b);
    for (let i = 0; i < 10 && stats().buffersHeld > 0; i++) {
      gc?.();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(stats().buffersHeld).toBe(0);
    expect(alloc(Uint8Array, m) === b).toBe(false);
  });
});

describe("the budget", () => {
  it("is never exceeded, whatever is freed, and trim gives everything back", () => {
    const { maxBytes } = stats();
    configure({ maxBytes: 100_000 });
    try {
      const live: View[] = [];
      for (let i = 0; i < 3000; i++) live.push(alloc(Uint8Array, 65 + ((i * 7919) % 9000)));
      for (const x of live) {
        unsafeFree(x);
        expect(stats().bytesHeld).toBeLessThanOrEqual(100_000);
      }
      expect(stats().bytesHeld).toBeGreaterThan(50_000);
      expect(stats().buffersHeld).toBeGreaterThan(0);
      const { bytesHeld } = stats();
      expect(trim()).toBe(bytesHeld);
      expect(stats()).toMatchObject({ bytesHeld: 0, buffersHeld: 0 });
    } finally {
      configure({ maxBytes });
    }
  });

  it("drops what was not used lately before what was", () => {
    const { maxBytes } = stats();
    configure({ maxBytes: 100_000 });
    try {
      const hot = alloc(Uint8Array, 20_000);
      unsafeFree(hot);
      const idle = [1, 2, 3, 4].map(() => alloc(Uint8Array, 10_000));
      idle.forEach(unsafeFree);
      const more = Array.from({ length: 40 }, (_, i) => alloc(Uint8Array, 2000 + i));
      for (const x of more) {
        // Used all the time, and in the pool whenever something has to go.
        expect(alloc(Uint8Array, 20_000) === hot).toBe(true);
        unsafeFree(hot);
        unsafeFree(x);
      }
      expect(idle.indexOf(alloc(Uint8Array, 10_000))).toBe(-1);
    } finally {
      configure({ maxBytes });
    }
  });

  it("holds for the very next free when it is lowered", () => {
    const { maxBytes } = stats();
    const [a, b] = [alloc(Uint8Array, 1000), alloc(Uint8Array, 1000)];
    for (const x of [a, b]) unsafeFree(x);
    for (const x of [a, b]) expect([a, b]).toContain(alloc(Uint8Array, x.length));
    unsafeFree(a);
    configure({ maxBytes: stats().bytesHeld + 100 });
    unsafeFree(b);
    expect(stats().bytesHeld).toBeLessThanOrEqual(stats().maxBytes);
    configure({ maxBytes });
  });

  it("takes effect at once, and refuses what is no bound", () => {
    const { maxBytes } = stats();
    unsafeFree(alloc(Uint8Array, 1000));
    configure({ maxBytes: 0 });
    expect(stats()).toMatchObject({ bytesHeld: 0, buffersHeld: 0, maxBytes: 0 });
    unsafeFree(alloc(Uint8Array, 1000));
    expect(stats().bytesHeld).toBe(0);
    configure({ maxBytes });
    for (const bad of [-1, NaN, "1" as unknown as number]) {
      expect(() => configure({ maxBytes: bad })).toThrow(RangeError);
      expect(() => configure({ maxBufferBytes: bad })).toThrow(RangeError);
    }
    expect(stats().maxBytes).toBe(maxBytes);
  });

  it("forgets lengths that are no longer used", () => {
    const { maxBytes } = stats();
    configure({ maxBytes: 1 << 20 });
    try {
      for (let i = 0; i < 20_000; i++) unsafeFree(alloc(Uint8Array, 65 + i));
      expect(stats().buffersHeld).toBeLessThan(5000);
    } finally {
      configure({ maxBytes });
    }
  });
});

describe("when memory is short", () => {
  it("gives the pool back and tries once more", () => {
    unsafeFree(alloc(Uint8Array, 1000));
    expect(stats().bytesHeld).toBeGreaterThan(0);
    expect(() => alloc(Uint8Array, -1)).toThrow(RangeError);
    // A bad length is no shortage: nothing was given up for it.
    expect(stats().bytesHeld).toBeGreaterThan(0);
    expect(() => alloc(Uint8Array, 2 ** 52)).toThrow(RangeError);
    trim();
    unsafeFree(alloc(Uint8Array, 1000));
    let tries = 0;
    class Short {
      constructor(_n: number) {
        if (++tries === 1) throw new RangeError("Array buffer allocation failed");
      }
    }
    expect(alloc(Short, 1000)).toBeInstanceOf(Short);
    expect(tries).toBe(2);
    expect(stats().bytesHeld).toBe(0);
  });
});

describe("stats", () => {
  it("counts by kind and in all", () => {
    const before = stats();
    const a = alloc(Int16Array, 500);
    unsafeFree(a);
    alloc(Int16Array, 500);
    const after = stats();
    expect(after.allocs - before.allocs).toBe(2);
    expect(after.recycled - before.recycled).toBe(1);
    expect(after.freed - before.freed).toBe(1);
    expect(after.perType.Int16Array?.allocs).toBe((before.perType.Int16Array?.allocs ?? 0) + 2);
    expect(after.peakBytesHeld).toBeGreaterThanOrEqual(1000);
    expect(after.enabled).toBe(true);
  });
});

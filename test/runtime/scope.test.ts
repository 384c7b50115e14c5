import { beforeEach, describe, expect, it } from "vitest";
import {
  alloc,
  copyOf,
  fromOf,
  mapOf,
  preserve,
  type Scope,
  scope,
  sliceOf,
  slot,
  stats,
  trim,
  unsafeFree,
} from "../../runtime/index.js";

beforeEach(() => void trim());

const f64 = () => alloc(Float64Array, 100);
const held = () => stats().buffersHeld;

describe("scope", () => {
  it("frees what was allocated inside, and passes the result on", () => {
    const sum = scope(() => {
      f64();
      alloc(Uint8Array, 999);
      expect(held()).toBe(0);
      return 5;
    });
    expect(sum).toBe(5);
    expect(held()).toBe(2);
  });

  it("leaves alone what the source makes with `new`, `slice`, `map` or `from`", () => {
    const source = f64().fill(1);
    scope(() => {
      slot().take(Float64Array, 100);
      slot().takeUninitialized(Float64Array, 100);
      sliceOf(source);
      mapOf(source, (x: number) => x);
      copyOf(Float64Array, source);
      fromOf(Float64Array, source);
    });
    expect(held()).toBe(0);
  });

  it("frees when fn throws", () => {
    expect(() =>
      scope(() => {
        f64();
        throw new EvalError("mine");
      }),
    ).toThrow(EvalError);
    expect(held()).toBe(1);
  });

  it("carries out what is returned, alone, as a part, or deep inside", () => {
    const shapes: ((b: Float64Array<ArrayBuffer>) => unknown)[] = [
      (b) => b,
      (b) => b.buffer,
      (b) => b.subarray(3),
      (b) => new DataView(b.buffer, 8),
      (b) => [{ b }],
      (b) => new Map([["k", new Set([b])]]),
      (b) => {
        const x: Record<string, unknown> = { b };
        x.x = x;
        return x;
      },
    ];
    for (const shape of shapes) {
      trim();
      let inside: unknown;
      scope(() => {
        f64();
        const b = f64();
        inside = b;
        return shape(b);
      });
      expect(held()).toBe(1);
      expect(f64()).not.toBe(inside);
      expect(f64()).not.toBe(inside);
    }
  });

  it("frees nothing when the result may hide a buffer", () => {
    class Hides {
      #b: unknown;
      constructor(b: unknown) {
        this.#b = b;
      }
      get() {
        return this.#b;
      }
    }
    const hiding = [
      (b: object) => () => b,
      (b: object) => new Hides(b),
      (b: object) => [new Hides(b)],
      (b: object) => ({
        get b() {
          return b;
        },
      }),
      (b: object) => new WeakRef(b),
      (b: object) =>
        new Proxy(
          { b },
          {
            ownKeys: () => {
              throw new Error("no");
            },
          },
        ),
    ];
    for (const hide of hiding) {
      scope(() => hide(f64()));
      expect(held()).toBe(0);
    }
  });

  it("nests: what is carried out belongs to the scope around", () => {
    let outer: unknown;
    scope(() => {
      const b = scope(() => {
        f64();
        return f64();
      });
      outer = b;
      expect(held()).toBe(1);
      expect(f64()).not.toBe(b);
    });
    expect(held()).toBe(2);
    expect([f64(), f64()]).toContain(outer);
  });

  it("does not free what was freed inside and is somebody else's by now", () => {
    const outside: unknown[] = [];
    const open = scope(async () => {
      const b = f64();
      unsafeFree(b);
      await null;
    });
    outside.push(f64());
    return open.then(() => {
      expect(held()).toBe(0);
      expect(f64()).not.toBe(outside[0]);
    });
  });

  it("frees once what was freed inside", () => {
    scope(() => {
      const b = f64();
      unsafeFree(b);
      expect(f64()).toBe(b);
    });
    expect(held()).toBe(1);
  });

  it("leaves alone what was allocated before or outside", () => {
    const b = f64();
    scope(() => b.fill(1));
    expect(held()).toBe(0);
    scope(() => 1);
    f64();
    expect(held()).toBe(0);
  });

  it("ends with the promise of an async fn, also when it rejects", async () => {
    let during = -1;
    const done = scope(async (s: Scope) => {
      f64();
      await null;
      during = held();
      f64(); // after an await: not of this scope
      s.alloc(Float64Array, 100);
      return s.alloc(Float64Array, 100);
    });
    expect(held()).toBe(0);
    const kept = await done;
    expect(during).toBe(0);
    expect(held()).toBe(2);
    expect(f64()).not.toBe(kept);
    expect(f64()).not.toBe(kept);
    trim();
    await expect(
      scope(async () => {
        f64();
        await null;
        throw new EvalError("mine");
      }),
    ).rejects.toThrow(EvalError);
    expect(held()).toBe(1);
  });

  it("does not take in what others allocate while it waits", async () => {
    const done = scope(async () => {
      await null;
    });
    const other = f64();
    await done;
    expect(held()).toBe(0);
    expect(f64()).not.toBe(other);
  });

  it("owns what it is told to", () => {
    const b = f64();
    scope((s) => {
      expect(s.own(b)).toBe(b);
      expect(s.own(null)).toBe(null);
    });
    expect(held()).toBe(1);
    expect(f64()).toBe(b);
  });

  it("is of no effect once closed", () => {
    let late: Scope | undefined;
    scope((s) => {
      late = s;
    });
    const b = late?.own(f64());
    late?.alloc(Float64Array, 100);
    scope(() => {
      late?.alloc(Float64Array, 100);
    });
    expect(held()).toBe(0);
    expect(f64()).not.toBe(b);
  });

  it("waits for preserve, and skips what was transferred", () => {
    let kept: Float64Array<ArrayBuffer> | undefined;
    const outer = f64();
    preserve(outer, () => {
      scope((s) => {
        s.own(outer);
        kept = f64();
        structuredClone(0, { transfer: [kept.buffer] });
      });
      expect(held()).toBe(0);
    });
    expect(held()).toBe(1);
    expect(f64()).toBe(outer);
    expect(f64().length).toBe(100);
  });
});

describe("a scope for using", () => {
  it("frees what was made through it at the end of the block, also when that throws", () => {
    {
      using s = scope();
      s.alloc(Float64Array, 100);
      f64();
      expect(held()).toBe(0);
    }
    expect(held()).toBe(1);
    expect(() => {
      using s = scope();
      s.own(f64());
      s.alloc(Uint8Array, 100);
      throw new EvalError("mine");
    }).toThrow(EvalError);
    expect(held()).toBe(2);
  });

  it("keeps what is given up, by any view, and frees nothing twice", () => {
    const make = () => {
      using s = scope();
      const result = s.alloc(Float64Array, 100);
      const freed = s.alloc(Float64Array, 200);
      unsafeFree(freed);
      return s.keep(result.subarray(2));
    };
    const part = make();
    expect(held()).toBe(1);
    unsafeFree(part.buffer);
    expect(held()).toBe(2);
  });

  it("lives across awaits, and owns nothing of others meanwhile", async () => {
    const s = scope();
    s.alloc(Float64Array, 100);
    await null;
    const other = f64();
    s[Symbol.dispose]();
    s[Symbol.dispose]();
    expect(held()).toBe(1);
    expect(s.alloc(Float64Array, 100)).not.toBe(other);
  });
});

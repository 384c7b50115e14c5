import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  alloc,
  CannotFreeError,
  type CannotFreeReason,
  mustFree,
  onFree,
  preserve,
  stats,
  trim,
  unsafeFree,
} from "../../runtime/index.js";
import { storage, typedArrays, type View } from "./kinds.js";

beforeEach(() => void trim());

/** What the pool hands out for this kind and length until it is empty. */
function drain(C: new (n: number) => unknown, length: number): ArrayBuffer[] {
  const out: ArrayBuffer[] = [];
  while (stats().buffersHeld > 0 && out.length < 100) out.push(storage(alloc(C, length)));
  return out;
}

function reasonOf(x: unknown): CannotFreeReason | "freed" {
  try {
    mustFree(x);
    return "freed";
  } catch (error) {
    expect(error).toBeInstanceOf(CannotFreeError);
    expect((error as Error).message).toMatch(/^Cannot free .+: it is .+\. .+\.$/);
    return (error as CannotFreeError).reason;
  }
}

class Sub extends Float64Array {}
class SubBuffer extends ArrayBuffer {}
const withProperty = (b: ArrayBuffer) => Object.assign(b, { mine: 1 });
const noPrototype = <T>(x: T): T => Object.setPrototypeOf(x, null);
const hostile = new Proxy(
  {},
  Object.fromEntries(
    Reflect.ownKeys(Reflect).map((k) => [
      k,
      () => {
        throw new Error(`trap ${String(k)}`);
      },
    ]),
  ),
);
const resizable = () => Reflect.construct(ArrayBuffer, [800, { maxByteLength: 1600 }]) as ArrayBuffer;
function detached(view: View): View {
  structuredClone(0, { transfer: [view.buffer] });
  return view;
}
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const refusals: [string, CannotFreeReason, () => unknown][] = [
  ["null", "not-a-buffer", () => null],
  ["undefined", "not-a-buffer", () => undefined],
  ["a number", "not-a-buffer", () => 5],
  ["a string", "not-a-buffer", () => "buffer"],
  ["a symbol", "not-a-buffer", () => Symbol("s")],
  ["a function", "not-a-buffer", () => () => 1],
  ["an object", "not-a-buffer", () => ({ length: 100, buffer: new ArrayBuffer(800) })],
  ["an array", "not-a-buffer", () => [1, 2]],
  ["a hostile Proxy", "not-a-buffer", () => hostile],
  ["a revoked Proxy", "not-a-buffer", revoked],
  ["a Proxy of a view", "not-a-buffer", () => new Proxy(alloc(Float64Array, 100), {})],
  ["a Proxy of a buffer", "not-a-buffer", () => new Proxy(alloc(ArrayBuffer, 800), {})],
  ["an heir of a view", "not-a-buffer", () => Object.create(alloc(Float64Array, 100))],
  ["shared memory", "shared", () => new SharedArrayBuffer(800)],
  ["a view of shared memory", "shared", () => new Float64Array(new SharedArrayBuffer(800))],
  ["WebAssembly memory", "host-memory", () => new WebAssembly.Memory({ initial: 1 }).buffer],
  [
    "a view of WebAssembly memory",
    "host-memory",
    () => new Uint8Array(new WebAssembly.Memory({ initial: 2 }).buffer),
  ],
  ["the slab of Node's Buffers", "host-memory", () => Buffer.from("x").buffer],
  ["a view of the slab", "host-memory", () => new Uint8Array(Buffer.from("x").buffer)],
  ["a small Buffer", "subclass", () => Buffer.from("x")],
  ["a Buffer with storage of its own", "subclass", () => Buffer.allocUnsafeSlow(800)],
  ["a part from the middle", "partial-view", () => alloc(Float64Array, 100).subarray(1)],
  ["a part from the start", "partial-view", () => alloc(Float64Array, 100).subarray(0, 99)],
  ["a part of a foreign buffer", "partial-view", () => new Float64Array(100).subarray(1)],
  ["a DataView of a part", "partial-view", () => new DataView(alloc(ArrayBuffer, 800), 8)],
  [
    "a part that lies about its size",
    "partial-view",
    () => Object.defineProperty(alloc(Uint8Array, 100).subarray(1), "byteLength", { value: 100 }),
  ],
  ["an instance of a subclass", "subclass", () => new Sub(100)],
  ["a subclass over a buffer of alloc", "subclass", () => new Sub(alloc(ArrayBuffer, 800))],
  ["a view of a subclass of ArrayBuffer", "subclass", () => new Uint8Array(new SubBuffer(800))],
  ["a subclass of ArrayBuffer", "subclass", () => new SubBuffer(800)],
  ["a view of alloc without prototype", "subclass", () => noPrototype(alloc(Float64Array, 100))],
  ["a foreign view without prototype", "subclass", () => noPrototype(new Float64Array(100))],
  [
    "a view with the prototype of another kind",
    "subclass",
    () => Object.setPrototypeOf(alloc(Uint8Array, 800), Float64Array.prototype),
  ],
  ["a DataView without prototype", "subclass", () => noPrototype(new DataView(alloc(ArrayBuffer, 800)))],
  ["a buffer of alloc with a property", "own-properties", () => withProperty(alloc(ArrayBuffer, 800))],
  ["a foreign buffer with a property", "own-properties", () => withProperty(new ArrayBuffer(800))],
  ["a detached view of alloc", "detached", () => detached(alloc(Uint8Array, 800))],
  ["a detached foreign view", "detached", () => detached(new Uint8Array(800))],
  ["a detached buffer", "detached", () => detached(new Uint8Array(800)).buffer],
  [
    "a detached DataView",
    "detached",
    () => {
      const view = new DataView(new ArrayBuffer(800));
      detached(new Uint8Array(view.buffer as ArrayBuffer));
      return view;
    },
  ],
  ["a resizable buffer", "resizable", resizable],
  ["a view that tracks a resizable buffer", "resizable", () => new Uint8Array(resizable())],
];

describe("what is not freed", () => {
  for (const [name, reason, make] of refusals) {
    it(`${name}: unsafeFree ignores it, mustFree says ${reason}`, () => {
      const x = make();
      const before = stats();
      expect(unsafeFree(x)).toBeUndefined();
      expect(stats().freed).toBe(before.freed);
      expect(stats().bytesHeld).toBe(0);
      expect(reasonOf(x)).toBe(reason);
      expect(stats().bytesHeld).toBe(0);
    });
  }

  it("never detaches what it only tests", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const view = new Uint8Array(memory.buffer);
    unsafeFree(view);
    expect(view.length).toBe(65536);
    const own = new Uint8Array(65536);
    mustFree(own);
    expect(own.length).toBe(65536);
  });
});

describe("what is freed", () => {
  for (const C of typedArrays) {
    it(`${C.name}: its view, its buffer, and any other whole view stand for one storage`, () => {
      const whole: ((v: View) => unknown)[] = [
        (v) => v,
        (v) => v.buffer,
        (v) => new Uint8Array(v.buffer),
        (v) => new DataView(v.buffer),
        (v) => v.subarray(),
      ];
      for (const first of whole) {
        for (const second of whole) {
          trim();
          const v = alloc(C, 100);
          unsafeFree(first(v));
          expect(stats().buffersHeld).toBe(1);
          unsafeFree(second(v));
          expect(stats().buffersHeld).toBe(1);
          expect(reasonOf(second(v))).toBe("already-freed");
          expect(drain(C, 100)).toEqual([v.buffer]);
        }
      }
    });
  }

  it("storage that alloc did not make, with a new view", () => {
    const foreign = Object.assign(new Float64Array(100).fill(3), { mine: 1 });
    expect(reasonOf(foreign)).toBe("freed");
    expect(reasonOf(foreign)).toBe("already-freed");
    const again = alloc(Float64Array, 100);
    expect(again.buffer).toBe(foreign.buffer);
    expect(again).not.toBe(foreign);
    expect(Object.hasOwn(again, "mine")).toBe(false);
    expect(again[5]).toBe(0);
    unsafeFree(foreign);
    expect(drain(Float64Array, 100)).toEqual([again.buffer]);
  });

  it("foreign ArrayBuffers and DataViews, as ArrayBuffers", () => {
    const a = new ArrayBuffer(800);
    const b = new DataView(new ArrayBuffer(800));
    mustFree(a);
    mustFree(b);
    expect(new Set(drain(ArrayBuffer, 800))).toEqual(new Set([a, b.buffer]));
  });

  it("foreign buffers of a multiple of 64 KiB, which WebAssembly's are not taken for", () => {
    const a = new Uint8Array(65536);
    expect(reasonOf(a)).toBe("freed");
    expect(drain(Uint8Array, 65536)).toEqual([a.buffer]);
  });

  it("only a few foreign buffers of a length, however many come, and by mustFree only", () => {
    for (let i = 0; i < 50; i++) unsafeFree(new Float64Array(100));
    expect(stats().buffersHeld).toBe(0);
    for (let i = 0; i < 50; i++) mustFree(new Float64Array(100));
    expect(stats().buffersHeld).toBe(4);
  });

  it("small and very large buffers, by leaving them alone", () => {
    expect(reasonOf(alloc(Uint8Array, 8))).toBe("freed");
    expect(reasonOf(alloc(Uint8Array, 16 << 20))).toBe("freed");
    expect(stats().bytesHeld).toBe(0);
  });

  it("the storage of a double free even after it was dropped", () => {
    const a = alloc(Float64Array, 100);
    unsafeFree(a);
    trim();
    unsafeFree(a);
    expect(stats().buffersHeld).toBe(0);
  });

  it("what stays lent while many others are lent and freed in any order, each once", () => {
    const long = Array.from({ length: 5 }, () => alloc(Float64Array, 20));
    for (let i = 0; i < 30; i++) {
      const some = Array.from({ length: 1 + (i % 11) }, () => alloc(Float64Array, 20));
      const turned = some.splice(i % some.length).concat(some);
      for (const each of turned) unsafeFree(each);
      for (const each of turned) unsafeFree(each);
    }
    const { freed, buffersHeld } = stats();
    for (const each of long) unsafeFree(each);
    for (const each of long) unsafeFree(each);
    expect(stats().freed - freed).toBe(5);
    expect(stats().buffersHeld - buffersHeld).toBe(5);
    const all = drain(Float64Array, 20);
    expect(new Set(all).size).toBe(all.length);
  });

  it("a view that was freed, lent again and freed again, long after", () => {
    const a = alloc(Float64Array, 100);
    for (let i = 0; i < 20; i++) alloc(Float64Array, 50);
    unsafeFree(a);
    expect(alloc(Float64Array, 100)).toBe(a);
    unsafeFree(a);
    unsafeFree(a);
    expect(drain(Float64Array, 100)).toEqual([a.buffer]);
  });
});

describe("onFree", () => {
  class Tensor {
    disposed = 0;
    dispose() {
      this.disposed++;
    }
  }
  class Special extends Tensor {}
  class Broken {}
  onFree(Tensor, (t) => t.dispose());
  onFree(Broken, () => {
    throw new Error("stuck");
  });

  it("frees instances, of subclasses too, once", () => {
    const t = new Special();
    unsafeFree(t);
    unsafeFree(t);
    expect(t.disposed).toBe(1);
    expect(reasonOf(t)).toBe("already-freed");
    expect(t.disposed).toBe(1);
    const u = new Tensor();
    mustFree(u);
    expect(u.disposed).toBe(1);
  });

  it("unsafeFree swallows what a handler throws, mustFree reports it", () => {
    expect(unsafeFree(new Broken())).toBeUndefined();
    try {
      mustFree(new Broken());
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: "CannotFreeError", reason: "handler-threw" });
      expect((error as Error).cause).toMatchObject({ message: "stuck" });
    }
  });

  it("still throws nothing at a hostile Proxy", () => {
    expect(unsafeFree(hostile)).toBeUndefined();
    expect(reasonOf(hostile)).toBe("not-a-buffer");
  });

  it("refuses what is no class or no function", () => {
    expect(() => onFree(3 as never, () => {})).toThrow(TypeError);
    expect(() => onFree(Tensor, 3 as never)).toThrow(TypeError);
  });

  it("waits for preserve", () => {
    const t = new Tensor();
    preserve(t, () => {
      unsafeFree(t);
      expect(t.disposed).toBe(0);
    });
    expect(t.disposed).toBe(1);
  });
});

describe("preserve", () => {
  it("lets frees wait until fn returns, whichever view was freed", () => {
    const v = alloc(Float64Array, 100).fill(1);
    const result = preserve(v.subarray(3, 5), () => {
      unsafeFree(v);
      unsafeFree(new Uint8Array(v.buffer));
      expect(stats().buffersHeld).toBe(0);
      expect(alloc(Float64Array, 100)).not.toBe(v);
      return "r";
    });
    expect(result).toBe("r");
    expect(drain(Float64Array, 100)).toEqual([v.buffer]);
  });

  it("does not free what nobody freed", () => {
    const v = alloc(Float64Array, 100);
    preserve(v, () => {});
    expect(stats().buffersHeld).toBe(0);
    unsafeFree(v);
    expect(drain(Float64Array, 100)).toEqual([v.buffer]);
  });

  it("nests, and ends when fn throws", () => {
    const v = alloc(Float64Array, 100);
    expect(() =>
      preserve(v, () => {
        preserve(v, () => unsafeFree(v));
        expect(stats().buffersHeld).toBe(0);
        throw new EvalError("mine");
      }),
    ).toThrow(EvalError);
    expect(drain(Float64Array, 100)).toEqual([v.buffer]);
  });

  it("lasts as long as a promise", async () => {
    const v = alloc(Float64Array, 100);
    const done = preserve(v, async () => {
      await null;
      expect(stats().buffersHeld).toBe(0);
      return 7;
    });
    unsafeFree(v);
    expect(stats().buffersHeld).toBe(0);
    expect(await done).toBe(7);
    expect(drain(Float64Array, 100)).toEqual([v.buffer]);
    const w = alloc(Float64Array, 200);
    const failed = preserve(w, () => Promise.reject(new EvalError("mine")));
    unsafeFree(w);
    await expect(failed).rejects.toThrow(EvalError);
    expect(drain(Float64Array, 200)).toEqual([w.buffer]);
  });

  it("works for foreign storage, also when the pool would not have wanted it", () => {
    for (let i = 0; i < 10; i++) unsafeFree(new Float64Array(100));
    const v = new Float64Array(100);
    preserve(v, () => {
      const others = drain(Float64Array, 100);
      unsafeFree(v);
      expect(stats().buffersHeld).toBe(0);
      expect(others).not.toContain(v.buffer);
    });
    expect(stats().buffersHeld).toBe(1);
  });

  it("runs fn whatever x is", () => {
    const fn = vi.fn(() => 3);
    for (const x of [null, 1, {}, hostile, new SharedArrayBuffer(8)]) expect(preserve(x, fn)).toBe(3);
    expect(fn).toHaveBeenCalledTimes(5);
  });
});

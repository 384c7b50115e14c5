import { beforeEach, describe, expect, it } from "vitest";
import { alloc, CannotFreeError, mustFree, onFree, stats, trim } from "../../runtime/index.js";

beforeEach(() => void trim());

const f64 = () => alloc(Float64Array, 100);
const hidden = Symbol("hidden");
const deep = { recurse: true };

describe("mustFree with recurse", () => {
  it("finds buffers in fields, elements, Maps and Sets, at any depth", () => {
    class Image {
      data = f64();
      readonly [hidden] = f64();
    }
    const object = Object.defineProperty({}, "quiet", { value: f64(), enumerable: false });
    const x = {
      a: f64(),
      list: [f64(), [f64(), 3, null, undefined, "s"]],
      map: new Map<unknown, unknown>([[f64(), { v: f64() }]]),
      set: new Set([f64()]),
      image: new Image(),
      none: Object.assign(Object.create(null), { b: f64() }),
      object,
      raw: alloc(ArrayBuffer, 800),
    };
    mustFree(x, deep);
    expect(stats().buffersHeld).toBe(11);
  });

  it("ends on cycles, and frees what is reached twice once", () => {
    const b = f64();
    const x: Record<string, unknown> = { b, again: b, same: b.buffer, bytes: new Uint8Array(b.buffer) };
    x.self = x;
    x.list = [x, new Map([[x, x]])];
    mustFree(x, deep);
    expect(stats().buffersHeld).toBe(1);
  });

  it("takes a part beside the whole for one with it", () => {
    const b = f64();
    mustFree({ part: b.subarray(2), whole: b, node: Buffer.from(b.buffer) }, deep);
    expect(stats().buffersHeld).toBe(1);
  });

  it("calls no getter", () => {
    let called = 0;
    const x = {
      b: f64(),
      get lazy() {
        called++;
        return f64();
      },
    };
    mustFree(x, deep);
    expect(called).toBe(0);
    expect(stats().buffersHeld).toBe(1);
  });

  it("frees all or nothing, and says where the trouble is", () => {
    const x = { good: f64(), deep: [{ bad: f64().subarray(1) }] };
    let caught: unknown;
    try {
      mustFree(x, deep);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(CannotFreeError);
    expect(caught).toMatchObject({ reason: "partial-view" });
    expect((caught as Error).message).toContain("deep.0.bad, Float64Array of 792 bytes");
    expect(stats().buffersHeld).toBe(0);
  });

  it("frees a buffer or an instance of a known type as such, and nothing in what holds nothing", () => {
    class Gpu {
      gone = false;
    }
    onFree(Gpu, (g) => {
      g.gone = true;
    });
    const g = new Gpu();
    mustFree([g], deep);
    expect(g.gone).toBe(true);
    mustFree(f64(), deep);
    expect(stats().buffersHeld).toBe(1);
    mustFree({ n: 1 }, deep);
    expect(() => mustFree(null, deep)).toThrow(CannotFreeError);
    expect(() => mustFree({ b: f64() })).toThrow(CannotFreeError);
  });

  it("manages a long chain", () => {
    let x: unknown = f64();
    for (let i = 0; i < 20_000; i++) x = { x };
    mustFree(x, deep);
    expect(stats().buffersHeld).toBe(1);
  });
});

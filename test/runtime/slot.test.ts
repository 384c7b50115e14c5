import { beforeEach, describe, expect, it } from "vitest";
import {
  alloc,
  preserve,
  scope,
  slot,
  stats,
  takeFrom,
  takeUninitializedFrom,
  trim,
  unsafeFree,
} from "../../runtime/index.js";
import { bytes, typedArrays, type View } from "./kinds.js";

beforeEach(() => void trim());

const cycle = (from: ReturnType<typeof slot>, length: number): Float64Array => {
  const x = from.take(Float64Array, length);
  from.give(x, x.length);
  return x;
};

describe("a slot", () => {
  it("hands out again what was given to it", () => {
    const s = slot();
    expect(cycle(s, 3)).toBe(s.take(Float64Array, 3));
    const t = slot();
    expect(cycle(t, 100)).toBe(t.takeUninitialized(Float64Array, 100));
  });

  it.each(typedArrays.map((C) => [C.name, C] as const))("gives zeros of %s", (_, C) => {
    for (const length of [1, 2, 3, 7, 8, 31, 32, 33, 64, 65, 512]) {
      const s = slot();
      const x = s.take(C, length);
      for (let round = 0; round < 3; round++) {
        bytes(x).fill(99);
        s.give(x, x.length);
        expect(s.take(C, length)).toBe(x);
        expect(bytes(x).every((byte) => byte === 0)).toBe(true);
      }
    }
  });

  it("takes what it doesn't have from the pool, and gives it what it can't keep", () => {
    const s = slot();
    const large = cycle(s, 513);
    expect(s.take(Float64Array, 513)).toBe(large);
    const first = cycle(s, 100);
    const other = s.take(Float64Array, 101);
    expect(alloc(Float64Array, 100)).toBe(first);
    unsafeFree(other);
    expect(alloc(Float64Array, 101)).toBe(other);
  });

  it("keeps lengths and kinds apart", () => {
    const s = slot();
    cycle(s, 100);
    expect(s.take(Float32Array, 100)).toBeInstanceOf(Float32Array);
    for (const length of [100.5, "100", Number.NaN, -0, [1, 2]] as unknown as number[]) {
      const t = slot();
      cycle(t, 100);
      expect(t.take(Float64Array, length)).toEqual(new Float64Array(length));
    }
    expect(() => slot().take(Float64Array, -1)).toThrow(RangeError);
    expect(slot().take(ArrayBuffer, 100)).toBeInstanceOf(ArrayBuffer);
    class Own extends Float64Array {}
    expect(slot().take(Own, 100)).toBeInstanceOf(Own);
  });

  it("serves a function that calls itself", () => {
    const s = slot();
    const depth = (left: number): number => {
      const x = s.take(Float64Array, 20);
      expect(x.every((v) => v === 0)).toBe(true);
      x.fill(left);
      const sum = left > 0 ? depth(left - 1) : 0;
      expect(x.every((v) => v === left)).toBe(true);
      s.give(x, x.length);
      return sum + left;
    };
    for (let round = 0; round < 3; round++) expect(depth(5)).toBe(15);
  });

  it("frees once, whoever does it by whichever way", () => {
    const s = slot();
    const x = s.take(Float64Array, 100);
    unsafeFree(x);
    s.give(x, x.length);
    expect(alloc(Float64Array, 100)).toBe(x);
    expect(s.take(Float64Array, 100)).not.toBe(x);
    const y = s.take(Float64Array, 50);
    s.give(y, y.length);
    s.give(y, y.length);
    unsafeFree(y);
    unsafeFree(y.buffer);
    expect(alloc(Float64Array, 50)).not.toBe(y);
    expect(s.take(Float64Array, 50)).toBe(y);
  });

  it("does nothing for what is no buffer, or was detached", () => {
    const s = slot();
    s.give(undefined, undefined);
    const x = s.take(Float64Array, 100);
    structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] });
    s.give(x, x.length);
    expect(s.take(Float64Array, 100)).toHaveLength(100);
  });

  it("leaves scopes and `preserve` what is theirs", () => {
    const s = slot();
    const inside = scope(() => {
      const x = s.take(Float64Array, 100);
      s.give(x, x.length);
      return { x: s.take(Float64Array, 100) };
    });
    expect(s.take(Float64Array, 100)).not.toBe(inside.x);
    for (const length of [3, 60]) {
      const y = s.take(Float64Array, length);
      preserve(y, () => {
        s.give(y, y.length);
        expect(s.take(Float64Array, length)).not.toBe(y);
      });
    }
    const z = cycle(s, 3);
    expect(s.take(Float64Array, 3)).toBe(z);
  });

  it("is counted, and emptied by `trim`", () => {
    const before = stats();
    const s = slot();
    const x = cycle(s, 40) as unknown as View;
    cycle(s, 40);
    const after = stats();
    expect([after.allocs - before.allocs, after.freed - before.freed]).toEqual([2, 2]);
    expect(after.recycled - before.recycled).toBe(1);
    trim();
    expect(s.take(Float64Array, 40)).not.toBe(x);
  });
});

describe("what a function is handed", () => {
  it("is taken from if it is a slot", () => {
    const s = slot();
    const x = takeFrom(s, Float64Array, 20).fill(7);
    s.give(x, x.length);
    expect(takeFrom(s, Float64Array, 20)).toBe(x);
    expect(x.every((each) => each === 0)).toBe(true);
    s.give(x, x.length);
    expect(takeUninitializedFrom(s, Float64Array, 20)).toBe(x);
  });

  it("is not touched if it is anything else", () => {
    const touched: PropertyKey[] = [];
    const traps = new Proxy({}, { get: (_, trap) => () => void touched.push(trap) as never });
    const like = { take: () => touched.push("take"), takeUninitialized: () => touched.push("take") };
    for (const other of [
      undefined,
      null,
      0,
      "",
      [1],
      () => 0,
      like,
      new Proxy(slot(), traps),
      Object.create(slot()),
    ]) {
      expect(takeFrom(other, Float64Array, 20)).toEqual(new Float64Array(20));
      expect(takeUninitializedFrom(other, Uint8Array, 3)).toHaveLength(3);
    }
    expect(touched).toEqual([]);
  });
});

describe("a slot whose buffer is out", () => {
  it("has room for two that take turns", () => {
    const s = slot();
    const first = s.take(Float64Array, 20).fill(1);
    const second = s.take(Float64Array, 20).fill(2);
    for (let i = 0; i < 3; i++) {
      s.give(first, first.length);
      expect(s.take(Float64Array, 20)).toBe(first);
      expect(first[3]).toBe(0);
      s.give(second.fill(3), second.length);
      expect(s.takeUninitialized(Float64Array, 20)).toBe(second);
    }
    const third = s.take(Float64Array, 20);
    expect(third).not.toBe(first);
    s.give(first, first.length);
    s.give(second, second.length);
    s.give(third, third.length);
    const all = new Set([1, 2, 3, 4].map(() => s.take(Float64Array, 20)));
    expect(all.size).toBe(4);
  });

  it("hands out once what it knows twice", () => {
    const s = slot();
    const first = s.take(Float64Array, 20);
    unsafeFree(first);
    expect(s.take(Float64Array, 20)).toBe(first);
    s.give(first, first.length);
    s.take(Float64Array, 30);
    const all = new Set([1, 2, 3].map(() => alloc(Float64Array, 20)));
    expect(all.size).toBe(3);
  });

  it("forgets what doesn't come back", () => {
    const s = slot();
    const lost = s.take(Float64Array, 20);
    s.take(Float64Array, 20);
    const third = s.take(Float64Array, 20);
    s.give(third, third.length);
    expect(s.take(Float64Array, 20)).toBe(third);
    expect(third).not.toBe(lost);
  });

  it("hands out nothing that another slot has handed out", () => {
    const [s, t] = [slot(), slot()];
    const x = s.take(Float64Array, 20);
    unsafeFree(x);
    expect(t.take(Float64Array, 20)).toBe(x);
    s.give(x, x.length);
    expect(t.take(Float64Array, 20)).toBe(x);
    expect(s.take(Float64Array, 20)).not.toBe(x);
  });

  it("is counted by its kind, also when it changes", () => {
    trim();
    const before = stats();
    const s = slot();
    for (let i = 0; i < 5; i++) cycle(s, 20);
    s.take(Uint8Array, 100);
    const after = stats();
    expect(after.freed - before.freed).toBe(5);
    expect(after.recycled - before.recycled).toBe(4);
  });
});

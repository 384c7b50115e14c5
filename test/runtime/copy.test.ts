import { describe, expect, it } from "vitest";
import { copyOf, fromOf, mapOf, sliceOf } from "../../runtime/copy.js";
import { stats, trim, unsafeFree } from "../../runtime/index.js";

const kinds = [
  Float64Array,
  Float32Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
] as const;

/** The value, or the error that came instead. */
function outcome(f: () => unknown): unknown {
  try {
    const value = f();
    return { value, type: (value as object).constructor.name };
  } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message };
  }
}

const indices = [
  undefined,
  0,
  1,
  -1,
  3,
  -3,
  7.9,
  -0.5,
  100,
  -100,
  Number.NaN,
  Infinity,
  -Infinity,
  "2",
  null,
  {},
];

describe("sliceOf", () => {
  it.each(kinds.map((kind) => [kind.name, kind] as const))("copies what slice copies: %s", (_name, Kind) => {
    const source = new Kind(Array.from({ length: 40 }, (_, i) => i * 3));
    for (const start of indices) {
      for (const end of indices) {
        const expected = outcome(() => source.slice(start as number, end as number));
        const dirty = new Kind(40).fill(9);
        unsafeFree(dirty);
        expect(outcome(() => sliceOf(source, start as number, end as number))).toEqual(expected);
      }
    }
  });

  it("is independent of its source", () => {
    const source = new Float64Array(50).fill(1);
    const copy = sliceOf(source);
    copy[0] = 7;
    expect(source[0]).toBe(1);
    expect(copy.buffer).not.toBe(source.buffer);
  });

  it("leaves Buffers, subclasses, arrays and strings to their own slice", () => {
    class Own extends Float64Array {}
    const buffer = Buffer.from([1, 2, 3]);
    expect(sliceOf(buffer, 1).buffer).toBe(buffer.buffer);
    expect(sliceOf(new Own(20))).toBeInstanceOf(Own);
    expect(sliceOf([1, 2, 3], 1)).toEqual([2, 3]);
    expect(sliceOf("abc", 1)).toBe("bc");
  });

  it("complains as slice does", () => {
    const gone = new Float64Array(20);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    for (const source of [gone, null, undefined, 4, {}]) {
      const expected = outcome(() => (source as unknown as Float64Array).slice());
      expect(outcome(() => sliceOf(source as unknown as Float64Array))).toMatchObject({
        error: (expected as { error: unknown }).error,
      });
    }
  });
});

describe("copyOf and fromOf", () => {
  const holey = [1, 2, 3];
  holey[30] = 4;
  const sources: [string, unknown][] = [
    ["array", Array.from({ length: 30 }, (_, i) => i - 0.5)],
    ["holes", holey],
    ["strings", ["1", "x", ""]],
    ["typed array", new Int16Array(30).fill(-5)],
    ["BigInt array", new BigInt64Array(30)],
    ["empty", []],
    ["set", new Set([1, 2, 3])],
    ["array-like", { length: 3, 0: 1, 1: 2, 2: 3 }],
    ["BigInt in an array", [1n]],
    ["symbol in an array", [Symbol("s")]],
  ];
  for (const Kind of [...kinds, BigUint64Array as unknown as typeof Float64Array]) {
    it.each(sources)(`${Kind.name} from %s`, (_name, source) => {
      for (let round = 0; round < 2; round++) {
        const made = outcome(() => new Kind(source as never));
        const from = outcome(() => (Kind as typeof Float64Array).from(source as never));
        expect(outcome(() => copyOf(Kind as never, source))).toEqual(made);
        expect(outcome(() => fromOf(Kind as never, source))).toEqual(from);
        unsafeFree(new Kind(30));
      }
    });
  }

  it("iterates an array whose iteration was changed", () => {
    const own = Object.assign([1, 2, 3], {
      *[Symbol.iterator]() {
        yield 9;
      },
    });
    expect(copyOf(Float64Array as never, own)).toEqual(new Float64Array([9]));
  });

  it("recycles", () => {
    trim();
    const source = new Float64Array(1000).fill(2);
    const first = sliceOf(source);
    unsafeFree(first);
    const before = stats().recycled;
    expect(copyOf(Float64Array as never, source)).toBe(first);
    expect(stats().recycled).toBe(before + 1);
  });
});

describe("mapOf", () => {
  it.each(kinds.map((kind) => [kind.name, kind] as const))("gives what map gives: %s", (_name, Kind) => {
    const source = new Kind(Array.from({ length: 40 }, (_, i) => i * 3));
    const log: unknown[] = [];
    const seen = (x: number, i: number, all: unknown): number => {
      log.push([x, i, all === source]);
      return x * 1000.7 - i;
    };
    const expected = source.map(seen);
    const told = log.splice(0);
    unsafeFree(new Kind(40).fill(9));
    expect(mapOf(source, seen as never)).toEqual(expected);
    expect(log).toEqual(told);
  });

  it("leaves Buffers, subclasses, arrays and what is empty to their own map", () => {
    class Own extends Float64Array {}
    expect(mapOf(new Own(20), (x: number) => x)).toBeInstanceOf(Own);
    expect(Buffer.isBuffer(mapOf(Buffer.from([1, 2]), (x: number) => x))).toBe(true);
    expect(mapOf([1, 2, 3], ((x: number) => `${x}`) as never)).toEqual(["1", "2", "3"]);
    expect(mapOf(new Float64Array(0), (x: number) => x)).toHaveLength(0);
  });

  it("complains as map does", () => {
    const gone = new Float64Array(20);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const here = new Float64Array(20);
    const boom = (): never => {
      throw new RangeError("boom");
    };
    const wrong: [unknown, unknown][] = [
      [gone, Number],
      [null, Number],
      [{}, Number],
      [here, 4],
      [here, undefined],
      [here, boom],
      [here, () => 1n],
      [new BigInt64Array(20), () => 1],
      [here, () => Symbol.iterator],
    ];
    for (const [source, f] of wrong) {
      const expected = outcome(() => (source as Float64Array).map(f as never));
      const got = outcome(() => mapOf(source as Float64Array, f as never));
      expect((got as { error: string }).error).toBe((expected as { error: string }).error);
    }
  });

  it("reads as map reads when its source is detached meanwhile", () => {
    const run = (map: (source: Float64Array, f: (x: number, i: number) => number) => unknown) => {
      const source = new Float64Array(30).fill(5);
      const f = (x: number | undefined, i: number): number => {
        if (i === 3) structuredClone(source.buffer, { transfer: [source.buffer] });
        return x === undefined ? -1 : x;
      };
      return map(source, f);
    };
    expect(run((source, f) => mapOf(source, f as never))).toEqual(run((source, f) => source.map(f)));
  });

  it("takes its memory from the pool", () => {
    const dirty = mapOf(new Float64Array(77), (() => 4) as never);
    unsafeFree(dirty);
    expect(mapOf(new Float64Array(77), ((_: number, i: number) => i) as never)).toBe(dirty);
  });
});

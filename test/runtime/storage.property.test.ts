/**
 * The runtime's most important promise, on random programs: no storage is ever handed out twice at one time (S2),
 * what is live keeps its contents, and what alloc gives reads as zeros (S5).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alloc,
  allocUninitialized,
  configure,
  type LengthConstructor,
  mustFree,
  preserve,
  scope,
  slot,
  stats,
  trim,
  unsafeFree,
} from "../../runtime/index.js";
import { bytes, constructors, storage } from "./kinds.js";

interface Live {
  obj: unknown;
  mark: number;
}

const viewers: ((b: ArrayBuffer) => unknown)[] = [
  (b) => b,
  (b) => new Uint8Array(b),
  (b) => new Int8Array(b),
  (b) => new DataView(b),
  (b) => (b.byteLength % 8 === 0 ? new Float64Array(b) : new Uint8Array(b)),
  (b) => new Uint8Array(b).subarray(0, b.byteLength >> 1),
  (b) => Buffer.from(b),
];

/** A model beside the pool: which storages are live, and what is written in them. */
class Program {
  readonly live: Live[] = [];
  readonly dead: unknown[] = [];
  #mark = 1;

  /** Something new came out of the runtime: of the right kind and length, on storage of its own. */
  born(C: LengthConstructor<unknown>, n: number, obj: unknown): void {
    if (Object.getPrototypeOf(obj) !== C.prototype) throw new Error("wrong kind");
    if (((obj as Uint8Array).length ?? (obj as ArrayBuffer).byteLength) !== n)
      throw new Error("wrong length");
    this.enter(obj);
  }

  enter(obj: unknown): void {
    const buffer = storage(obj);
    for (const other of this.live) {
      if (storage(other.obj) === buffer) throw new Error("storage handed out twice");
    }
    this.#mark = (this.#mark % 250) + 1;
    const mark = this.#mark;
    bytes(obj).fill(mark);
    this.live.push({ obj, mark });
  }

  check(): void {
    for (const { obj, mark } of this.live) {
      if (!bytes(obj).every((v) => v === mark)) throw new Error("live contents changed");
    }
    const { bytesHeld, maxBytes } = stats();
    if (bytesHeld > maxBytes) throw new Error("over budget");
  }

  pick(i: number): Live | undefined {
    return this.live[i % this.live.length];
  }

  remove(x: Live): void {
    this.live.splice(this.live.indexOf(x), 1);
    this.dead.push(x.obj);
  }
}

type Slot = ReturnType<typeof slot>;
const slots = [slot(), slot(), slot()];

type Step = (p: Program) => void;
const nat = fc.nat(1000);
const kind = fc.constantFrom(...constructors);
const length = fc.constantFrom(1, 9, 16, 17, 33, 100, 1024);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(kind, length).map(([C, n]) => (p: Program) => {
      const x = alloc(C, n);
      if (!bytes(x).every((v) => v === 0)) throw new Error("not zeroed");
      p.born(C, n, x);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(kind, length).map(
      ([C, n]) =>
        (p: Program) =>
          p.born(C, n, allocUninitialized(C, n)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(kind, length).map(
      ([C, n]) =>
        (p: Program) =>
          p.enter(new C(n)),
    ),
  },
  // Frees a live storage by some view: a partial one or a Buffer doesn't free it, and then it stays live.
  {
    weight: 6,
    arbitrary: fc
      .tuple(nat, fc.constantFrom(...viewers), fc.boolean())
      .map(([i, view, must]) => (p: Program) => {
        const x = p.pick(i);
        if (!x) return;
        const v = view(storage(x.obj));
        let refused = Buffer.isBuffer(v) || (v as DataView).byteLength !== storage(x.obj).byteLength;
        try {
          if (must) mustFree(v);
          else unsafeFree(v);
        } catch {
          refused = true;
        }
        if (!refused) p.remove(x);
      }),
  },
  {
    weight: 4,
    arbitrary: nat.map((i) => (p: Program) => {
      const x = p.pick(i);
      if (!x) return;
      p.remove(x);
      unsafeFree(x.obj);
      unsafeFree(x.obj);
    }),
  },
  // A double free of something dead that isn't live again: must change nothing.
  {
    weight: 4,
    arbitrary: fc.tuple(nat, fc.constantFrom(...viewers)).map(([i, view]) => (p: Program) => {
      const dead = p.dead[i % p.dead.length];
      if (dead === undefined || p.live.some((x) => storage(x.obj) === storage(dead))) return;
      unsafeFree(view(storage(dead)));
    }),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(kind, length, nat, fc.boolean()).map(([C, n, i, zeroed]) => (p: Program) => {
      const from = slots[i % slots.length] as Slot;
      const x = zeroed ? from.take(C, n) : from.takeUninitialized(C, n);
      if (zeroed && !bytes(x).every((v) => v === 0)) throw new Error("not zeroed");
      p.born(C, n, x);
    }),
  },
  // Into a slot that may not be the one that it came from, and again when it is dead.
  {
    weight: 6,
    arbitrary: fc.tuple(nat, nat, fc.boolean()).map(([i, j, isDouble]) => (p: Program) => {
      const x = p.pick(i)?.obj as Uint8Array | undefined;
      const to = slots[j % slots.length] as Slot;
      if (!x) return;
      p.remove(p.pick(i) as Live);
      to.give(x, x.length);
      if (isDouble) to.give(x, x.length);
      else unsafeFree(x);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(kind, length, nat).map(([C, n, i]) => (p: Program) => {
      const from = slots[i % slots.length] as Slot;
      scope(() => {
        const x = from.take(C, n) as Uint8Array;
        if (i % 3 === 0) from.give(x, x.length);
        if (i % 3 === 1) unsafeFree(x);
      });
      p.check();
    }),
  },
  { weight: 1, arbitrary: fc.constant((_: Program) => void trim()) },
  {
    weight: 1,
    arbitrary: fc.tuple(kind, length, nat).map(([C, n, i]) => (p: Program) => {
      const inside: unknown[] = [];
      const carried = scope(() => {
        const a = alloc(C, n);
        const b = alloc(C, n);
        inside.push(a, b);
        if (i % 2) unsafeFree(a);
        return { b };
      });
      p.born(C, n, carried.b);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(nat, kind, length).map(([i, C, n]) => (p: Program) => {
      const x = p.pick(i);
      if (!x) return;
      preserve(x.obj, () => {
        unsafeFree(x.obj);
        p.born(C, n, alloc(C, n));
        p.check();
      });
      p.remove(x);
    }),
  },
);

describe("random programs", () => {
  for (const maxBytes of [0, 3000, 64 << 20]) {
    it(`never share storage, budget ${maxBytes}`, () => {
      const before = stats().maxBytes;
      configure({ maxBytes });
      try {
        fc.assert(
          fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
            const program = new Program();
            for (const run of steps) {
              run(program);
              program.check();
            }
          }),
          { numRuns: 300 },
        );
      } finally {
        configure({ maxBytes: before });
      }
      expect(stats().bytesHeld).toBeLessThanOrEqual(Math.max(maxBytes, 1));
    });
  }
});

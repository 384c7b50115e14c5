/** Bit sets behave as sets of numbers do. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { emptySet, has, isSingle, members, setOf, without } from "../../transformer/analysis/node-set.js";

const ids = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 30 });
const bitsOf = (values: readonly number[]): bigint =>
  values.reduce((all, each) => all | setOf(each), emptySet);
const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

test("members are what was put in, ascending, once", () => {
  fc.assert(
    fc.property(ids, (values) => {
      expect(members(bitsOf(values))).toEqual(sorted(new Set(values)));
    }),
  );
});

test("has and without", () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 0, max: 200 }), (values, id) => {
      const model = new Set(values);
      expect(has(bitsOf(values), id)).toBe(model.has(id));
      model.delete(id);
      expect(members(without(bitsOf(values), id))).toEqual(sorted(model));
    }),
  );
});

test("union, intersection and equality are those of sets", () => {
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      const inBoth = new Set(a.filter((each) => b.includes(each)));
      expect(members(bitsOf(a) | bitsOf(b))).toEqual(sorted(new Set([...a, ...b])));
      expect(members(bitsOf(a) & bitsOf(b))).toEqual(sorted(inBoth));
      expect(bitsOf(a) === bitsOf(b)).toBe(`${sorted(new Set(a))}` === `${sorted(new Set(b))}`);
    }),
  );
});

test("single means one member", () => {
  fc.assert(
    fc.property(ids, (values) => {
      expect(isSingle(bitsOf(values))).toBe(new Set(values).size === 1);
    }),
  );
  expect(isSingle(emptySet)).toBe(false);
});

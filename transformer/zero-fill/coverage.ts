/**
 * Which elements of a buffer have surely been written at a place of the program: ranges of indices, each from a sum up to, but
 * without, another.
 *
 * # Invariants
 * - V1 Every element in a range has been written on every path to the place.
 * - V2 What is written stays written: going on never loses a range, so the coverage at the start of a statement is
 *   a safe answer for any place inside of it.
 *
 * # Example
 * After `out[0] = a; for (let i = 1; i < n; i++) out[i] = b;` the ranges [0, 1) and [1, n) are one, [0, n): the buffer is covered.
 */
import { atomsOf, isAtLeast, isConstant, keyOf, plus, type Sum } from "./linear.js";

export interface Range {
  readonly from: Sum;
  readonly to: Sum;
}

export interface Coverage {
  /** Everything is written. */
  readonly isFull: boolean;
  readonly ranges: readonly Range[];
}

export const nothing: Coverage = { isFull: false, ranges: [] };
export const everything: Coverage = { isFull: true, ranges: [] };

/** Adds a range, joined with those that it touches. An index below 0 or from `length` on is no element. */
export function withRange(coverage: Coverage, range: Range, length: Sum): Coverage {
  if (coverage.isFull) return coverage;
  let joined = range;
  let rest = [...coverage.ranges];
  for (let touching = true; touching; ) {
    const before = joined;
    const mate = rest.find((each) => join(each, before) !== null);
    touching = mate !== undefined;
    if (mate) {
      joined = join(mate, before) as Range;
      rest = rest.filter((each) => each !== mate);
    }
  }
  if (startsAtZero(joined) && isAtLeast(joined.to, length)) return everything;
  return { isFull: false, ranges: [...rest, joined] };
}

/** Both ranges as one; right also where one of them is empty. */
function join(a: Range, b: Range): Range | null {
  if (contains(a, b)) return a;
  if (contains(b, a)) return b;
  if (isAtLeast(a.to, b.from)) return { from: a.from, to: b.to };
  if (isAtLeast(b.to, a.from)) return { from: b.from, to: a.to };
  return null;
}

function contains(outer: Range, inner: Range): boolean {
  return isAtLeast(inner.from, outer.from) && isAtLeast(outer.to, inner.to);
}

function startsAtZero({ from }: Range): boolean {
  return isConstant(from) && from.constant <= 0;
}

/** What is written on both of two paths; `null` is a path that doesn't get here. */
export function meet(a: Coverage | null, b: Coverage | null): Coverage | null {
  if (a === null || b?.isFull) return a === null ? b : a;
  if (b === null || a.isFull) return b === null ? a : b;
  const common = [
    ...a.ranges.filter((each) => isInside(each, b)),
    ...b.ranges.filter((each) => isInside(each, a)),
  ];
  const byKey = new Map(common.map((each) => [`${keyOf(each.from)}${keyOf(each.to)}`, each]));
  return { isFull: false, ranges: [...byKey.values()] };
}

function isInside(range: Range, { ranges }: Coverage): boolean {
  return ranges.some((each) => contains(each, range));
}

/** Whether reading the element at `index` finds what was written, or no element at all. */
export function isWritten({ isFull, ranges }: Coverage, index: Sum, length: Sum): boolean {
  if (isFull) return true;
  return ranges.some((each) => {
    const isAbove = startsAtZero(each) || isAtLeast(index, each.from);
    return isAbove && (isAtLeast(each.to, length) || isAtLeast(each.to, plus(index, 1)));
  });
}

/** The ranges that are made of none of these variables. */
export function without(coverage: Coverage, isGone: (variable: object) => boolean): Coverage {
  const stays = (sum: Sum): boolean => atomsOf(sum).every((each) => ![...each.variables].some(isGone));
  return { ...coverage, ranges: coverage.ranges.filter(({ from, to }) => stays(from) && stays(to)) };
}

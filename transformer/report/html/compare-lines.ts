/**
 * Finds the lines in which two texts differ.
 *
 * Idea (patience diff): lines that occur once in either text, in the same order, surely belong together; what lies between two such
 * lines is compared in the same way. Where no line is unique, all lines but those in common at both ends count as changed. The
 * emitted texts differ by single inserted statements, so that this finds what a person would say.
 *
 * Invariant: the first text with all changes made is the second ({@link applyChanges}).
 *
 * Example: `["a", "b"]`, `["a", "x", "b"]` → `[{ at: 1, removed: 0, added: ["x"] }]`
 */
import type { LineChange } from "./page-data.js";

/** The changes that make `after` of `before`, in order. */
export function compareLines(before: readonly string[], after: readonly string[]): LineChange[] {
  const changes: LineChange[] = [];
  const pending: Range[] = [{ from: [0, 0], to: [before.length, after.length] }];
  for (let range = pending.pop(); range; range = pending.pop()) {
    const rest = trim(before, after, range);
    const [at, other] = rest.from;
    const removed = rest.to[0] - at;
    const added = after.slice(other, rest.to[1]);
    if (removed === 0 && added.length === 0) continue;
    const pairs = removed === 0 || added.length === 0 ? [] : commonUniqueLines(before, after, rest);
    if (pairs.length === 0) changes.push({ at, removed, added });
    else pending.push(...split(rest, pairs).reverse());
  }
  return changes;
}

/** The second text of {@link compareLines}. */
export function applyChanges(before: readonly string[], changes: readonly LineChange[]): string[] {
  const lines: string[] = [];
  let next = 0;
  for (const { at, removed, added } of changes) {
    for (; next < at; next++) lines.push(before[next] ?? "");
    lines.push(...added);
    next += removed;
  }
  for (; next < before.length; next++) lines.push(before[next] ?? "");
  return lines;
}

/** Places in the first and the second text. */
type Pair = readonly [number, number];

interface Range {
  readonly from: Pair;
  readonly to: Pair;
}

function trim(before: readonly string[], after: readonly string[], { from, to }: Range): Range {
  let [a, b] = from;
  let [c, d] = to;
  while (a < c && b < d && before[a] === after[b]) {
    a++;
    b++;
  }
  while (a < c && b < d && before[c - 1] === after[d - 1]) {
    c--;
    d--;
  }
  return { from: [a, b], to: [c, d] };
}

/** The ranges before, between and after pairs of equal lines. */
function split({ from, to }: Range, pairs: readonly Pair[]): Range[] {
  const starts: Pair[] = [from, ...pairs.map(([a, b]): Pair => [a + 1, b + 1])];
  return starts.map((start, i) => ({ from: start, to: pairs[i] ?? to }));
}

function commonUniqueLines(before: readonly string[], after: readonly string[], { from, to }: Range): Pair[] {
  const left = uniqueLines(before, from[0], to[0]);
  const right = uniqueLines(after, from[1], to[1]);
  const pairs: Pair[] = [];
  for (const [line, at] of left) {
    const other = right.get(line);
    if (at >= 0 && other !== undefined && other >= 0) pairs.push([at, other]);
  }
  return longestRising(pairs);
}

/** Lines and where they stand; -1 for one that stands in several places. */
function uniqueLines(lines: readonly string[], from: number, to: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = from; i < to; i++) {
    const line = lines[i] ?? "";
    found.set(line, found.has(line) ? -1 : i);
  }
  return found;
}

/** Of pairs that rise in the first place, the most that rise in the second one too. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  const tails: number[] = [];
  const previous: number[] = [];
  pairs.forEach(([, value], i) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] as number] as Pair)[1] < value) low = middle + 1;
      else high = middle;
    }
    previous[i] = low === 0 ? -1 : (tails[low - 1] as number);
    tails[low] = i;
  });
  const rising: Pair[] = [];
  for (let i = tails.at(-1) ?? -1; i >= 0; i = previous[i] as number) rising.push(pairs[i] as Pair);
  return rising.reverse();
}

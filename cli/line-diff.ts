/** The difference of two texts, line by line, as `diff -u` prints it. */

/** How many lines around a change are shown. */
const context = 3;

interface Step {
  readonly kind: " " | "-" | "+";
  readonly line: string;
}

/** A unified diff with its two file names; empty for equal texts. */
export function lineDiff(name: string, before: string, after: string): string {
  if (before === after) return "";
  const steps = stepsBetween(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps).map(({ from, to }) => hunkText(steps, from, to));
  return `--- a/${name}\n+++ b/${name}\n${hunks.join("")}`;
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** A shortest way from one list of lines to another (Myers, *An O(ND) difference algorithm*, 1986). */
function stepsBetween(before: readonly string[], after: readonly string[]): readonly Step[] {
  let reached = new Map([[1, 0]]);
  const rounds: ReadonlyMap<number, number>[] = [];
  for (let d = 0; ; d++) {
    rounds.push(reached);
    const next = new Map(reached);
    for (let k = -d; k <= d; k += 2) {
      let x = startOf(reached, k, d);
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      next.set(k, x);
      if (x >= before.length && x - k >= after.length) return walkBack(rounds, before, after);
    }
    reached = next;
  }
}

/** Whether the `d`th change that leads to diagonal `k` is an insertion. */
function isInsertion(reached: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
}

/** Where diagonal `k` begins after `d` changes. */
function startOf(reached: ReadonlyMap<number, number>, k: number, d: number): number {
  return isInsertion(reached, k, d) ? (reached.get(k + 1) ?? -1) : (reached.get(k - 1) ?? -1) + 1;
}

function walkBack(
  rounds: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): readonly Step[] {
  const steps: Step[] = [];
  let [x, y] = [before.length, after.length];
  for (let d = rounds.length - 1; d >= 0; d--) {
    const reached = rounds[d] as ReadonlyMap<number, number>;
    const k = x - y;
    const start = startOf(reached, k, d);
    for (; x > start && y > 0; y--) steps.push({ kind: " ", line: before[--x] ?? "" });
    if (d === 0) break;
    if (isInsertion(reached, k, d)) steps.push({ kind: "+", line: after[--y] ?? "" });
    else steps.push({ kind: "-", line: before[--x] ?? "" });
  }
  return steps.reverse();
}

function hunksOf(steps: readonly Step[]): readonly { from: number; to: number }[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [i, { kind }] of steps.entries()) {
    if (kind === " ") continue;
    const last = hunks.at(-1);
    if (last && i - last.to <= context) last.to = i + context + 1;
    else hunks.push({ from: Math.max(i - context, 0), to: i + context + 1 });
  }
  return hunks;
}

function hunkText(steps: readonly Step[], from: number, to: number): string {
  const shown = steps.slice(from, to);
  const count = (of: readonly Step[], other: string) => of.filter(({ kind }) => kind !== other).length;
  const range = (other: string) => {
    const length = count(shown, other);
    return `${count(steps.slice(0, from), other) + (length > 0 ? 1 : 0)},${length}`;
  };
  const lines = shown.map(({ kind, line }) =>
    line.endsWith("\n") ? kind + line : `${kind}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range("+")} +${range("-")} @@\n${lines.join("")}`;
}

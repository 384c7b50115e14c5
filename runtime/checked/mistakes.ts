/**
 * What a mistake with memory is, how it is told, and that none is lost.
 *
 * Idea: a mistake is thrown where it happens, with the places where the buffer was allocated, freed and used. A program
 * may catch it, and some are found too late to be thrown: so what didn't reach the top is printed when the process ends, which
 * then fails.
 *
 * Invariants:
 * - Every mistake found is either the error that ended the program, or printed at its end with exit code 1.
 *
 * Example:
 * ```text
 * BufferMistake: Use after free: Float64Array of 800 bytes.
 *   allocated at src/mean.ts:3:15
 *   freed at src/mean.ts:6:3
 *   used at src/mean.ts:7:10
 * ```
 */
import { describePlace, type Place, type ProcessLike } from "./positions.js";

export type MistakeKind =
  | "use-after-free"
  | "double-free"
  | "free-of-unallocated"
  | "own-properties"
  | "stale-write"
  | "uninitialized-read";

const titles: Record<MistakeKind, string> = {
  "use-after-free": "Use after free",
  "double-free": "Double free",
  "free-of-unallocated": "Free of what is no buffer",
  "own-properties": "Free of a view with properties of its own, which another buffer would be born with",
  "stale-write": "Write into freed storage",
  "uninitialized-read": "Read of an element that nobody has written",
};

export interface MistakeFacts {
  readonly kind: MistakeKind;
  /** What it is about, in words. */
  readonly what: string;
  /** `undefined` where there is none by the nature of the mistake. */
  readonly allocated?: Place;
  readonly freed?: Place;
  readonly used?: Place;
  /** How the last place is called: `used`, `freed again`, `noticed`. */
  readonly verb?: string;
}

/** Thrown for a mistake with memory. Places are `file:line:column`, or `undefined` where there is none. */
export class BufferMistake extends Error {
  override readonly name = "BufferMistake";
  readonly kind: MistakeKind;
  readonly allocated: string | undefined;
  readonly freed: string | undefined;
  readonly used: string | undefined;
  constructor({ kind, what, allocated, freed, used, verb = "used" }: MistakeFacts) {
    const places = { allocated, freed, [verb]: used };
    const known = Object.entries(places).flatMap(([name, place]) =>
      place === undefined ? [] : [[name, describePlace(place)] as const],
    );
    super([`${titles[kind]}: ${what}.`, ...known.map(([name, at]) => `  ${name} at ${at}`)].join("\n"));
    const at = new Map<string, string>(known);
    this.kind = kind;
    this.allocated = at.get("allocated");
    this.freed = at.get("freed");
    this.used = at.get(verb);
  }
}

const found = new Set<BufferMistake>();
let total = 0;
const { process } = globalThis as { process?: ProcessLike };
/** A loop that makes the same mistake each time is told of that many times. */
const most = 100;

/** Notes a mistake, to be thrown or to be told of at the end. */
export function noteMistake(facts: MistakeFacts): BufferMistake {
  const mistake = new BufferMistake(facts);
  total++;
  if (found.size < most) found.add(mistake);
  if (!process?.on) (globalThis as { console?: { error(x: unknown): void } }).console?.error(mistake.message);
  return mistake;
}

/** How many mistakes were found so far. */
export function countMistakes(): number {
  return total;
}

/** What the last mistakes were, those that are told of at the end. */
export function lastMistakes(count: number): string[] {
  return count === 0 ? [] : [...found].slice(-count).map(({ message }) => message);
}

/** Prints what didn't end the program, and makes the process fail. To be called when it exits. */
export function tellMistakes(): void {
  if (found.size === 0 || !process) return;
  process.stderr?.write(
    [...found].map((mistake) => `ts-autofree: ${mistake.message}\n`).join("") +
      `ts-autofree: ${found.size}${found.size === most ? " or more" : ""} mistake${found.size === 1 ? "" : "s"} that nobody saw\n`,
  );
  if (!process.exitCode) process.exitCode = 1;
}

process?.on?.("uncaughtExceptionMonitor", (error) => void found.delete(error as BufferMistake));

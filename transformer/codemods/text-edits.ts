/**
 * Changes of a text as data: stretches that are replaced, in their order.
 *
 * Invariant: edits don't overlap and come in the order of the text; of several insertions at one place, the first stands first.
 *
 * Example: `{ start: 4, end: 4, text: "x" }` inserts, `{ start: 4, end: 6, text: "" }` removes.
 */
import { invariant } from "../bailout.js";

export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with its edits carried out. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let at = 0;
  let result = "";
  for (const { start, end, text: inserted } of edits) {
    invariant(at <= start && start <= end, "edits that overlap, or are out of order");
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

/** Where the line of `at` begins. */
export function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
}

/** Where the next line begins; the end of the text if there is none. */
export function nextLine(text: string, at: number): number {
  const found = /\r\n|\r|\n/g;
  found.lastIndex = at;
  return found.exec(text) ? found.lastIndex : text.length;
}

/** The line break that ends the line of `at`; the file's first, or `\n`, where it has none. */
export function lineBreak(text: string, at: number): string {
  const found = /\r\n|\r|\n/g;
  found.lastIndex = at;
  return found.exec(text)?.[0] ?? /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
}

/** What stands on the line before `at`, if that is nothing but white space. */
export function indentationAt(text: string, at: number): string | null {
  const before = text.slice(lineStart(text, at), at);
  return /^[ \t]*$/.test(before) ? before : null;
}

/** Whether nothing but comments follows on the line, and the line has an end. */
export function endsLine(text: string, at: number): boolean {
  const next = nextLine(text, at);
  return (
    next > at && /^[ \t]*(?:\/\*[^\r\n]*?\*\/[ \t]*)*(?:\/\/.*)?(?:\r\n|\r|\n)$/.test(text.slice(at, next))
  );
}

/** Whether nothing at all follows on the line. */
export function isBlankAfter(text: string, at: number): boolean {
  return /^\s*$/.test(text.slice(at, nextLine(text, at)));
}

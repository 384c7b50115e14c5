/**
 * What `apply` leaves in a source so that `strip` can tell its text from a person's.
 *
 * Frees and allocations need no mark: they call names of an import that has one. What else is written has a comment of
 * these after it, before it or in its place.
 */

/** After a statement that was written, on a line of its own or within one. */
export const lineMark = " // autofree";
export const inlineMark = " /* autofree */";

/** Opens a block that stands where there was one statement, one expression, or no `else`. */
export const openBraces = "{ /* autofree: braces */";
export const closeBraces = " }";

/** {@link openBraces} at the head of a text, also as a formatter leaves it. */
export const bracesMark = /^\{\s*\/\* autofree: braces \*\//;

/** A semicolon that a statement lacked. */
export const semicolon = "/* autofree */;";

/** Text that was replaced and can't be told from what took its place; `null` if no comment can hold it. */
export function originalMark(text: string): string | null {
  return text.includes("*/") ? null : `/* autofree:${text}*/`;
}

/** The text in an {@link originalMark} at `at`, and where the comment ends. */
export function readOriginalMark(text: string, at: number): { original: string; end: number } | null {
  const opening = "/* autofree:";
  if (!text.startsWith(opening, at)) return null;
  const end = text.indexOf("*/", at);
  return end < 0 ? null : { original: text.slice(at + opening.length, end), end: end + 2 };
}

/** The end of the mark of a statement that ends at `at`; `at` itself if it has none. */
export function endOfMark(text: string, at: number): number {
  const mark = /^[ \t]*(?:\/\/ autofree(?=[ \t]*(?:[\r\n]|$))|\/\* autofree \*\/(?!;))/.exec(
    text.slice(at, at + 100),
  );
  return mark ? at + mark[0].length : at;
}

/** What is said of a buffer that is not freed, as the end of a sentence. */
import type { Reason } from "./report.js";

const phrases: Readonly<Record<Reason, string>> = {
  returned: "it is returned, and not every caller frees it",
  stored: "it is stored where its end is not seen",
  captured: "it is captured by something that may live on",
  "passed-to-unknown": "it is passed to a function that may keep it",
  thrown: "it is thrown",
  yielded: "it is yielded",
  exported: "it is exported",
  "unsupported-syntax": "it is in code that is not analysed",
  "not-profitable": "it is cheaper left to the collector",
  aliased: "it may be the same buffer as another one",
  "keep-directive": "what makes it is marked '@autofree keep'",
  "not-annotated": "it is outside of what '@autofree hot' marks",
  "no-free-point": "there is no place where it is dead and can be named",
};

/**
 * Why a site is kept.
 *
 * @example
 * reasonPhrase("thrown"); // "it is thrown"
 */
export function reasonPhrase(reason: Reason): string {
  return phrases[reason];
}

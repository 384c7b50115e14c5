/** What verdicts and reasons are called on the page. The sign and the word carry the verdict, the colour only repeats it. */
import type { Reason, Verdict } from "../../report.js";

export const verdicts: readonly Verdict[] = ["freed", "partial", "static", "scalar", "kept"];

export const signs: Readonly<Record<Verdict, string>> = {
  freed: "\u2713",
  partial: "\u25d1",
  static: "\u25a0",
  scalar: "\u25cf",
  kept: "\u2717",
};

export const verdictTexts: Readonly<Record<Verdict, string>> = {
  freed: "freed where it dies",
  partial: "freed on some paths, or by some callers; elsewhere left to the garbage collector",
  static: "one buffer of the module, allocated once",
  scalar: "held in local variables; nothing is allocated",
  kept: "left to the garbage collector",
};

export const reasonTexts: Readonly<Record<Reason, string>> = {
  returned: "returned to a caller that does not free it",
  stored: "stored where it is not seen to die",
  captured: "captured by a closure",
  "passed-to-unknown": "passed to a function that may keep it",
  thrown: "thrown",
  yielded: "yielded",
  exported: "exported",
  "unsupported-syntax": "in syntax that is not analysed",
  "not-profitable": "cheaper left to the collector",
  aliased: "may be the same buffer as another one",
  "keep-directive": "left alone by @autofree keep",
  "not-annotated": "outside of what @autofree marks",
  "no-free-point": "no place where it could be freed",
};

/** What verdicts are called on the page; the words for reasons are those of `plan/reasons.ts`. The sign and the word carry the verdict, the colour only repeats it. */
import type { Verdict } from "../../report.js";

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

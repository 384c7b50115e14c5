/** The compiler errors about handwritten frees, and the words for those that may be wrong. */
import type TS from "typescript";
import type { FreeMistakeKind } from "./analysis/check-frees.js";
import type { HandwrittenMistake } from "./check-handwritten-frees.js";
import { diagnosticAt, nodePlace, remarkAt } from "./directive-errors.js";
import type { SuspectFree } from "./report/report.js";
import { placeOf } from "./report/source-place.js";

/** The code of an error about a free; those about directives are in `directive-errors.ts`. */
export const freeErrorCode = 99011;

/** The error for a mistake that happens whenever its place is reached. */
export function freeError({ lowered, mistake }: HandwrittenMistake): TS.Diagnostic {
  const { origins } = lowered.source;
  const [at, free] = [origins[mistake.at] as TS.Node, origins[mistake.free] as TS.Node];
  const fault = { code: freeErrorCode, text: `${words[mistake.kind].text}.` };
  return diagnosticAt(nodePlace(at), fault, [remarkAt(nodePlace(free), "freed here", freeErrorCode)]);
}

/** What the report says of a mistake. */
export function suspectOf(root: string, { lowered, mistake }: HandwrittenMistake): SuspectFree {
  const { origins } = lowered.source;
  const { at, free, certain, kind } = mistake;
  const { text, way } = words[kind];
  const path = at === free ? [] : [{ ...placeOf(root, origins[at] as TS.Node), why: way }];
  const place = placeOf(root, origins[free] as TS.Node);
  return { ...place, certain, text: at === free || certain ? text : `${text} on some path`, path };
}

interface Words {
  readonly text: string;
  /** What is at the place at fault. */
  readonly way: string;
}

const words: Readonly<Record<FreeMistakeKind, Words>> = {
  used: { text: "A buffer is used after it was freed", way: "used here" },
  "freed-again": { text: "A buffer is freed a second time", way: "freed again here" },
  returned: { text: "A buffer is handed out after it was freed", way: "handed out here" },
  stored: { text: "A buffer is stored after it was freed", way: "stored here" },
  "still-held": {
    text: "A buffer is freed while something that is read later still leads to it",
    way: "freed here",
  },
};

/** The compiler errors about handwritten frees, and the words for those that may be wrong. */
import type TS from "typescript";
import { unreachable } from "./bailout.js";
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
  const fault = { code: freeErrorCode, text: `${textOf(mistake)}.` };
  return diagnosticAt(nodePlace(at), fault, [remarkAt(nodePlace(free), "freed here", freeErrorCode)]);
}

/** What the report says of a mistake. */
export function suspectOf(root: string, { lowered, mistake }: HandwrittenMistake): SuspectFree {
  const { origins } = lowered.source;
  const { at, free, certain } = mistake;
  const way = at === free ? [] : [{ ...placeOf(root, origins[at] as TS.Node), why: wayOf(mistake) }];
  const place = placeOf(root, origins[free] as TS.Node);
  const text = at === free ? textOf(mistake) : `${textOf(mistake)}${certain ? "" : " on some path"}`;
  return { ...place, certain, text, path: way };
}

function wayOf({ kind }: HandwrittenMistake["mistake"]): string {
  switch (kind) {
    case "used":
      return "used here";
    case "freed-again":
      return "freed again here";
    case "returned":
      return "handed out here";
    case "stored":
      return "stored here";
    case "still-held":
      return "freed here";
    default:
      return unreachable(kind);
  }
}

function textOf({ kind }: HandwrittenMistake["mistake"]): string {
  switch (kind) {
    case "used":
      return "A buffer is used after it was freed";
    case "freed-again":
      return "A buffer is freed a second time";
    case "returned":
      return "A buffer is handed out after it was freed";
    case "stored":
      return "A buffer is stored after it was freed";
    case "still-held":
      return "A buffer is freed while something that is read later still leads to it";
    default:
      return unreachable(kind);
  }
}

/** What would help a site that is kept: one line a reason, shown once in the summary. */
import type { Reason } from "./report.js";

const advice: Readonly<Record<Reason, string | null>> = {
  returned: "right for what others call; a caller within the program frees it where it dies there",
  stored: "keep a copy there and not the buffer itself, or store it in an object that dies",
  captured: "pass it to the closure as an argument, or await the call that holds it",
  "passed-to-unknown": "promise `@autofree noescape` where the function, type or interface is declared",
  thrown: "throw a copy of what the handler needs",
  yielded: "yield a copy, or fill a buffer that the caller gives",
  exported: "make it in a function, if it need not live as long as the module",
  "unsupported-syntax": "move the buffer's code to a function without eval, with or `arguments`",
  "not-profitable":
    "where it is large and often made: write its elements into a `new` one, whose memory is recycled",
  aliased: "give the new buffer a variable of its own, so that what may be another is told apart",
  "keep-directive": "take the directive out",
  "not-annotated": "mark the code `@autofree hot`, or compile with --mode all",
  "no-free-point": "give it a variable and a statement of its own",
};

/**
 * What a programmer can do about a reason; `null` where nothing needs doing.
 *
 * @example
 * adviceOn("thrown"); // "throw a copy of what the handler needs"
 */
export function adviceOn(reason: Reason): string | null {
  return advice[reason];
}

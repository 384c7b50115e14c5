/** Collects the edits of one source file from the program's plans. */
import type TS from "typescript";
import type { ProgramPlan } from "../analyze-program.js";
import { ts } from "../typescript.js";
import { addPlan, type Edits, isEmpty, newEdits } from "./edits.js";

/** The edits of `file`; `null` when it stays as it is. */
export function editsOfFile(plan: ProgramPlan, file: TS.SourceFile): Edits | null {
  // An import would turn a script into a module, with a scope of its own.
  if (!ts.isExternalModule(file)) return null;
  const edits = newEdits();
  for (const { lowered, plan: functionPlan } of plan.functions) {
    if (lowered.source.node.getSourceFile() === file) addPlan(edits, lowered, functionPlan);
  }
  return isEmpty(edits) ? null : edits;
}

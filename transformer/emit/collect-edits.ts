/** Collects the edits of source files from the program's plans. */
import type TS from "typescript";
import type { ProgramPlan } from "../plan/program-plan.js";
import { addPlan, type Edits, isEmpty, newEdits } from "./edits.js";

/** The edits of every file that changes. */
export function collectEdits(plan: ProgramPlan): ReadonlyMap<TS.SourceFile, Edits> {
  const byFile = new Map<TS.SourceFile, Edits>();
  for (const { lowered, plan: functionPlan } of plan.functions) {
    const file = lowered.source.node.getSourceFile();
    const edits = byFile.get(file) ?? newEdits();
    byFile.set(file, edits);
    addPlan(edits, lowered, functionPlan);
  }
  for (const [file, edits] of byFile) if (isEmpty(edits)) byFile.delete(file);
  return byFile;
}

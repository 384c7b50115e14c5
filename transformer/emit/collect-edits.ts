/** Collects the edits of source files from the program's plans. */
import type TS from "typescript";
import type { ProgramPlan } from "../plan/program-plan.js";
import { addBirth, addPlan, type Edits, type EditsInput, isEmpty, newEdits, SlotNames } from "./edits.js";
import { addScalar } from "./scalar-edits.js";

/** The edits of every file that changes. */
export function collectEdits(
  plan: ProgramPlan,
  given: Omit<EditsInput, "slotNames" | "slotsOf">,
): ReadonlyMap<TS.SourceFile, Edits> {
  const slots = new Map(plan.functions.map((each) => [each.plan.function, each.plan.slots ?? []]));
  const input: EditsInput = {
    ...given,
    slotNames: new SlotNames(),
    slotsOf: (owner) => slots.get(owner) ?? [],
  };
  const byFile = new Map<TS.SourceFile, Edits>();
  const editsOf = (node: TS.Node): Edits => {
    const file = node.getSourceFile();
    const edits = byFile.get(file) ?? newEdits();
    byFile.set(file, edits);
    return edits;
  };
  for (const planned of plan.functions) addPlan(editsOf(planned.lowered.source.node), planned, input);
  // The checked runtime watches buffers, so there they stay.
  if (!input.checked) for (const each of plan.scalars) addScalar(editsOf(each.declaration).scalars, each);
  if (input.checked) for (const { node } of plan.leftAlone) addBirth(editsOf(node), node, input.root);
  for (const [file, edits] of byFile) if (isEmpty(edits)) byFile.delete(file);
  return byFile;
}

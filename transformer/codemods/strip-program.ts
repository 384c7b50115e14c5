/** `strip`: takes the frees out of the sources of a program. */
import { relative } from "node:path";
import { ts } from "../typescript.js";
import { type CodemodResult, changedSources, ownSources, type SourceProject } from "./source-project.js";
import { stripApplied } from "./strip-applied.js";
import { stripHandwritten } from "./strip-handwritten.js";
import { applyEdits } from "./text-edits.js";

export interface StripRequest {
  readonly project: SourceProject;
  /** What places in notes are relative to. */
  readonly root: string;
  /** Leaves handwritten frees, so that only what `apply` wrote goes. */
  readonly keepsManual: boolean;
}

/** Removes what `apply` wrote and, unless they are kept, handwritten frees. Nothing is written. */
export function stripProgram({ project, root, keepsManual }: StripRequest): CodemodResult {
  const before = stripAppliedSources(project);
  const notes: string[] = [];
  if (!keepsManual) {
    const program = project.program();
    const checker = program.getTypeChecker();
    const stripped = ownSources(program).map((file) => ({ file, ...stripHandwritten(checker, file) }));
    for (const { file, edits, left } of stripped) {
      if (edits.length > 0) project.replace(file.fileName, applyEdits(file.text, edits));
      for (const name of left) {
        const { line, character } = ts.getLineAndCharacterOfPosition(file, name.getStart(file));
        const place = `${relative(root, file.fileName)}:${line + 1}:${character + 1}`;
        notes.push(`${place} left as it is: ${name.text} is not called here. AUTOFREE=off turns it off.`);
      }
    }
  }
  return { changed: changedSources(project.program(), before), notes };
}

/** Undoes what `apply` wrote in all sources, in memory; gives their texts from before by name. */
export function stripAppliedSources(project: SourceProject): ReadonlyMap<string, string> {
  const sources = ownSources(project.program());
  for (const file of sources) {
    const edits = stripApplied(file);
    if (edits.length > 0) project.replace(file.fileName, applyEdits(file.text, edits));
  }
  return new Map(sources.map(({ fileName, text }) => [fileName, text]));
}

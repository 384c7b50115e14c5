/** A program whose sources can be replaced, as far as the codemods need one. `cli` makes it with ts-morph. */
import type TS from "typescript";

export interface SourceProject {
  /** The program of the sources as they are now. */
  program(): TS.Program;
  /** Replaces a source in memory; nothing is written. */
  replace(fileName: string, text: string): void;
}

/** A source with what becomes of it. */
export interface ChangedSource {
  readonly fileName: string;
  readonly before: string;
  readonly after: string;
}

export interface CodemodResult {
  /** The sources that change, by name. */
  readonly changed: readonly ChangedSource[];
  /** What was left as it is, and why; one line each. */
  readonly notes: readonly string[];
}

/** The sources that are the program's own: no declarations, nothing of packages. */
export function ownSources(program: TS.Program): readonly TS.SourceFile[] {
  return program
    .getSourceFiles()
    .filter(
      (file) =>
        !file.isDeclarationFile &&
        !file.fileName.endsWith(".json") &&
        !program.isSourceFileDefaultLibrary(file) &&
        !program.isSourceFileFromExternalLibrary(file) &&
        !file.fileName.includes("/node_modules/"),
    );
}

/** The sources whose text is another one than before. */
export function changedSources(
  program: TS.Program,
  before: ReadonlyMap<string, string>,
): readonly ChangedSource[] {
  return ownSources(program)
    .map(({ fileName, text }) => ({ fileName, before: before.get(fileName) ?? text, after: text }))
    .filter((each) => each.before !== each.after)
    .sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
}

/**
 * The files of a program whose changes every build notices.
 *
 * `-b` compares the times of a project's own files, and of the declarations of the projects that it refers to. Not those of packages,
 * of files that are only imported, of declarations that another project was written with, and of projects that are referred to by a project that it refers to.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";

/** The root files, and the output of the projects that this one refers to itself. */
export function watchedFiles(program: TS.Program): ReadonlySet<TS.SourceFile> {
  const names = [...program.getRootFileNames()];
  for (const reference of program.getResolvedProjectReferences() ?? []) {
    if (!reference) continue;
    const { commandLine } = reference;
    for (const name of commandLine.fileNames) {
      names.push(...ts.getOutputFileNames(commandLine, name, !ts.sys.useCaseSensitiveFileNames));
    }
  }
  return new Set(names.flatMap((name) => program.getSourceFile(name) ?? []));
}

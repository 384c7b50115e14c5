/** Applies the codemods to the fixtures of a theme, as one program, in memory. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ts as morphTs, Project } from "ts-morph";
import type ts from "typescript";
import { wrapProject } from "../../cli/source-project.js";
import { applyProgram } from "../../transformer/codemods/apply-program.js";
import { stripProgram } from "../../transformer/codemods/strip-program.js";
import { defaultOptions } from "../../transformer/options.js";
import { bindTypeScript } from "../../transformer/typescript.js";
import { type CompiledTheme, compilerOptions } from "../fixtures/compile-theme.js";
import { fixturesRoot, installPackages, type Theme } from "../fixtures/discover.js";

type Texts = ReadonlyMap<string, string>;

export interface AppliedTheme {
  /** From a file to its source with frees, and that when they are applied once more. */
  readonly applied: Texts;
  readonly appliedAgain: Texts;
  /** From a file to its source after what was applied is stripped. */
  readonly stripped: Texts;
  readonly notes: readonly string[];
  /**
   * What a compiler without the transformer makes of the sources: as they are (`plain`), with frees (`freed`, `elided`),
   * and again as they are (the others).
   */
  readonly compiled: CompiledTheme;
}

/** One for all themes, so that the library is parsed once. */
const morph = new Project({ skipFileDependencyResolution: true });
const project = wrapProject(morph, morphTs, { options: compilerOptions, references: [] });

export function applyTheme(theme: Theme): AppliedTheme {
  installPackages(theme.name, path.join(fixturesRoot, theme.name));
  bindTypeScript(morphTs as never);
  const files = theme.fixtures.flatMap((fixture) => fixture.files);
  const sourceFiles = morph.addSourceFilesAtPaths(files);
  const sources = () =>
    new Map(sourceFiles.map((each) => [path.normalize(each.getFilePath()), each.getFullText()]));
  const request = {
    project,
    options: { ...defaultOptions, freeUnprofitable: true },
    root: fixturesRoot,
  };
  try {
    const plain = emit(project.program());
    const { notes } = applyProgram(request);
    const applied = sources();
    const errors = errorsOf(project.program());
    const freed = emit(project.program());
    applyProgram(request);
    const appliedAgain = sources();
    stripProgram({ project, root: fixturesRoot, keepsManual: true });
    // After stripping the sources are as they were, which is looked at above all; so what they compile to is known.
    const outputs = { plain, freed, elided: freed, checked: plain, stripped: plain };
    const compiled = { errors, report: null as never, outputs };
    return { applied, appliedAgain, stripped: sources(), notes, compiled };
  } finally {
    for (const each of sourceFiles) each.forget();
  }
}

function emit(program: ts.Program): Texts {
  const outputs = new Map<string, string>();
  program.emit(undefined, (_name, text, _bom, _onError, sources) => {
    for (const { fileName } of sources ?? []) outputs.set(path.normalize(fileName), text);
  });
  return outputs;
}

function errorsOf(program: ts.Program): ReadonlyMap<string, string[]> {
  const errors = new Map<string, string[]>();
  for (const { file, messageText } of [
    ...program.getSyntacticDiagnostics(),
    ...program.getSemanticDiagnostics(),
  ]) {
    const name = path.normalize(file?.fileName ?? "");
    errors.set(name, [...(errors.get(name) ?? []), morphTs.flattenDiagnosticMessageText(messageText, "\n")]);
  }
  return errors;
}

export function readSource(file: string): string {
  return readFileSync(file, "utf8");
}

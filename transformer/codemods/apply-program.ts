/**
 * `apply`: writes the frees of a program into its sources.
 *
 * Idea: what the transformer would emit is written as text. Then the compiler is asked: what it finds wrong is blamed on the
 * part of the plan that wrote it, which is written past the types, or left out. Leaving out is always right: it costs memory.
 *
 * Invariants:
 * - Nothing is applied to a program with errors, and none has errors after it.
 * - Stripping what was applied gives each source back byte for byte; a part by which it wouldn't is left out.
 * - A site that is rewritten keeps its type.
 * - Applying to applied sources gives the same sources: what was applied is stripped first.
 *
 * Example: `const t = new Float64Array(n); use(t);` gets the line `$free(t);`, and the allocation becomes `$alloc(Float64Array, n)`.
 */
import { relative } from "node:path";
import type TS from "typescript";
import { UserError } from "../diagnostics.js";
import type { Options } from "../options.js";
import { runPipeline } from "../pipeline.js";
import { formatErrors } from "../program-errors.js";
import { ts } from "../typescript.js";
import { AppliedSource } from "./applied-source.js";
import { type CodemodResult, changedSources, ownSources, type SourceProject } from "./source-project.js";
import { stripAppliedSources } from "./strip-program.js";

export interface ApplyRequest {
  readonly project: SourceProject;
  readonly options: Options;
  /** What places are relative to. */
  readonly root: string;
}

/** More rounds than parts that can be blamed for one another's errors. */
const mostRounds = 20;

/**
 * Computes the sources with their frees. Nothing is written.
 *
 * @example const { changed } = applyProgram({ project, options: defaultOptions, root: process.cwd() });
 * @throws UserError when the program has errors or a wrong directive, or the runtime can't be imported
 */
export function applyProgram({ project, options, root }: ApplyRequest): CodemodResult {
  const before = stripAppliedSources(project);
  const program = project.program();
  const found = errorsOf(program);
  if (found.length > 0)
    throw new UserError(`the program has errors, so nothing was applied. Mend them:\n${texts(root, found)}`);
  // Slots and variables for elements are for the machine: written in a source, they would be what this is to spare people.
  const given: Options = { ...options, scalars: "off", elideZeroFill: "off", slots: "off", reuse: "off" };
  const { edits, errors } = runPipeline({ program, options: given, root });
  if (errors.length > 0) throw new UserError(formatErrors(ts, program, errors));
  const own = new Set(ownSources(program));
  const notes: string[] = [];
  const sources: AppliedSource[] = [];
  for (const [file, fileEdits] of edits) {
    const name = relative(root, file.fileName);
    if (!own.has(file)) notes.push(`${name} left as it is: it is not one of the program's own sources`);
    else if (!/\.[cm]?tsx?$/.test(file.fileName)) notes.push(`${name} left as it is: it is not TypeScript`);
    else sources.push(new AppliedSource({ file, edits: fileEdits, checker: program.getTypeChecker(), name }));
  }
  settle(project, sources, root);
  notes.push(...sources.flatMap((each) => each.notes()));
  return { changed: changedSources(project.program(), before), notes };
}

/** Writes all sources until the compiler finds nothing wrong with them. */
function settle(project: SourceProject, sources: readonly AppliedSource[], root: string): void {
  for (let round = 0; round < mostRounds; round++) {
    for (const source of sources) source.writeInto(project);
    const program = project.program();
    const errors = errorsOf(program);
    for (const error of errors) blame(error, sources);
    if (errors.length > 0) continue;
    const checker = program.getTypeChecker();
    const isSettled = sources.map((source) => source.compareTypes(program, checker)).every((each) => each);
    if (isSettled) return;
  }
  throw new UserError(
    `frees could not be written so that they type-check. Compile with the plugin instead. What is left:\n${texts(root, errorsOf(project.program()))}`,
  );
}

function blame(error: TS.Diagnostic, sources: readonly AppliedSource[]): void {
  const source = sources.find(({ fileName }) => fileName === error.file?.fileName);
  const { messageText } = error;
  const why = typeof messageText === "string" ? messageText : messageText.messageText;
  if (source?.blame(error.start ?? 0, why)) return;
  for (const each of sources) each.blameAll(why);
}

function errorsOf(program: TS.Program): readonly TS.Diagnostic[] {
  return [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()].filter(
    ({ category }) => category === ts.DiagnosticCategory.Error,
  );
}

const mostShown = 10;

function texts(root: string, errors: readonly TS.Diagnostic[]): string {
  const host: TS.FormatDiagnosticsHost = {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  };
  const more = errors.length > mostShown ? `\n… and ${errors.length - mostShown} more` : "";
  return ts.formatDiagnostics(errors.slice(0, mostShown), host).trimEnd() + more;
}

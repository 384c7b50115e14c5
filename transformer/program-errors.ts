/** Brings our errors to where a compiler's own errors are read from. */
import type TS from "typescript";

/** What an incremental program asks of the program inside of it, beside the public method. */
interface Internals {
  getBindAndCheckDiagnostics?: TS.Program["getSemanticDiagnostics"];
}

/** Makes a program report `errors` with its semantic ones, so that every command treats them as such. */
export function addErrors(program: TS.Program & Internals, errors: readonly TS.Diagnostic[]): void {
  if (errors.length === 0) return;
  const { getSemanticDiagnostics, getBindAndCheckDiagnostics } = program;
  const ownOf = (file: TS.SourceFile | undefined): TS.DiagnosticWithLocation[] =>
    errors.filter(
      (each): each is TS.DiagnosticWithLocation => each.file !== undefined && (!file || each.file === file),
    );
  program.getSemanticDiagnostics = (file, token) => [
    ...getSemanticDiagnostics.call(program, file, token),
    ...ownOf(file),
  ];
  if (!getBindAndCheckDiagnostics) return;
  program.getBindAndCheckDiagnostics = (file, token) => [
    ...getBindAndCheckDiagnostics.call(program, file, token),
    ...ownOf(file),
  ];
}

/** The errors as text, for a host that takes none. */
export function formatErrors(ts: typeof TS, program: TS.Program, errors: readonly TS.Diagnostic[]): string {
  const host: TS.FormatDiagnosticsHost = {
    getCurrentDirectory: () => program.getCurrentDirectory(),
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  };
  return `directives or frees are wrong, or the budget is not kept:\n${ts.formatDiagnostics(errors, host).trimEnd()}`;
}

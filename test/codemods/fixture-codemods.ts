/** Applies the codemods to the fixtures of a theme, as one program, in memory. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ts as morphTs, Project } from "ts-morph";
import { wrapProject } from "../../cli/source-project.js";
import { applyProgram } from "../../transformer/codemods/apply-program.js";
import { stripProgram } from "../../transformer/codemods/strip-program.js";
import { defaultOptions } from "../../transformer/options.js";
import { bindTypeScript } from "../../transformer/typescript.js";
import { fixturesRoot, installPackages, type Theme } from "../fixtures/discover.js";

export interface AppliedTheme {
  /** From a file to its source with frees. */
  readonly applied: ReadonlyMap<string, string>;
  readonly appliedTwice: ReadonlyMap<string, string>;
  /** From a file to its source after what was applied is stripped. */
  readonly stripped: ReadonlyMap<string, string>;
  /** The JavaScript that a plain compiler makes of the applied sources. */
  readonly output: ReadonlyMap<string, string>;
  /** The type errors of the applied sources. */
  readonly errors: readonly string[];
  readonly notes: readonly string[];
}

export function applyTheme(theme: Theme): AppliedTheme {
  installPackages(theme.name, path.join(fixturesRoot, theme.name));
  bindTypeScript(morphTs as never);
  const morph = new Project({
    tsConfigFilePath: path.join(fixturesRoot, "tsconfig.json"),
    skipAddingFilesFromTsConfig: true,
  });
  const files = theme.fixtures.flatMap((fixture) => fixture.files);
  morph.addSourceFilesAtPaths(files);
  morph.resolveSourceFileDependencies();
  const project = wrapProject(morph, morphTs);
  const sources = () =>
    new Map(files.map((file) => [file, morph.getSourceFileOrThrow(file).getFullText()] as const));
  const request = { project, options: defaultOptions, root: fixturesRoot };
  const { notes } = applyProgram(request);
  const applied = sources();
  const errors = [
    ...project.program().getSyntacticDiagnostics(),
    ...project.program().getSemanticDiagnostics(),
  ].map(({ messageText }) => String(messageText));
  const output = emit(morph);
  applyProgram(request);
  const appliedTwice = sources();
  stripProgram({ project, root: fixturesRoot, keepsManual: true });
  return { applied, appliedTwice, stripped: sources(), output, errors, notes };
}

function emit(morph: Project): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>();
  morph.getProgram().compilerObject.emit(undefined, (_name, text, _bom, _onError, sources) => {
    for (const { fileName } of sources ?? []) outputs.set(path.normalize(fileName), text);
  });
  return outputs;
}

export function readSource(file: string): string {
  return readFileSync(file, "utf8");
}

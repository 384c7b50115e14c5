/**
 * Runs the pipeline over one program and brings what it says to where it is asked for: what the transformer and the programmatic API have in
 * common.
 */
import { dirname, relative } from "node:path";
import type TS from "typescript";
import { writeBaseline } from "./budget/baseline-file.js";
import { toolName, UserError } from "./diagnostics.js";
import type { Options } from "./options.js";
import type { PipelineInput, PipelineResult, runPipeline } from "./pipeline.js";
import { startProgress } from "./progress.js";
import { deliverReport } from "./report/deliver.js";
import { noSuchFile } from "./report/describe-place.js";
import { collectFiles } from "./report/html/collect-files.js";
import type { Report } from "./report/report.js";
import { bindTypeScript } from "./typescript.js";

export type RunPipeline = typeof runPipeline;

/** Refuses to explain a place of a file that is not here. Under `-b` another project may have it: see `cli/main.ts`. */
export function checkDescribed({ explain, noManualFree }: Options, { descriptions }: PipelineResult): void {
  if (explain === null || typeof explain === "string") return;
  if (noManualFree)
    throw new UserError(
      "with --no-manual-free nothing is freed, so there is no place to explain. Leave that flag out.",
    );
  const isBuild = process.argv.some((word) => /^--?(b|build)$/i.test(word));
  if (descriptions === null && !isBuild) throw noSuchFile(explain);
}

/** Runs the pipeline with a line of progress, where the command allows it. */
export function runShown(
  pipeline: RunPipeline,
  input: PipelineInput & { readonly ts: typeof TS },
): PipelineResult {
  const { program } = input;
  const files = program.getSourceFiles().filter((file) => isOwnFile(program, file)).length;
  const { clock, end } = startProgress(relative(process.cwd(), projectOf(program)) || ".", files);
  try {
    return runNamed(pipeline, { ...input, clock });
  } finally {
    end();
  }
}

function isOwnFile(program: TS.Program, file: TS.SourceFile): boolean {
  return (
    !file.isDeclarationFile &&
    !program.isSourceFileFromExternalLibrary(file) &&
    !file.fileName.endsWith(".json")
  );
}

/** Runs the pipeline; the report names this package and its version. */
export function runNamed(
  pipeline: RunPipeline,
  { ts, ...input }: PipelineInput & { readonly ts: typeof TS },
): PipelineResult {
  bindTypeScript(ts);
  const result = pipeline(input);
  return { ...result, report: { ...result.report, tool: toolName() } };
}

/**
 * Prints and writes what the options ask for: the report, the description of a place, the baseline.
 *
 * @throws UserError when the baseline cannot be written
 */
export function deliver(program: TS.Program, result: PipelineResult, options: Options): void {
  const { report, descriptions, improved, transformSourceFile } = result;
  writeBaseline(report, { options, compilerOptions: program.getCompilerOptions() });
  const root = rootOf(program);
  const files = () => collectFiles({ program, root, report, transformSourceFile });
  deliverReport({
    project: projectOf(program),
    root,
    report,
    descriptions,
    improved,
    options,
    collectFiles: files,
  });
}

/** Whether what is emitted imports the runtime. */
export function importsRuntime(
  report: Report,
  options: Options,
  compilerOptions: TS.CompilerOptions,
): boolean {
  if (options.noManualFree || compilerOptions.noEmit || compilerOptions.emitDeclarationOnly) return false;
  if (options.checked) return true;
  const { freed, partial, static: unique } = report.totals;
  return freed + partial + unique > 0;
}

/** The folder that report paths are relative to. */
export function rootOf(program: TS.Program): string {
  const config = program.getCompilerOptions().configFilePath;
  return typeof config === "string" ? dirname(config) : program.getCurrentDirectory();
}

/** What tells a project from the others of a run: its tsconfig, or its folder. */
export function projectOf(program: TS.Program): string {
  const config = program.getCompilerOptions().configFilePath;
  return typeof config === "string" ? config : program.getCurrentDirectory();
}

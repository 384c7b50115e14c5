/**
 * The entry of the package: the ts-patch transformer (default export) and the programmatic API.
 *
 * ts-patch calls the transformer once for every emit, which under incremental modes is once for every file, so
 * what is known about the whole program is computed once a `Program` and kept.
 */
import type TS from "typescript";
import { hasBudget, readBaseline } from "./budget/baseline-file.js";
import { checkReportPath, checkRuntimeResolves, checkTypeScriptVersion, UserError } from "./diagnostics.js";
import { type Options, resolveOptions } from "./options.js";
import { type PipelineResult, runPipeline } from "./pipeline.js";
import { planCheckText } from "./plan/check-plan.js";
import { addErrors, formatErrors } from "./program-errors.js";
import {
  checkDescribed,
  deliver,
  importsRuntime,
  type RunPipeline,
  rootOf,
  runShown,
} from "./run-program.js";
import { bindTypeScript } from "./typescript.js";
import { isVersioned, stampVersions } from "./versions.js";
import { breaksPromises, withdrawPromises } from "./withdraw-promises.js";

export {
  type ApiOptions,
  analyze,
  type CompileRequest,
  type CompileResult,
  compile,
} from "./api.js";
export { UserError } from "./diagnostics.js";
export type { Options } from "./options.js";
export { renderJson } from "./report/render-json.js";
export { renderText } from "./report/render-text.js";
export type { FreePlace, PathStep, Reason, Report, SiteReport, Verdict } from "./report/report.js";

/** What ts-patch hands to a transformer besides the program, as far as it is used here. */
export interface TransformerExtras {
  /** The compiler that runs. */
  readonly ts: typeof TS;
  /** Which of TypeScript's modules that compiler is: `tsc` under `tspc`, `typescript` under a bundler. */
  readonly library?: string;
  /** Adds an error to those of the emit. */
  readonly addDiagnostic?: (diagnostic: TS.Diagnostic) => unknown;
}

type Entry = Readonly<Record<string, unknown>>;

/** The two ways in which ts-patch calls a transformer. */
export interface Plugin {
  /** As a transformer of type `program`, for every emit. */
  (
    program: TS.Program,
    entry: Entry | undefined,
    extras: TransformerExtras,
  ): TS.TransformerFactory<TS.SourceFile>;
  /** As a program transformer (`"transformProgram": true`), for every program; gives that program back. */
  (
    program: TS.Program,
    host: TS.CompilerHost | undefined,
    entry: Entry,
    extras: TransformerExtras,
  ): TS.Program;
}

type ProgramFacts = Pick<PipelineResult, "transformSourceFile" | "errors">;

/** For a program that `noEmitOnError` stops: the compiler asks for transformers all the same. */
const nothingToEmit: ProgramFacts = { transformSourceFile: (_context, file) => file, errors: [] };

/**
 * The transformer. In a tsconfig: `"plugins": [{ "transform": "ts-autofree" }]`, compiled with `tspc`; where a
 * tool takes transformers as functions:
 *
 * @example
 * import autofree from "ts-autofree";
 * import ts from "typescript";
 * program.emit(undefined, undefined, undefined, false, { before: [autofree(program, {}, { ts })] });
 *
 * @param program the program that is compiled
 * @param entry the plugin entry of the tsconfig, with our options in it
 * @param extras what ts-patch adds; only `ts` is required
 * @throws UserError when an option, the compiler's version or the project cannot be worked with; under `tspc`
 *   the message is printed instead and the run ends, before anything is emitted
 */
const autofree: Plugin = createPlugin(runPipeline);
export default autofree;

/**
 * The transformer over a given pipeline.
 *
 * @internal
 */
export function createPlugin(pipeline: RunPipeline): Plugin {
  const known = new WeakMap<TS.Program, ProgramFacts>();
  const factsOf = (program: TS.Program, entry: Entry, extras: TransformerExtras): ProgramFacts => {
    const facts = known.get(program) ?? computeFacts(program, entry, extras, pipeline);
    known.set(program, facts);
    return facts;
  };

  function transformEmit(program: TS.Program, entry: Entry, extras: TransformerExtras) {
    const { transformSourceFile } = ending(extras, () => factsOf(program, entry, extras));
    return (context: TS.TransformationContext) => (file: TS.SourceFile) => {
      if (file.fileName.endsWith(".json")) return file;
      if (program.getSourceFile(file.fileName) !== file) return ending(extras, refuseSecondPlace);
      bindTypeScript(extras.ts);
      return transformSourceFile(context, file);
    };
  }

  const told = new WeakSet<TS.Program>();
  function tellErrors(program: TS.Program, entry: Entry, extras: TransformerExtras): void {
    const { errors } = ending(extras, () => factsOf(program, entry, extras));
    if (errors.length === 0 || told.has(program)) return;
    told.add(program);
    const { addDiagnostic } = extras;
    if (program.getCompilerOptions().noEmitOnError && extras.library === "tsc") {
      endWithoutOutput(extras.ts, program, errors);
    }
    if (!addDiagnostic) throw new UserError(formatErrors(extras.ts, program, errors));
    for (const error of errors) addDiagnostic(error);
  }

  function transformProgram(
    program: TS.Program,
    host: TS.CompilerHost | undefined,
    entry: Entry,
    extras: TransformerExtras,
  ): TS.Program {
    const { ts } = extras;
    const { transform: _, ...own } = entry;
    const { transformSourceFile, errors } = ending(extras, () => factsOf(program, own, extras));
    stampVersions({ ts, program, transformSourceFile, errors });
    addErrors(program, errors);
    const { emit } = program;
    program.emit = (target, write, token, onlyDeclarations, custom, ...rest) => {
      const before = [transformEmit(program, own, extras), ...(custom?.before ?? [])];
      const written = write ?? host?.writeFile;
      const writer = written && breaksPromises(errors) ? withdrawPromises(written) : write;
      return emit.call(program, target, writer, token, onlyDeclarations, { ...custom, before }, ...rest);
    };
    return program;
  }

  function plugin(program: TS.Program, second: unknown, third: unknown, fourth?: TransformerExtras): unknown {
    if (fourth) {
      const host = second as TS.CompilerHost | undefined;
      return transformProgram(program, host, third as Entry, { library: runningCommand(), ...fourth });
    }
    const extras = third as TransformerExtras;
    ending(extras, () => refuseStaleBuild(program, extras));
    const entry = (second as Entry | undefined) ?? {};
    tellErrors(program, entry, extras);
    return transformEmit(program, entry, extras);
  }
  return plugin as Plugin;
}

function computeFacts(
  program: TS.Program,
  entry: Entry,
  extras: TransformerExtras,
  pipeline: RunPipeline,
): ProgramFacts {
  const { ts } = extras;
  checkTypeScriptVersion(ts.version, null);
  const compilerOptions = program.getCompilerOptions();
  const root = rootOf(program);
  const asked = resolveOptions({ pluginEntry: entry, environment: process.env, root, cwd: process.cwd() });
  const options: Options = missesPackageChanges(program, extras) ? { ...asked, dependencies: "off" } : asked;
  if (options.report !== null) checkReportPath(options.report);
  const isAsked =
    options.explain !== null || options.report !== null || hasBudget({ options, compilerOptions });
  if (compilerOptions.noEmit && !isAsked) return nothingToEmit;
  const isWithheld = compilerOptions.noEmitOnError && ts.getPreEmitDiagnostics(program).length > 0;
  if (isWithheld && !isVersioned(program)) return nothingToEmit;
  const baseline = readBaseline({ options, compilerOptions });
  const result = runShown(pipeline, { program, ts, options, root, baseline });
  // The versions are those that the files will have once the errors are mended, so that then only what differs is emitted.
  if (isWithheld) return { ...nothingToEmit, transformSourceFile: result.transformSourceFile };
  if (importsRuntime(result.report, options, compilerOptions)) {
    checkRuntimeResolves({ ts, compilerOptions, root, checked: options.checked });
  }
  checkDescribed(options, result);
  if (result.planCheck) process.stderr.write(`${planCheckText(result.planCheck)}\n`);
  deliver(program, result, options);
  return result;
}

function refuseSecondPlace(): never {
  throw new UserError(
    "another transformer changed a file before ts-autofree saw it, so what was proven about that file no longer holds. " +
      'List { "transform": "ts-autofree" } once, and before every other entry of "plugins".',
  );
}

/** Under `tspc` a transformer is asked for when `noEmitOnError` is no longer looked at: ends as `tsc` does then. */
function endWithoutOutput(ts: typeof TS, program: TS.Program, errors: readonly TS.Diagnostic[]): never {
  const host: TS.FormatDiagnosticsHost = {
    getCurrentDirectory: () => program.getCurrentDirectory(),
    getCanonicalFileName: (name) => name,
    getNewLine: () => ts.sys.newLine,
  };
  const { pretty = ts.sys.writeOutputIsTTY?.() ?? false } = program.getCompilerOptions();
  const format = pretty ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  ts.sys.write(format(errors, host));
  ts.sys.exit(1);
  throw new UserError(formatErrors(ts, program, errors));
}

/**
 * Whether the JavaScript of a package may change without `tspc` making a program again: `-b` compares the project's own
 * sources, `--watch` watches declarations, and a later `-b` takes over what an incremental build wrote (S7). The command
 * `ts-autofree` decides this for itself.
 */
function missesPackageChanges(program: TS.Program, { ts, library }: TransformerExtras): boolean {
  const isBuild = /^--?(b|build)$/i.test(ts.sys.args[0] ?? "");
  return library === "tsc" && (isBuild || keepsEarlierOutput(program, ts));
}

/** Whether the compiler emits again only what it takes for changed. */
function keepsEarlierOutput(program: TS.Program, ts: typeof TS): boolean {
  const { incremental, composite, watch } = program.getCompilerOptions();
  return !!(incremental || composite || watch || ts.sys.args.some((word) => /^--?(w|watch)$/i.test(word)));
}

/** A transformer of type `program` cannot make `tspc` emit a file again whose callees changed (S7). */
function refuseStaleBuild(program: TS.Program, { ts, library }: TransformerExtras): void {
  if (library !== "tsc" || !keepsEarlierOutput(program, ts)) return;
  throw new UserError(
    "an incremental or watching build would keep frees that a change in another file made wrong. " +
      'Add "transformProgram": true to the tsconfig entry of ts-autofree.',
  );
}

/** Runs `work`; under `tspc`, whose only answer to an exception is a stack trace, an error ends the run. */
function ending<T>(extras: TransformerExtras, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError && extras.library === "tsc") {
      process.stderr.write(`${error.message}\n`);
      extras.ts.sys.exit(1);
    }
    throw error;
  }
}

/** ts-patch does not tell a program transformer which command it runs in. */
function runningCommand(): string {
  return /(^|[\\/])tspc?(\.js)?$/.test(process.argv[1] ?? "") ? "tsc" : "typescript";
}

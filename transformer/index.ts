/**
 * The entry of the package: the ts-patch transformer (default export) and the programmatic API.
 *
 * ts-patch calls the transformer once for every emit, which under incremental modes is once for every file, so
 * what is known about the whole program is computed once a `Program` and kept.
 */
import { createRequire } from "node:module";
import { dirname, relative, resolve } from "node:path";
import type TS from "typescript";
import { hasBudget, readBaseline, writeBaseline } from "./budget/baseline-file.js";
import {
  checkReportPath,
  checkRuntimeResolves,
  checkTypeScriptVersion,
  supportedTypeScript,
  toolName,
  UserError,
} from "./diagnostics.js";
import { completeOptions, type Options, readPluginEntry, resolveOptions } from "./options.js";
import { type PipelineInput, type PipelineResult, runPipeline } from "./pipeline.js";
import { planCheckText } from "./plan/check-plan.js";
import { addErrors, formatErrors } from "./program-errors.js";
import { startProgress } from "./progress.js";
import { deliverReport } from "./report/deliver.js";
import { noSuchFile } from "./report/describe-place.js";
import { collectFiles } from "./report/html/collect-files.js";
import type { Report } from "./report/report.js";
import { bindTypeScript } from "./typescript.js";
import { stampVersions } from "./versions.js";

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

type RunPipeline = typeof runPipeline;

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

  function transformProgram(program: TS.Program, entry: Entry, extras: TransformerExtras): TS.Program {
    const { ts } = extras;
    const { transform: _, ...own } = entry;
    const { transformSourceFile, errors } = ending(extras, () => factsOf(program, own, extras));
    stampVersions({ ts, program, transformSourceFile, errors });
    addErrors(program, errors);
    const { emit } = program;
    program.emit = (target, write, token, onlyDeclarations, custom, ...rest) => {
      const before = [transformEmit(program, own, extras), ...(custom?.before ?? [])];
      return emit.call(program, target, write, token, onlyDeclarations, { ...custom, before }, ...rest);
    };
    return program;
  }

  function plugin(program: TS.Program, second: unknown, third: unknown, fourth?: TransformerExtras): unknown {
    if (fourth) return transformProgram(program, third as Entry, { library: runningCommand(), ...fourth });
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
  if (compilerOptions.noEmitOnError && ts.getPreEmitDiagnostics(program).length > 0) return nothingToEmit;
  const baseline = readBaseline({ options, compilerOptions });
  const result = runShown(pipeline, { program, ts, options, root, baseline });
  if (importsRuntime(result.report, options, compilerOptions)) {
    checkRuntimeResolves({ ts, compilerOptions, root, checked: options.checked });
  }
  checkDescribed(options, result);
  if (result.planCheck) process.stderr.write(`${planCheckText(result.planCheck)}\n`);
  deliver(program, result, options);
  return result;
}

/** Refuses to explain a place of a file that is not here. Under `-b` another project may have it: see `cli/main.ts`. */
function checkDescribed({ explain, noManualFree }: Options, { descriptions }: PipelineResult): void {
  if (explain === null || typeof explain === "string") return;
  if (noManualFree)
    throw new UserError(
      "with --no-manual-free nothing is freed, so there is no place to explain. Leave that flag out.",
    );
  const isBuild = process.argv.some((word) => /^--?(b|build)$/i.test(word));
  if (descriptions === null && !isBuild) throw noSuchFile(explain);
}

/** Runs the pipeline with a line of progress, where the command allows it. */
function runShown(pipeline: RunPipeline, input: PipelineInput & { readonly ts: typeof TS }): PipelineResult {
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

function runNamed(
  pipeline: RunPipeline,
  { ts, ...input }: PipelineInput & { readonly ts: typeof TS },
): PipelineResult {
  bindTypeScript(ts);
  const result = pipeline(input);
  return { ...result, report: { ...result.report, tool: toolName() } };
}

function deliver(program: TS.Program, result: PipelineResult, options: Options): void {
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

function importsRuntime(report: Report, options: Options, compilerOptions: TS.CompilerOptions): boolean {
  if (options.noManualFree || compilerOptions.noEmit || compilerOptions.emitDeclarationOnly) return false;
  if (options.checked) return true;
  const { freed, partial, static: unique } = report.totals;
  return freed + partial + unique > 0;
}

/** The folder that report paths are relative to. */
function rootOf(program: TS.Program): string {
  const config = program.getCompilerOptions().configFilePath;
  return typeof config === "string" ? dirname(config) : program.getCurrentDirectory();
}

function projectOf(program: TS.Program): string {
  const config = program.getCompilerOptions().configFilePath;
  return typeof config === "string" ? config : program.getCurrentDirectory();
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

/** Options of {@link analyze} and {@link compile}: ours, and the compiler to use. */
export interface ApiOptions extends Partial<Options> {
  /** The `typescript` module; by default the one that the tsconfig's folder resolves. */
  readonly typescript?: typeof TS;
}

/**
 * Says what would become of every allocation of a program, and writes nothing.
 *
 * @example
 * const report = analyze({ tsconfig: "tsconfig.json" });
 * console.log(report.totals.freed, "of", report.totals.sites);
 *
 * @param input a tsconfig, or a program; then `options.typescript` is the module that made it
 * @throws UserError when the tsconfig is missing or broken, or the compiler is not supported
 */
export function analyze(input: TS.Program | { readonly tsconfig: string }, options: ApiOptions = {}): Report {
  if ("tsconfig" in input) {
    const project = openProject(input.tsconfig, options, {});
    if (project.errors.length > 0) throw brokenConfig(project);
    const program = project.ts.createProgram(project.config);
    const { ts, options: resolved, root } = project;
    return runNamed(runPipeline, { ts, options: resolved, root, program }).report;
  }
  const root = rootOf(input);
  const ts = options.typescript ?? resolveTypeScript(root);
  const { typescript: _, ...own } = options;
  checkTypeScriptVersion(ts.version, null);
  return runNamed(runPipeline, { program: input, ts, root, options: completeOptions(own) }).report;
}

export interface CompileRequest {
  readonly tsconfig: string;
  readonly options?: ApiOptions;
  /** Takes the place of the tsconfig's `outDir`. */
  readonly outDir?: string;
}

export interface CompileResult {
  /** What `tsc` would exit with: 0, or 1 for errors without output, or 2 for errors with output. */
  readonly exitCode: 0 | 1 | 2;
  readonly diagnostics: readonly TS.Diagnostic[];
  readonly report: Report;
  /** Absolute names of the files written. */
  readonly files: readonly string[];
}

/**
 * Compiles one project as `ts-autofree -p` does, without starting a command. Needs no ts-patch; other entries of
 * the tsconfig's `plugins` are not run.
 *
 * @example
 * const { exitCode, report } = compile({ tsconfig: "tsconfig.json", outDir: "dist" });
 *
 * @throws UserError when the tsconfig is missing or broken, an option is wrong, or the runtime cannot be resolved
 */
export function compile(request: CompileRequest): CompileResult {
  const extra = request.outDir === undefined ? {} : { outDir: resolve(request.outDir) };
  const project = openProject(request.tsconfig, request.options ?? {}, extra);
  if (project.errors.length > 0) throw brokenConfig(project);
  const { ts, config, options, root } = project;
  if (options.report !== null) checkReportPath(options.report);
  const host = ts.createCompilerHost(config.options);
  const program = ts.createProgram({ ...config, host });
  const baseline = readBaseline({ options, compilerOptions: config.options });
  const result = runNamed(runPipeline, { program, ts, options, root, baseline });
  checkDescribed(options, result);
  if (importsRuntime(result.report, options, config.options)) {
    checkRuntimeResolves({ ts, compilerOptions: config.options, root, checked: options.checked });
  }
  addErrors(program, result.errors);
  const found = ts.getPreEmitDiagnostics(program);
  const files: string[] = [];
  const writeFile: TS.WriteFileCallback = (name, text, ...rest) => {
    host.writeFile(name, text, ...rest);
    files.push(resolve(name));
  };
  const before: TS.TransformerFactory<TS.SourceFile>[] = [
    (context) => (file) =>
      file.fileName.endsWith(".json") ? file : result.transformSourceFile(context, file),
  ];
  const emitted = program.emit(undefined, writeFile, undefined, false, { before });
  const diagnostics = ts.sortAndDeduplicateDiagnostics([...found, ...emitted.diagnostics]);
  if (!emitted.emitSkipped) deliver(program, result, options);
  const failed = diagnostics.some(({ category }) => category === ts.DiagnosticCategory.Error);
  const exitCode = failed ? (emitted.emitSkipped ? 1 : 2) : 0;
  return { exitCode, diagnostics, report: result.report, files };
}

interface Project {
  readonly ts: typeof TS;
  readonly root: string;
  readonly options: Options;
  readonly config: TS.CreateProgramOptions;
  readonly errors: readonly TS.Diagnostic[];
}

function openProject(tsconfig: string, given: ApiOptions, extra: TS.CompilerOptions): Project {
  const file = resolve(tsconfig);
  const root = dirname(file);
  const ts = given.typescript ?? resolveTypeScript(root);
  checkTypeScriptVersion(ts.version, null);
  if (!ts.sys.fileExists(file)) {
    throw new UserError(
      `there is no tsconfig at '${file}'. Name an existing one, or create it with: npx tsc --init`,
    );
  }
  const unrecoverable: TS.Diagnostic[] = [];
  const host: TS.ParseConfigFileHost = {
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    readDirectory: (...search) => ts.sys.readDirectory(...search),
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
    onUnRecoverableConfigFileDiagnostic: (found) => unrecoverable.push(found),
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(file, extra, host);
  const compilerOptions = parsed?.options ?? {};
  const { typescript: _, ...own } = given;
  const options = resolveOptions({
    pluginEntry: ownEntry(compilerOptions.plugins),
    environment: process.env,
    root,
    cwd: process.cwd(),
    given: { ...own, ...(own.report && { report: resolve(own.report) }) },
  });
  return {
    ts,
    root,
    options,
    config: {
      rootNames: parsed?.fileNames ?? [],
      options: compilerOptions,
      ...(parsed?.projectReferences && { projectReferences: parsed.projectReferences }),
    },
    errors: [...unrecoverable, ...(parsed?.errors ?? [])],
  };
}

/** Our options in a tsconfig's list of plugins. */
function ownEntry(plugins: unknown): Record<string, unknown> {
  const entries: Record<string, unknown>[] = Array.isArray(plugins) ? plugins : [];
  const entry = entries.find(({ transform }) => transform === "ts-autofree") ?? {};
  readPluginEntry(entry);
  return entry;
}

function resolveTypeScript(root: string): typeof TS {
  for (const base of [resolve(root, "index.js"), import.meta.url]) {
    try {
      return createRequire(base)("typescript");
    } catch {
      // The next place is tried; that none has one is said below.
    }
  }
  throw new UserError(`TypeScript cannot be found from '${root}'. Run: ${supportedTypeScript.install}`);
}

function brokenConfig({ ts, root, errors }: Project): UserError {
  const format = {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name: string) => name,
    getNewLine: () => "\n",
  };
  return new UserError(
    `the tsconfig cannot be used. Mend it:\n${ts.formatDiagnostics(errors, format).trimEnd()}`,
  );
}

/** The programmatic API: analyses or compiles a project without starting a command. */
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import type TS from "typescript";
import { readBaseline } from "./budget/baseline-file.js";
import {
  checkReportPath,
  checkRuntimeResolves,
  checkTypeScriptVersion,
  supportedTypeScript,
  UserError,
} from "./diagnostics.js";
import { completeOptions, type Options, readPluginEntry, resolveOptions } from "./options.js";
import { runPipeline } from "./pipeline.js";
import { addErrors } from "./program-errors.js";
import type { Report } from "./report/report.js";
import { checkDescribed, deliver, importsRuntime, rootOf, runNamed } from "./run-program.js";

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

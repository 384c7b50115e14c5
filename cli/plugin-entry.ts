/**
 * Puts the transformer into every program that the compiler makes, whether the tsconfig lists it or not.
 *
 * The list of plugins is changed on the parsed options, never in the tsconfig's text, so that whatever the
 * compiler says about that file keeps its place. It works alike for `-p`, `-b`, `--watch` and bare files.
 */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type TS from "typescript";
import { toolName, UserError } from "../transformer/diagnostics.js";
import { type Options, resolveOptions } from "../transformer/options.js";
import type { PatchedCompiler } from "./compiler.js";

type Entry = Readonly<Record<string, unknown>>;

const transformerFile = fileURLToPath(new URL("../transformer/index.js", import.meta.url));

/**
 * Makes the compiler's `createProgram` add our plugin entry.
 *
 * @param keepGoing leave a broken tsconfig to the compiler, which under `--watch` waits for it to be mended
 */
export function addPluginToPrograms(compiler: PatchedCompiler, keepGoing: boolean): void {
  const { ts, hooks } = compiler;
  const createProgram = hooks.createProgram;
  hooks.createProgram = (...args) => {
    const { options, configErrors } = readRequest(args);
    if (!keepGoing) refuseBrokenConfig(ts, configErrors);
    const root = projectRoot(ts, options);
    const entries = pluginList(options.plugins);
    const own = entries.filter((entry) => isOwn(entry, root));
    const entry: Entry = { ...own[0], transform: transformerFile, transformProgram: true };
    resolveOptions({ pluginEntry: entry, environment: process.env, root, cwd: process.cwd() });
    const placed = own[0] ? entries.map((each) => (each === own[0] ? entry : each)) : [entry, ...entries];
    const kept = placed.filter((each) => each === entry || !own.includes(each));
    options.plugins = kept as unknown as TS.PluginImport[];
    return createPatched(() => createProgram(...args));
  };
}

/**
 * What the output depends on besides the sources, as a short word; empty where the output is that of plain tsc.
 */
export function outputStamp(options: Options): string {
  if (options.noManualFree) return "";
  // Listed is what does not change the output, so that an option that is added later is seen.
  const { verify, explain, report, explainFile, explainFunction, explainVerdict, explainReason, ...others } =
    options;
  const { baseline, failUnder, updateBaseline, ...deciding } = others;
  // Projects that are up to date are not looked at: one that is to be held to another budget has to be built.
  const budget = failUnder !== null || updateBaseline ? [failUnder, updateBaseline] : [];
  return createHash("sha256")
    .update(JSON.stringify([toolName(), deciding, ...budget]))
    .digest("hex")
    .slice(0, 12);
}

/** ts-patch throws what is wrong with the plugins of a tsconfig; here it becomes a message. */
function createPatched(create: () => TS.Program): TS.Program {
  try {
    return create();
  } catch (error) {
    const found = error as Error & { code?: string };
    if (found.constructor.name !== "TsPatchError" && found.code !== "MODULE_NOT_FOUND") throw error;
    const [why] = found.message.split("\n");
    throw new UserError(`ts-patch cannot load the tsconfig's plugins. Mend its "plugins":\n${why}`);
  }
}

function readRequest(args: unknown[]): {
  options: TS.CompilerOptions;
  configErrors: readonly TS.Diagnostic[];
} {
  const [first, second, , , errors] = args;
  if (Array.isArray(first)) {
    return { options: second as TS.CompilerOptions, configErrors: (errors as TS.Diagnostic[]) ?? [] };
  }
  const request = first as TS.CreateProgramOptions;
  return { options: request.options, configErrors: request.configFileParsingDiagnostics ?? [] };
}

/** tsc goes on with what it could read of a broken tsconfig, and may so emit to places nobody named. */
function refuseBrokenConfig(ts: typeof TS, errors: readonly TS.Diagnostic[]): void {
  const syntax = errors.filter(({ code }) => code >= 1000 && code < 2000);
  if (syntax.length === 0) return;
  const text = ts.formatDiagnostics(syntax, {
    getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
    getCanonicalFileName: (name) => name,
    getNewLine: () => ts.sys.newLine,
  });
  throw new UserError(`a tsconfig cannot be parsed, so nothing was emitted. Mend it:\n${text.trimEnd()}`);
}

function projectRoot(ts: typeof TS, options: TS.CompilerOptions): string {
  const config = options.configFilePath;
  return typeof config === "string" ? dirname(config) : ts.sys.getCurrentDirectory();
}

function pluginList(plugins: unknown): readonly Entry[] {
  return Array.isArray(plugins) ? plugins : [];
}

function isOwn(entry: Entry, root: string): boolean {
  const { transform } = entry;
  if (typeof transform !== "string") return false;
  if (transform === "ts-autofree" || transform === transformerFile) return true;
  try {
    const file = createRequire(join(root, "index.js")).resolve(transform);
    return realpathSync(file) === realpathSync(transformerFile);
  } catch {
    return false;
  }
}

/**
 * Compiles many programs at once, in memory: one `ts.Program` for a batch, one emit a variant.
 *
 * The modules of program 3 are `/fuzz/3/*.ts`; output is CommonJS, so that it can be run without files.
 */
import path from "node:path";
import ts from "typescript";
import { defaultOptions, type Options } from "../../transformer/options.js";
import { type PipelineInput, planOnce, runPipeline } from "../../transformer/pipeline.js";
import type { Report } from "../../transformer/report/report.js";
import { bindTypeScript } from "../../transformer/typescript.js";

bindTypeScript(ts);

/** Module name (`main.ts` is the entry) → text. */
export type Sources = Readonly<Record<string, string>>;

/** Module name without its ending → JavaScript. */
export type Output = ReadonlyMap<string, string>;

export interface CompiledProgram {
  /** Type errors, where they were asked for. */
  readonly errors: readonly string[];
  readonly plain: Output;
  readonly freed: Output;
  /** Freed, by way of slots, with small buffers as variables, and without zeros where the transformer takes them for needless. */
  readonly elided: Output;
  readonly checked: Output;
  /** The modules that `noManualFree` changes; none, since no program frees by hand. */
  readonly stripped: readonly string[];
  readonly sites: number;
  /** Sites whose verdict is not `kept`. */
  readonly freedSites: number;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2022.d.ts"],
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmitOnError: false,
};

const root = "/fuzz";
const libraryFolder = path.dirname(ts.getDefaultLibFilePath(options));
const libraries = new Map<string, ts.SourceFile | undefined>();

function library(name: string): ts.SourceFile | undefined {
  if (!libraries.has(name)) {
    const text = ts.sys.readFile(path.join(libraryFolder, path.basename(name)));
    libraries.set(
      name,
      text === undefined ? undefined : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true),
    );
  }
  return libraries.get(name);
}

function createHost(files: ReadonlyMap<string, string>): ts.CompilerHost {
  return {
    getSourceFile: (name, version) => {
      if (name.startsWith(`${libraryFolder}/`) || name.startsWith("lib.")) return library(name);
      const text = files.get(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, version, true);
    },
    getDefaultLibFileName: () => path.join(libraryFolder, "lib.d.ts"),
    getDefaultLibLocation: () => libraryFolder,
    writeFile: () => {},
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => files.has(name),
    readFile: (name) => files.get(name),
    directoryExists: () => true,
    getDirectories: () => [],
  };
}

export interface CompileRequest {
  readonly programs: readonly Sources[];
  /** Look for type errors too; takes as long as all the rest. */
  readonly typeCheck: boolean;
  readonly variants: Variants;
}

/** Which variants are made: where it is only about zeros, the one without them stands for all. */
export type Variants = "all" | "elided";

export function compileBatch({ programs, typeCheck, variants }: CompileRequest): CompiledProgram[] {
  const files = new Map<string, string>();
  programs.forEach((sources, i) => {
    for (const [name, text] of Object.entries(sources)) files.set(`${root}/${i}/${name}`, text);
  });
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host: createHost(files) });
  const errors = typeCheck ? collectErrors(program) : new Map<number, string[]>();
  const plain = emit(program, programs.length, undefined);
  const planned = planOnce(program, defaultOptions);
  const elided = transformed(program, programs.length, { options: defaultOptions, planned });
  const made = (chosen: Options) =>
    variants === "elided" ? elided : transformed(program, programs.length, { options: chosen, planned });
  const freed = made({
    ...defaultOptions,
    scalars: "off",
    slots: "off",
    reuse: "off",
    elideZeroFill: "off",
    freeUnprofitable: true,
    verify: true,
  });
  const checked = made({ ...defaultOptions, checked: true });
  const stripped = findStripped(program);
  return programs.map((_, i) => {
    const sites = freed.report.sites.filter((site) => programOf(`${root}/${site.file}`) === i);
    return {
      errors: errors.get(i) ?? [],
      plain: plain[i] as Output,
      freed: freed.outputs[i] as Output,
      elided: elided.outputs[i] as Output,
      stripped: stripped.filter((name) => programOf(name) === i),
      checked: checked.outputs[i] as Output,
      sites: sites.length,
      freedSites: sites.filter((site) => site.verdict !== "kept").length,
    };
  });
}

function transformed(
  program: ts.Program,
  count: number,
  pipeline: Pick<PipelineInput, "options" | "planned">,
): { readonly outputs: Output[]; readonly report: Report } {
  const { report, transformSourceFile } = runPipeline({ program, root, ...pipeline });
  const outputs = emit(program, count, (context) => (file) => transformSourceFile(context, file));
  return { outputs, report };
}

/** The files of which `noManualFree` makes other syntax: those that it leaves alone are emitted as ever. */
function findStripped(program: ts.Program): string[] {
  const { transformSourceFile } = runPipeline({
    program,
    options: { ...defaultOptions, noManualFree: true },
    root,
  });
  const files = program.getSourceFiles().filter(({ fileName }) => programOf(fileName) >= 0);
  const changed: string[] = [];
  const compare: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
    if (transformSourceFile(context, file) !== file) changed.push(file.fileName);
    return file;
  };
  ts.transform(files, [compare], options).dispose();
  return changed;
}

function emit(
  program: ts.Program,
  count: number,
  before: ts.TransformerFactory<ts.SourceFile> | undefined,
): Output[] {
  const outputs = Array.from({ length: count }, () => new Map<string, string>());
  const write: ts.WriteFileCallback = (name, text) => {
    outputs[programOf(name)]?.set(path.basename(name, ".js"), text);
  };
  program.emit(undefined, write, undefined, false, before ? { before: [before] } : {});
  return outputs;
}

/** The number of the program that a file belongs to; -1 for a library file. */
function programOf(file: string): number {
  return Number(/^\/fuzz\/(\d+)\//.exec(file)?.[1] ?? -1);
}

function collectErrors(program: ts.Program): Map<number, string[]> {
  const errors = new Map<number, string[]>();
  for (const file of program.getSourceFiles()) {
    const owner = programOf(file.fileName);
    if (owner < 0) continue;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    const texts = found.map((each) => {
      const at = file.getLineAndCharacterOfPosition(each.start ?? 0);
      const message = ts.flattenDiagnosticMessageText(each.messageText, "\n");
      return `${file.fileName}:${at.line + 1} TS${each.code}: ${message}`;
    });
    if (texts.length > 0) errors.set(owner, [...(errors.get(owner) ?? []), ...texts]);
  }
  return errors;
}

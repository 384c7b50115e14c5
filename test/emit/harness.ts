/** Emits programs in memory, plain and with frees. */
import ts from "typescript";
import { defaultOptions, type Options } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import type { SiteReport } from "../../transformer/report/report.js";
import { programOf, type Sources, typeErrors } from "../lower/harness.js";

export interface Emitted {
  /** By the name of the written file. */
  readonly plain: Readonly<Record<string, string>>;
  readonly freed: Readonly<Record<string, string>>;
  readonly sites: readonly SiteReport[];
}

/** The frees themselves: without slots, with zeros, and buffers as they are, where nothing else is asked for. */
const baseOptions: Options = {
  ...defaultOptions,
  scalars: "off",
  slots: "off",
  reuse: "off",
  elideZeroFill: "off",
  freeUnprofitable: true,
  verify: true,
};

export function emitBoth(
  sources: string | Sources,
  options: ts.CompilerOptions = {},
  own: Partial<Options> = {},
): Emitted {
  const program = programOf(sources, options);
  const errors = typeErrors(program);
  if (errors.length > 0) throw new Error(errors.join("\n"));
  const result = runPipeline({ program, options: { ...baseOptions, ...own }, root: "/" });
  return {
    plain: written(program, []),
    freed: written(program, [(context) => (file) => result.transformSourceFile(context, file)]),
    sites: result.report.sites,
  };
}

function written(
  program: ts.Program,
  before: ts.TransformerFactory<ts.SourceFile>[],
): Record<string, string> {
  const files: Record<string, string> = {};
  program.emit(
    undefined,
    (name, text) => {
      files[name] = text;
    },
    undefined,
    false,
    { before },
  );
  return files;
}

/** The one JavaScript file that a program of one file becomes. */
export function emitted(source: string, options: ts.CompilerOptions = {}): string {
  return emitBoth(source, options).freed["/main.js"] ?? "";
}

/** The same under other options of ours. */
export function emitWith(source: string, own: Partial<Options>): string {
  return emitBoth(source, {}, own).freed["/main.js"] ?? "";
}

/** The body of the function `f` of what was emitted, its white space evened out. */
export function bodyOf(source: string): string {
  const code = emitted(source);
  const file = ts.createSourceFile("main.js", code, ts.ScriptTarget.Latest, true);
  const found = file.statements.find((each) => ts.isFunctionDeclaration(each) && each.name?.text === "f");
  const text = (found as ts.FunctionDeclaration).body?.getText() ?? "";
  return text.slice(1, -1).replace(/\s+/g, " ").trim();
}

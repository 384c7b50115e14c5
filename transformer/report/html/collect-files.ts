/** Collects the files that a report speaks of, each with its source and what the compiler emits for it, before and after. */
import type TS from "typescript";
import type { Report } from "../report.js";
import { relativePath } from "../source-place.js";
import { compareLines } from "./compare-lines.js";
import type { EmittedCode, PageFile } from "./page-data.js";

export interface CollectInput {
  readonly program: TS.Program;
  /** What report paths are relative to. */
  readonly root: string;
  readonly report: Report;
  readonly transformSourceFile: (context: TS.TransformationContext, file: TS.SourceFile) => TS.SourceFile;
}

/**
 * The files of the program that have a site, a free, a suspect or a step of a path, in the order of their names.
 *
 * The JavaScript is what the compiler itself emits, once without and once with the transformer; nothing is written. Transformers of
 * other packages take no part. Where the program emits nothing (`noEmit`, or `noEmitOnError` and an error) there is none.
 */
export function collectFiles({ program, root, report, transformSourceFile }: CollectInput): PageFile[] {
  const named = namedFiles(report);
  const files = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile)
    .map((file) => ({ file, name: relativePath(root, file.fileName) }))
    .filter(({ name }) => named.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { outFile } = program.getCompilerOptions();
  return files.map(({ file, name }) => ({
    file: name,
    source: file.text,
    emitted: outFile === undefined ? emittedCode(program, file, transformSourceFile) : null,
  }));
}

function namedFiles({ sites, frees, suspects }: Report): Set<string> {
  const places = [
    ...sites,
    ...frees,
    ...suspects,
    ...sites.flatMap((site) => site.path),
    ...sites.flatMap((site) => site.frees),
    ...suspects.flatMap((each) => each.path),
  ];
  return new Set(places.flatMap(({ file }) => (file === undefined ? [] : [file])));
}

function emittedCode(
  program: TS.Program,
  file: TS.SourceFile,
  transformSourceFile: CollectInput["transformSourceFile"],
): EmittedCode | null {
  const plain = emit(program, file, []);
  const freed = emit(program, file, [(context) => (each) => transformSourceFile(context, each)]);
  if (!plain || !freed) return null;
  return { ...plain, changes: compareLines(plain.plain.split("\n"), freed.plain.split("\n")) };
}

function emit(
  program: TS.Program,
  file: TS.SourceFile,
  before: TS.TransformerFactory<TS.SourceFile>[],
): { readonly name: string; readonly plain: string } | null {
  let found: { readonly name: string; readonly plain: string } | null = null;
  const keep: TS.WriteFileCallback = (path, text) => {
    const name = path.split(/[\\/]/).at(-1) ?? path;
    if (/\.[cm]?jsx?$/.test(name)) found = { name, plain: withoutSourceMap(text) };
  };
  // In a program that ts-patch made, `emit` would run every plugin of the tsconfig, and so this one once more.
  const { emit, originalEmit } = program as TS.Program & { originalEmit?: TS.Program["emit"] };
  (originalEmit ?? emit).call(program, file, keep, undefined, false, { before });
  return found;
}

/** A source map in the text is longer than the text, and differs with every change. */
function withoutSourceMap(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(/^\/\/# sourceMappingURL=data:.*$/m, "");
}

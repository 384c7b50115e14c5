/** Where nodes and free points stand in the source, as reports and the checked runtime name it. */
import type TS from "typescript";
import type { PointId } from "../ir/ids.js";
import type { LoweredFunction } from "../lower/builder.js";
import type { FreePlace } from "./report.js";

export type SourcePlace = Required<FreePlace>;

/** Where a free at a point stands: at the statement that it comes before, or the end of the list. */
export function freePlace(root: string, lowered: LoweredFunction, id: PointId): SourcePlace {
  const { node, isStatement } = findFree(lowered, id);
  if (isStatement) return placeOf(root, node);
  // The end of a list is where its last character stands.
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(Math.max(node.getStart(file), node.end - 1));
  return { file: relativePath(root, file.fileName), line: line + 1, column: character + 1 };
}

/** The statement that a free at a point comes before, or the list that it ends. */
export function freeNode(lowered: LoweredFunction, id: PointId): TS.Node {
  return findFree(lowered, id).node;
}

function findFree({ ir, source }: LoweredFunction, id: PointId): { node: TS.Node; isStatement: boolean } {
  const point = ir.points[id];
  const region = source.regions[point?.region ?? 0];
  const node = region?.node as TS.Node;
  const statement = region?.role === "list" ? (node as TS.Block).statements[point?.index ?? 0] : undefined;
  return { node: statement ?? node, isStatement: statement !== undefined };
}

/** Where a node begins. */
export function placeOf(root: string, node: TS.Node): SourcePlace {
  const file = node.getSourceFile();
  return placeAt(root, file, node.getStart(file));
}

/** The place of a position. */
export function placeAt(root: string, file: TS.SourceFile, position: number): SourcePlace {
  const { line, character } = file.getLineAndCharacterOfPosition(position);
  return { file: relativePath(root, file.fileName), line: line + 1, column: character + 1 };
}

/** `src/fft.ts:12:15` */
export function placeText({ file, line, column }: SourcePlace): string {
  return `${file}:${line}:${column}`;
}

/** A path as reports name it: relative to the project root, with `/` between its parts. */
export function relativePath(root: string, fileName: string): string {
  const folder = root.replaceAll("\\", "/").replace(/\/?$/, "/");
  const path = fileName.replaceAll("\\", "/");
  if (path.startsWith(folder)) return path.slice(folder.length);
  return relativeSegments(folder, path);
}

function relativeSegments(folder: string, path: string): string {
  const from = folder.split("/").slice(0, -1);
  const to = path.split("/");
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return common <= 1 ? path : [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
}

/** A range of a file. */
interface Range {
  readonly file: TS.SourceFile;
  readonly pos: number;
  readonly end: number;
}

/** A row of a report, or a step of a path. */
interface Row {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly expression?: string;
}

/**
 * Finds rows of a report in the files of a program again: from the place to the end of the expression, on one line.
 *
 * @param program the program that the report is of
 * @param root what its paths are relative to
 * @returns `start` is the beginning of the program's first file
 */
export function placesIn(
  program: TS.Program,
  root: string,
): { readonly placeOf: (row: Row) => Range | null; readonly start: Range | null } {
  const own = program.getSourceFiles().filter((file) => !file.isDeclarationFile);
  const files = new Map(own.map((file) => [relativePath(root, file.fileName), file]));
  const placeOf = ({ file: name, line, column, expression }: Row): Range | null => {
    const file = files.get(name);
    if (!file) return null;
    const starts = file.getLineStarts();
    const pos = (starts[line - 1] ?? 0) + column - 1;
    const [rest = ""] = file.text.slice(pos).split(/\r?\n/, 1);
    return { file, pos, end: pos + Math.max(1, Math.min(expression?.length ?? 1, rest.length)) };
  };
  const [first] = own;
  return { placeOf, start: first ? { file: first, pos: 0, end: 0 } : null };
}

/**
 * Reads the directives `@autofree keep` and `@autofree hot`: comments right before a loop, function, statement or declaration.
 *
 * `keep` leaves the sites below it to the collector; `hot` asks for every site below it to be freed. The innermost
 * directive around a site decides, so that `keep` inside of `hot` is an exemption.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";

export type Directive = "hot" | "keep";

/** A directive and its words' range in the file. */
export interface FoundDirective {
  readonly directive: Directive;
  readonly file: TS.SourceFile;
  readonly pos: number;
  readonly end: number;
}

const pattern = /@autofree\s+(hot|keep)\b/;
/** A directive that begins a line of its comment: in running text the words mean nothing if they are misplaced. */
const atLineStart = /(?:\/\/|\/\*+|^[ \t]*\*)[ \t]*(@autofree[ \t]+(hot|keep)\b)/gm;

/** The directive in the comments right before `node`, if any. */
export function directiveOf(node: TS.Node): FoundDirective | null {
  const file = node.getSourceFile();
  for (const comment of commentsBefore(file, node)) {
    const match = pattern.exec(file.text.slice(comment.pos, comment.end));
    if (!match) continue;
    const pos = comment.pos + match.index;
    return { directive: match[1] as Directive, file, pos, end: pos + match[0].length };
  }
  return null;
}

/** Comments on the lines before `node`, and on its own line: `rows.map(/** @autofree hot *\/ (row) => …)`. */
function commentsBefore(file: TS.SourceFile, node: TS.Node): readonly TS.CommentRange[] {
  const { text } = file;
  const from = node.getFullStart();
  const leading = ts.getLeadingCommentRanges(text, from) ?? [];
  if (
    from === 0 ||
    !text
      .slice(from, from + 200)
      .trimStart()
      .startsWith("/")
  )
    return leading;
  const sameLine = ts.getTrailingCommentRanges(text, from) ?? [];
  // Comments that end the line of what comes before belong to that.
  const endsLine = sameLine.length > 0 && text.slice(from, node.getStart(file)).includes("\n");
  return endsLine ? leading : [...leading, ...sameLine];
}

function canCarryDirective(node: TS.Node): boolean {
  return (
    ts.isStatement(node) ||
    ts.isFunctionLike(node) ||
    ts.isClassElement(node) ||
    ts.isObjectLiteralElementLike(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isClassExpression(node)
  );
}

const withDirectives = new WeakMap<TS.SourceFile, boolean>();

export function hasDirectives(file: TS.SourceFile): boolean {
  let answer = withDirectives.get(file);
  if (answer === undefined) {
    answer = file.text.includes("@autofree");
    withDirectives.set(file, answer);
  }
  return answer;
}

/** The innermost directive around `node`. */
export function directiveAround(node: TS.Node): FoundDirective | null {
  if (!hasDirectives(node.getSourceFile())) return null;
  for (let at: TS.Node = node; !ts.isSourceFile(at); at = at.parent) {
    const found = canCarryDirective(at) ? directiveOf(at) : null;
    if (found) return found;
  }
  return null;
}

/** Why the site at `node` is to be left alone, if it is. */
export function keepDirective(
  node: TS.Node,
  mode: { readonly annotatedOnly: boolean },
): "keep-directive" | "not-annotated" | null {
  const found = directiveAround(node);
  if (found) return found.directive === "keep" ? "keep-directive" : null;
  return mode.annotatedOnly ? "not-annotated" : null;
}

/** The directives of a file that stand before nothing that they could speak of. */
export function misplacedDirectives(file: TS.SourceFile): FoundDirective[] {
  if (!hasDirectives(file)) return [];
  const obeyed = new Set<number>();
  const walk = (node: TS.Node): void => {
    if (canCarryDirective(node)) {
      for (const { pos, end } of commentsBefore(file, node)) {
        for (const match of file.text.slice(pos, end).matchAll(atLineStart)) {
          obeyed.add(pos + match.index + match[0].length - (match[1] as string).length);
        }
      }
    }
    forEachChild(node, walk);
  };
  forEachChild(file, walk);
  return [...file.text.matchAll(atLineStart)].flatMap((match) => {
    const [whole, words = "", directive] = match;
    const end = match.index + whole.length;
    const pos = end - words.length;
    if (obeyed.has(pos) || !isInComment(file, pos)) return [];
    return [{ directive: directive as Directive, file, pos, end }];
  });
}

/** Whether a position is between tokens, and not in a string, a template or the text of JSX. */
function isInComment(file: TS.SourceFile, pos: number): boolean {
  let at: TS.Node = file;
  for (;;) {
    if (pos < at.getStart(file) && at !== file) return true;
    const child = at.getChildren(file).find((each) => pos >= each.pos && pos < each.end);
    if (!child) return false;
    at = child;
  }
}

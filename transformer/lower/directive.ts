/**
 * Reads `@autofree` directives: comments right before a loop, function, statement or declaration.
 *
 * `@autofree keep` leaves the sites below it to the collector; `@autofree hot` asks for every site below it to
 * be freed. The innermost directive around a site decides.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";

export type Directive = "hot" | "keep";

const pattern = /@autofree\s+(hot|keep)\b/;

/** The directive in the comments before `node`, if any. */
export function directiveOf(node: TS.Node): Directive | null {
  const text = node.getSourceFile().text;
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  for (const comment of comments) {
    const match = pattern.exec(text.slice(comment.pos, comment.end));
    if (match) return match[1] as Directive;
  }
  return null;
}

function canCarryDirective(node: TS.Node): boolean {
  return (
    ts.isStatement(node) ||
    ts.isFunctionLike(node) ||
    ts.isClassElement(node) ||
    ts.isObjectLiteralElementLike(node) ||
    ts.isVariableDeclaration(node)
  );
}

const withDirectives = new WeakMap<TS.SourceFile, boolean>();

function hasDirectives(file: TS.SourceFile): boolean {
  let answer = withDirectives.get(file);
  if (answer === undefined) {
    answer = file.text.includes("@autofree");
    withDirectives.set(file, answer);
  }
  return answer;
}

/** Why the site at `node` is to be left alone, if it is. */
export function keepDirective(
  node: TS.Node,
  mode: { readonly annotatedOnly: boolean },
): "keep-directive" | "not-annotated" | null {
  if (!mode.annotatedOnly && !hasDirectives(node.getSourceFile())) return null;
  for (let at: TS.Node = node; !ts.isSourceFile(at); at = at.parent) {
    if (!canCarryDirective(at)) continue;
    const directive = directiveOf(at);
    if (directive === "keep") return "keep-directive";
    if (directive === "hot") return null;
  }
  return mode.annotatedOnly ? "not-annotated" : null;
}

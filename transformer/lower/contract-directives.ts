/**
 * Finds the directives `@autofree noescape a, b` and `@autofree fresh` in a file, each with the declaration that it stands
 * right before.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import { skipWrappers } from "./syntax.js";

export interface ListedName {
  readonly text: string;
  readonly pos: number;
}

export interface ContractDirective {
  readonly word: "noescape" | "fresh";
  readonly file: TS.SourceFile;
  readonly pos: number;
  readonly end: number;
  /** The parameters that `noescape` lists; `null` if they are not a list of names. */
  readonly names: readonly ListedName[] | null;
  /** The outermost syntax that the comment stands before. */
  readonly before: TS.Node;
}

const pattern = /@autofree[ \t]+(noescape|fresh)\b([^\r\n]*)/g;

export function mayHaveContracts(file: TS.SourceFile): boolean {
  return file.text.includes("@autofree") && file.text.search(pattern) >= 0;
}

export function findContractDirectives(file: TS.SourceFile): ContractDirective[] {
  const found: ContractDirective[] = [];
  for (const match of file.text.matchAll(pattern)) {
    const before = nodeAfter(file, match.index);
    if (!before) continue;
    const word = match[1] as ContractDirective["word"];
    const rest = (match[2] ?? "").replace(/\*\/.*/, "");
    const start = match.index + match[0].length - (match[2] ?? "").length;
    const names = word === "noescape" ? listedNames(rest, start) : [];
    const end = names?.length ? endOf(names) : start;
    found.push({ word, file, pos: match.index, end, names, before });
  }
  return found;
}

function endOf(names: readonly ListedName[]): number {
  const last = names[names.length - 1] as ListedName;
  return last.pos + last.text.length;
}

/** Names with commas between them; a remark may follow after another sign. */
function listedNames(text: string, start: number): ListedName[] | null {
  const list = /^(\s*[\w$]+\s*(?:,\s*[\w$]+\s*)*)(?:$|[-–—:.;(])/.exec(text)?.[1];
  if (list === undefined) return null;
  return [...list.matchAll(/[\w$]+/g)].map((match) => ({ text: match[0], pos: start + match.index }));
}

/** The outermost syntax in whose leading comments `pos` is; `null` for a comment elsewhere, or no comment at all. */
function nodeAfter(file: TS.SourceFile, pos: number): TS.Node | null {
  let at: TS.Node = file;
  for (;;) {
    const child: TS.Node | undefined = forEachChild(at, (each) =>
      pos >= each.pos && pos < each.end ? each : undefined,
    );
    if (!child) return null;
    if (pos < child.getStart(file)) return isTrailing(file, child, pos) ? null : child;
    at = child;
  }
}

/** Whether the comment ends the line of what comes before `node`, and so belongs to that. */
function isTrailing(file: TS.SourceFile, node: TS.Node, pos: number): boolean {
  if (node.pos === 0) return false;
  const comments = ts.getTrailingCommentRanges(file.text, node.pos) ?? [];
  const comment = comments.find((each) => pos >= each.pos && pos < each.end);
  if (!comment) return false;
  return file.text.slice(comment.end, node.getStart(file)).includes("\n");
}

/** The declaration that a directive before `node` speaks of; `null` if that is nothing to call. */
export function declarationOf(node: TS.Node): TS.Node | null {
  if (ts.isVariableStatement(node)) {
    const [only] = node.declarationList.declarations;
    return node.declarationList.declarations.length === 1 && only ? only : null;
  }
  if (ts.isExportAssignment(node)) return functionIn(node.expression);
  return isSignature(node) || isHolder(node) ? node : null;
}

/** Something with parameters that is called as a function, a method or a constructor. */
export function isSignature(node: TS.Node): node is TS.SignatureDeclaration {
  return ts.isFunctionLike(node) && !ts.isAccessor(node) && !ts.isIndexSignatureDeclaration(node);
}

/** Declares something that may hold a function. */
export type Holder =
  | TS.VariableDeclaration
  | TS.PropertyDeclaration
  | TS.PropertySignature
  | TS.PropertyAssignment
  | TS.ParameterDeclaration
  | TS.TypeAliasDeclaration;

export function isHolder(node: TS.Node): node is Holder {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isParameter(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

/** The function that a declaration holds from the start. */
export function functionHeldBy(node: Holder): TS.ArrowFunction | TS.FunctionExpression | null {
  return "initializer" in node && node.initializer ? functionIn(node.initializer) : null;
}

function functionIn(expression: TS.Expression): TS.ArrowFunction | TS.FunctionExpression | null {
  const value = skipWrappers(expression);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? value : null;
}

/** The signatures that are written in a declaration: those of its type, and that of the function it holds. */
export function signaturesWrittenIn(node: TS.Node): TS.SignatureDeclaration[] {
  if (isSignature(node)) return [node];
  if (!isHolder(node)) return [];
  const held = functionHeldBy(node);
  const type = "type" in node ? node.type : undefined;
  return [...(held ? [held] : []), ...(type ? signaturesOfType(type) : [])];
}

function signaturesOfType(node: TS.TypeNode): TS.SignatureDeclaration[] {
  if (ts.isParenthesizedTypeNode(node)) return signaturesOfType(node.type);
  if (ts.isUnionTypeNode(node)) return node.types.flatMap(signaturesOfType);
  if (ts.isFunctionTypeNode(node)) return [node];
  return ts.isTypeLiteralNode(node) ? node.members.filter(ts.isCallSignatureDeclaration) : [];
}

/** Where a variable that holds a buffer is used, and what for. */
import type TS from "typescript";
import { forEachChild } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { outermost } from "../lower/syntax.js";
import { ts } from "../typescript.js";

/** What a use does with the buffer. */
export type Use =
  /** Asks for its length: tells nothing of its elements. */
  | { readonly kind: "length" }
  | { readonly kind: "store"; readonly access: TS.ElementAccessExpression }
  /** Reads an element, or updates it (`+=`, `++`). */
  | { readonly kind: "read"; readonly access: TS.ElementAccessExpression }
  | { readonly kind: "other" };

/** All uses of a variable below `node`, its declaration not among them, in source order. */
export function usesOf(index: ProgramIndex, node: TS.Node, symbol: TS.Symbol): TS.Identifier[] {
  const found: TS.Identifier[] = [];
  const visit = (at: TS.Node): void => {
    if (ts.isIdentifier(at)) {
      if (at.text === symbol.name && isUse(index, at, symbol)) found.push(at);
    } else if (!ts.isTypeNode(at) || ts.isExpressionWithTypeArguments(at)) forEachChild(at, visit);
  };
  visit(node);
  return found;
}

function isUse(index: ProgramIndex, node: TS.Identifier, symbol: TS.Symbol): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if ((ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) && parent.name === node)
    return false;
  if (ts.isExportSpecifier(parent))
    return index.checker.getExportSpecifierLocalTargetSymbol(parent) === symbol;
  if (index.localSymbolOf(node) !== symbol) return false;
  return !isDeclarationOf(node, symbol);
}

function isDeclarationOf({ parent }: TS.Identifier, symbol: TS.Symbol): boolean {
  return symbol.declarations?.some((each) => each === parent) ?? false;
}

const lengths: ReadonlySet<string> = new Set(["length", "byteLength", "byteOffset", "BYTES_PER_ELEMENT"]);

export function useOf(index: ProgramIndex, name: TS.Identifier): Use {
  const node = outermost(name);
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
    const isAsked = lengths.has(parent.name.text) && !isAssigned(parent);
    return { kind: isAsked ? "length" : "other" };
  }
  if (!ts.isElementAccessExpression(parent) || parent.expression !== node) return { kind: "other" };
  if (!isNumeric(index, parent.argumentExpression)) return { kind: "other" };
  return { kind: isPlainTarget(parent) ? "store" : "read", access: parent };
}

function isNumeric(index: ProgramIndex, node: TS.Expression): boolean {
  return (index.checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0;
}

/** Whether an access stands left of a plain `=`. */
function isPlainTarget(access: TS.Expression): boolean {
  const node = outermost(access);
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

function isAssigned(access: TS.Expression): boolean {
  const { parent } = outermost(access);
  return ts.isBinaryExpression(parent)
    ? parent.left === outermost(access) &&
        parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
        parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
    : ts.isDeleteExpression(parent) ||
        ts.isPrefixUnaryExpression(parent) ||
        ts.isPostfixUnaryExpression(parent);
}

/** The declaration of a function below `root` in which a use stands: it can be called before it is come to. */
export function isHoisted(name: TS.Node, root: TS.Node): boolean {
  for (let at = name.parent; at && at !== root; at = at.parent) if (ts.isFunctionDeclaration(at)) return true;
  return false;
}

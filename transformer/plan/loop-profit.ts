/**
 * What a loop's syntax says of whether it pays to reuse a buffer in the next iteration. Being wrong here costs memory or time,
 * nothing else: see `reuse-in-loops.ts`.
 */
import type TS from "typescript";
import { forEachChild } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { isAssignmentTarget, isFunctionNode } from "../lower/syntax.js";
import { ts } from "../typescript.js";

/** Whether control leaves a loop at its end, as far as one can see: by no `return`, and by no jump to a label further out. */
export function leavesOnlyAtEnd(loop: TS.Statement): boolean {
  const labels = new Set<string>();
  const visit = (node: TS.Node): boolean => {
    if (isFunctionNode(node)) return true;
    if (ts.isReturnStatement(node)) return false;
    if (ts.isBreakOrContinueStatement(node) && node.label && !labels.has(node.label.text)) return false;
    if (ts.isLabeledStatement(node)) labels.add(node.label.text);
    return !forEachChild(node, (child) => (visit(child) ? undefined : true));
  };
  return visit(loop);
}

/** Whether a length is the same in every iteration, but for what happens out of sight. */
export function isSteady(index: ProgramIndex, length: TS.Expression, loop: TS.Statement): boolean {
  const steady = (node: TS.Expression): boolean => isSteady(index, node, loop);
  if (ts.isNumericLiteral(length) || length.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (ts.isIdentifier(length)) {
    const symbol = index.localSymbolOf(length);
    const facts = symbol && index.factsOfBinding(symbol);
    const declaration = symbol?.valueDeclaration;
    if (!declaration) return true;
    if (isInside(declaration, loop)) return false;
    return !facts?.reassigned || (!facts.assignedElsewhere && !isAssignedIn(index, symbol, loop));
  }
  if (ts.isPropertyAccessExpression(length)) return steady(length.expression);
  if (ts.isBinaryExpression(length)) return steady(length.left) && steady(length.right);
  if (ts.isPrefixUnaryExpression(length)) return steady(length.operand);
  if (ts.isParenthesizedExpression(length) || ts.isNonNullExpression(length))
    return steady(length.expression);
  if (!ts.isCallExpression(length) || !ts.isPropertyAccessExpression(length.expression)) return false;
  const { expression } = length.expression;
  return ts.isIdentifier(expression) && expression.text === "Math" && length.arguments.every(steady);
}

function isAssignedIn(index: ProgramIndex, symbol: TS.Symbol, loop: TS.Node): boolean {
  const visit = (node: TS.Node): true | undefined => {
    const isTarget = ts.isIdentifier(node) && isAssignmentTarget(node) && node.text === symbol.name;
    return (isTarget && index.localSymbolOf(node) === symbol) || forEachChild(node, visit) ? true : undefined;
  };
  return visit(loop) ?? false;
}

function isInside(node: TS.Node, loop: TS.Node): boolean {
  return node.getSourceFile() === loop.getSourceFile() && loop.pos <= node.pos && node.end <= loop.end;
}

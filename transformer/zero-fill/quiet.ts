/**
 * Whether code is **quiet**: runs nothing but itself, so that no buffer can be detached or resized by it, and no array changes
 * its length. What isn't known to be quiet is not: calls (but of `Math`), properties that may have getters, conversions of objects,
 * `await`, `yield`.
 */
import type TS from "typescript";
import { libraryInterfaceOf } from "../effects/lookup.js";
import { isTooDeep } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { classifyConstruction } from "../lower/site.js";
import { isAssignmentTarget, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { hasOwnLength, isTypedArrayName, mathFunction } from "./sure-values.js";

export interface QuietAbout {
  /** The variable of the buffer at hand, whose methods and elements are known whatever its declared type. */
  readonly buffer: TS.Symbol;
  /** Calls that write all of it: after them no length matters any more, and they were judged by themselves. */
  readonly filling: ReadonlySet<TS.Node>;
}

export function isQuiet(index: ProgramIndex, node: TS.Node, about: QuietAbout): boolean {
  if (ts.isTypeNode(node) || ts.isIdentifier(node) || ts.isToken(node)) return true;
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node))
    return true;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isCallExpression(node) && about.filling.has(node) && isHanded(index, node, about.buffer))
    return node.arguments.every((each) => isQuiet(index, each, about));
  if (!isQuietItself(index, node, about)) return false;
  // By each operator: in a file that is too deep there may be too many to go through.
  if (isTooDeep(node.getSourceFile())) return false;
  return ts.forEachChild(node, (each) => (isQuiet(index, each, about) ? undefined : true)) !== true;
}

function isQuietItself(index: ProgramIndex, node: TS.Node, { buffer }: QuietAbout): boolean {
  if (ts.isStatement(node)) return isQuietStatement(node);
  if (ts.isVariableDeclaration(node)) return ts.isIdentifier(node.name);
  if (ts.isElementAccessExpression(node)) return isQuietAccess(index, node, buffer);
  if (ts.isPropertyAccessExpression(node)) return isQuietProperty(index, node, buffer);
  if (ts.isCallExpression(node)) {
    if (mathFunction(index, node) !== null) return node.arguments.every((each) => isPrimitive(index, each));
    return isMethodOf(index, node, buffer);
  }
  if (ts.isNewExpression(node)) {
    const construction = classifyConstruction(index, node);
    return construction.kind === "buffer" && construction.form === "length";
  }
  if (ts.isBinaryExpression(node)) return isQuietBinary(index, node);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.ExclamationToken || isPrimitive(index, node.operand);
  // What `using` and `await using` declare is disposed of at the end of the block.
  if (ts.isVariableDeclarationList(node)) return !(node.flags & ts.NodeFlags.Using);
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isConditionalExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

function isQuietStatement(node: TS.Statement): boolean {
  if (ts.isForOfStatement(node)) return false;
  return (
    ts.isVariableStatement(node) ||
    ts.isBlock(node) ||
    ts.isExpressionStatement(node) ||
    ts.isIfStatement(node) ||
    ts.isForStatement(node) ||
    ts.isWhileStatement(node) ||
    ts.isDoStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node) ||
    ts.isBreakOrContinueStatement(node) ||
    ts.isLabeledStatement(node) ||
    ts.isEmptyStatement(node)
  );
}

function isQuietAccess(index: ProgramIndex, node: TS.ElementAccessExpression, buffer: TS.Symbol): boolean {
  const object = skipWrappers(node.expression);
  if (!isPrimitive(index, node.argumentExpression)) return false;
  if (isBuffer(index, object, buffer)) return true;
  return isAssignmentTarget(node) ? isTypedArray(index, object) : hasOwnLength(index, object);
}

function isQuietProperty(index: ProgramIndex, node: TS.PropertyAccessExpression, buffer: TS.Symbol): boolean {
  const object = skipWrappers(node.expression);
  if (isAssignmentTarget(node)) return false;
  if (libraryInterfaceOf(index, index.checker.getTypeAtLocation(object)) === "Math") return true;
  if (isBuffer(index, object, buffer)) return true;
  return node.name.text === "length" && hasOwnLength(index, object);
}

/** `out.fill(x)` and `out.set(values)`, whose elements are numbers. */
function isMethodOf(index: ProgramIndex, node: TS.CallExpression, buffer: TS.Symbol): boolean {
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee) || !isBuffer(index, skipWrappers(callee.expression), buffer))
    return false;
  if (callee.name.text === "fill") return node.arguments.every((each) => isPrimitive(index, each));
  if (callee.name.text !== "set") return false;
  // Of what is no typed array, only looks like one, `set` asks for the length, which may have a getter.
  const isCopied = (each: TS.Expression): boolean => isTypedArray(index, each) && hasOwnLength(index, each);
  return node.arguments.every((each, i) => (i === 0 ? isCopied(each) : isPrimitive(index, each)));
}

function isQuietBinary(index: ProgramIndex, { left, right, operatorToken }: TS.BinaryExpression): boolean {
  switch (operatorToken.kind) {
    case ts.SyntaxKind.CommaToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return true;
    case ts.SyntaxKind.EqualsToken: {
      const target = skipWrappers(left);
      if (ts.isIdentifier(target)) return true;
      // A store into a typed array converts what it is given.
      return ts.isElementAccessExpression(target) && isPrimitive(index, right);
    }
    case ts.SyntaxKind.InKeyword:
    case ts.SyntaxKind.InstanceOfKeyword:
      return false;
    default:
      return isPrimitive(index, left) && isPrimitive(index, right);
  }
}

function isHanded(index: ProgramIndex, node: TS.CallExpression, buffer: TS.Symbol): boolean {
  return node.arguments.some((each) => isBuffer(index, skipWrappers(each), buffer));
}

function isBuffer(index: ProgramIndex, node: TS.Expression, buffer: TS.Symbol): boolean {
  return ts.isIdentifier(node) && index.symbolOf(node) === buffer;
}

function isTypedArray(index: ProgramIndex, node: TS.Expression): boolean {
  const type = index.checker.getTypeAtLocation(node);
  return (type.isUnion() ? type.types : [type]).every((each) =>
    isTypedArrayName(libraryInterfaceOf(index, each)),
  );
}

const primitives = (): number =>
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.StringLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null;

/** Whether converting a value runs no code of an object's. */
function isPrimitive(index: ProgramIndex, node: TS.Expression): boolean {
  const type = index.checker.getTypeAtLocation(node);
  return (type.isUnion() ? type.types : [type]).every((each) => (each.flags & primitives()) !== 0);
}

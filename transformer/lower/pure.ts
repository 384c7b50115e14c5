/**
 * Expressions that can neither fail nor do anything: it makes no difference whether they are evaluated before or after something else.
 *
 * Example: in `x.slice(n - 1)` the method is looked up before `n - 1` is evaluated, in `sliceOf(x, n - 1)` after it, if `x` is absent.
 */
import type TS from "typescript";
import { libraryInterfaceOf } from "../effects/lookup.js";
import { ts } from "../typescript.js";
import type { ProgramIndex } from "./program-index.js";
import { skipWrappers } from "./syntax.js";

/** Whether an expression is made of names and numbers, and of lengths of arrays, by arithmetic on numbers. */
export function isPure(index: ProgramIndex, node: TS.Expression): boolean {
  const value = skipWrappers(node);
  if (ts.isNumericLiteral(value) || ts.isIdentifier(value)) return true;
  if (ts.isPrefixUnaryExpression(value)) return isPureOperator(value) && isNumber(index, value.operand);
  if (ts.isPropertyAccessExpression(value)) return isLength(index, value);
  if (ts.isBinaryExpression(value))
    return (
      isArithmetic(value.operatorToken.kind) && isNumber(index, value.left) && isNumber(index, value.right)
    );
  if (ts.isCallExpression(value)) return isMath(index, value);
  return false;
}

function isArithmetic(kind: TS.SyntaxKind): boolean {
  switch (kind) {
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.MinusToken:
    case ts.SyntaxKind.AsteriskToken:
    case ts.SyntaxKind.SlashToken:
    case ts.SyntaxKind.PercentToken:
    case ts.SyntaxKind.LessThanLessThanToken:
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
    case ts.SyntaxKind.AmpersandToken:
    case ts.SyntaxKind.BarToken:
      return true;
    default:
      return false;
  }
}

function isPureOperator({ operator }: TS.PrefixUnaryExpression): boolean {
  return operator === ts.SyntaxKind.MinusToken || operator === ts.SyntaxKind.TildeToken;
}

function isNumber(index: ProgramIndex, node: TS.Expression): boolean {
  const type = index.checker.getTypeAtLocation(node);
  return (type.flags & ts.TypeFlags.NumberLike) !== 0 && isPure(index, node);
}

/** The length of what a name refers to, if it is an array or a string, where it is no getter of the user's. */
function isLength(index: ProgramIndex, { expression, name }: TS.PropertyAccessExpression): boolean {
  if (name.text !== "length" || !ts.isIdentifier(expression)) return false;
  const type = index.checker.getTypeAtLocation(expression);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((each) => {
    if (each.flags & ts.TypeFlags.StringLike) return true;
    const library = libraryInterfaceOf(index, each);
    return library !== null && /^(ReadonlyArray|Array|.*[1-9]Array|Uint8ClampedArray)$/.test(library);
  });
}

function isMath(
  index: ProgramIndex,
  { expression, arguments: args, questionDotToken }: TS.CallExpression,
): boolean {
  if (questionDotToken || !ts.isPropertyAccessExpression(expression) || expression.questionDotToken)
    return false;
  const object = expression.expression;
  if (!ts.isIdentifier(object) || object.text !== "Math" || expression.name.text === "random") return false;
  if (libraryInterfaceOf(index, index.checker.getTypeAtLocation(object)) !== "Math") return false;
  return args.every((each) => !ts.isSpreadElement(each) && isNumber(index, each));
}

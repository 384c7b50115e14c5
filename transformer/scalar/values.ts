/**
 * What is known of a value that is stored: its primitive type, whether it surely is a number, whether storing it changes it.
 *
 * Types are not proof: an assertion, or an index out of range, gives values of other types. A store converts them, and so does what
 * replaces it; only where a value is a number whatever its parts are is the conversion left out.
 */
import type TS from "typescript";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { mathFunction } from "../zero-fill/sure-values.js";
import { type ElementsType, isBigIntType } from "./scalar-buffer.js";

/** Whether an expression's type is one that the buffer's elements have. */
export function isElement(index: ProgramIndex, type: ElementsType, value: TS.Expression): boolean {
  const flags = isBigIntType(type) ? ts.TypeFlags.BigIntLike : ts.TypeFlags.NumberLike;
  return isOfFlags(index.checker.getTypeAtLocation(value), flags);
}

/** Whether an expression's type is that of an element which is read: `undefined` is possible to the compiler. */
export function isReadElement(index: ProgramIndex, value: TS.Expression): boolean {
  const { BigIntLike, NumberLike, Undefined } = ts.TypeFlags;
  return isOfFlags(index.checker.getTypeAtLocation(value), BigIntLike | NumberLike | Undefined);
}

function isOfFlags(type: TS.Type, flags: TS.TypeFlags): boolean {
  return (type.isUnion() ? type.types : [type]).every((each) => (each.flags & flags) !== 0);
}

/** Whether a store may change a value, or has to say that it can't be stored. */
export function changesWhenStored(index: ProgramIndex, type: ElementsType, value: TS.Expression): boolean {
  if (isExactLiteral(type, skipWrappers(value))) return false;
  return type !== "Float64Array" || !isSurelyNumber(index, value);
}

/** Whether a value is a number if it can be computed at all, whatever its parts are. */
export function isSurelyNumber(index: ProgramIndex, value: TS.Expression): boolean {
  const node = skipWrappers(value);
  const is = (each: TS.Expression): boolean => isSurelyNumber(index, each);
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isPrefixUnaryExpression(node)) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.PlusToken) return true;
    return (operator === ts.SyntaxKind.MinusToken || operator === ts.SyntaxKind.TildeToken) && is(operand);
  }
  if (ts.isConditionalExpression(node)) return is(node.whenTrue) && is(node.whenFalse);
  if (ts.isCallExpression(node)) return mathFunction(index, node) !== null;
  return ts.isBinaryExpression(node) && isNumberOf(node, is);
}

function isNumberOf(
  { left, right, operatorToken }: TS.BinaryExpression,
  is: (each: TS.Expression) => boolean,
): boolean {
  switch (operatorToken.kind) {
    // There is none of bigints.
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return true;
    case ts.SyntaxKind.EqualsToken:
      return is(right);
    case ts.SyntaxKind.PlusToken:
      return is(left) && is(right);
    // A number and a bigint do not mix.
    case ts.SyntaxKind.MinusToken:
    case ts.SyntaxKind.AsteriskToken:
    case ts.SyntaxKind.SlashToken:
    case ts.SyntaxKind.PercentToken:
    case ts.SyntaxKind.AsteriskAsteriskToken:
    case ts.SyntaxKind.LessThanLessThanToken:
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
    case ts.SyntaxKind.AmpersandToken:
    case ts.SyntaxKind.BarToken:
    case ts.SyntaxKind.CaretToken:
      return is(left) || is(right);
    default:
      return false;
  }
}

/** Whether a value is written as what the buffer can hold as it is. */
function isExactLiteral(type: ElementsType, node: TS.Expression): boolean {
  const isNegative = ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken;
  const literal = isNegative ? node.operand : node;
  if (isBigIntType(type)) {
    if (!ts.isBigIntLiteral(literal)) return false;
    const size = BigInt(literal.text.slice(0, -1));
    const value = isNegative ? -size : size;
    return (type === "BigInt64Array" ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value;
  }
  if (!ts.isNumericLiteral(literal)) return false;
  return holds(type, isNegative ? -Number(literal.text) : Number(literal.text));
}

function holds(type: ElementsType, value: number): boolean {
  const isBetween = (least: number, largest: number): boolean =>
    Number.isInteger(value) && !Object.is(value, -0) && least <= value && value <= largest;
  switch (type) {
    case "Int8Array":
      return isBetween(-(2 ** 7), 2 ** 7 - 1);
    case "Uint8Array":
    case "Uint8ClampedArray":
      return isBetween(0, 2 ** 8 - 1);
    case "Int16Array":
      return isBetween(-(2 ** 15), 2 ** 15 - 1);
    case "Uint16Array":
      return isBetween(0, 2 ** 16 - 1);
    case "Int32Array":
      return isBetween(-(2 ** 31), 2 ** 31 - 1);
    case "Uint32Array":
      return isBetween(0, 2 ** 32 - 1);
    case "Float16Array":
      return isBetween(-(2 ** 11), 2 ** 11);
    case "Float32Array":
      return Object.is(Math.fround(value), value);
    case "Float64Array":
      return true;
    case "BigInt64Array":
    case "BigUint64Array":
      return false;
  }
}

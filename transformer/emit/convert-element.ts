/** The expression that converts a value as storing it in a typed array would (ECMA-262 10.4.5.16, 25.1.3). */
import type TS from "typescript";
import type { ElementsType } from "../scalar/scalar-buffer.js";
import { ts } from "../typescript.js";

/** From here to twice as much, numbers are whole: adding it rounds, halves to even. */
const wholeFrom = 2 ** 52;

/**
 * Converts a value.
 *
 * @example
 * convertElement(factory, "Int8Array", e); // e << 24 >> 24
 */
export function convertElement(
  factory: TS.NodeFactory,
  type: ElementsType,
  value: TS.Expression,
): TS.Expression {
  const { PlusToken, MinusToken, BarToken, AmpersandToken } = ts.SyntaxKind;
  const joined = (left: TS.Expression, operator: TS.BinaryOperator, right: number): TS.Expression =>
    factory.createBinaryExpression(left, operator, factory.createNumericLiteral(right));
  const call = (object: string, name: string, ...args: TS.Expression[]): TS.Expression =>
    factory.createCallExpression(
      factory.createPropertyAccessExpression(factory.createIdentifier(object), name),
      undefined,
      args,
    );
  const number = (each: number): TS.Expression => factory.createNumericLiteral(each);
  const shifted = (bits: number): TS.Expression =>
    joined(
      joined(inParentheses(factory, value), ts.SyntaxKind.LessThanLessThanToken, bits),
      ts.SyntaxKind.GreaterThanGreaterThanToken,
      bits,
    );
  switch (type) {
    case "Int8Array":
      return shifted(24);
    case "Int16Array":
      return shifted(16);
    case "Uint8Array":
      return joined(inParentheses(factory, value), AmpersandToken, 2 ** 8 - 1);
    case "Uint16Array":
      return joined(inParentheses(factory, value), AmpersandToken, 2 ** 16 - 1);
    case "Int32Array":
      return joined(inParentheses(factory, value), BarToken, 0);
    case "Uint32Array":
      return joined(inParentheses(factory, value), ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, 0);
    case "Uint8ClampedArray": {
      const clamped = call("Math", "min", call("Math", "max", value, number(0)), number(255));
      const rounded = joined(joined(clamped, PlusToken, wholeFrom), MinusToken, wholeFrom);
      return joined(factory.createParenthesizedExpression(rounded), BarToken, 0);
    }
    case "Float16Array":
      return call("Math", "f16round", value);
    case "Float32Array":
      return call("Math", "fround", value);
    case "Float64Array":
      return factory.createPrefixUnaryExpression(PlusToken, inParentheses(factory, value));
    case "BigInt64Array":
      return call("BigInt", "asIntN", number(64), value);
    case "BigUint64Array":
      return call("BigInt", "asUintN", number(64), value);
  }
}

function inParentheses(factory: TS.NodeFactory, value: TS.Expression): TS.Expression {
  const isPlain =
    ts.isIdentifier(value) ||
    ts.isParenthesizedExpression(value) ||
    ts.isCallExpression(value) ||
    ts.isPropertyAccessExpression(value) ||
    ts.isElementAccessExpression(value) ||
    ts.isLiteralExpression(value);
  return isPlain ? value : factory.createParenthesizedExpression(value);
}

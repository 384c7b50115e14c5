/** Lowers property keys to fields. */
import type TS from "typescript";
import type { Field } from "../ir/ir.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerExpression } from "./expression.js";
import { skipWrappers } from "./syntax.js";

const element: Field = { kind: "element" };

/** The field for a written name: a canonical index names that element of an array. */
function namedField(name: string): Field {
  return { kind: "named", name };
}

/** The field that a property name or an index expression selects; a computed one is evaluated for its effects. */
export function lowerFieldKey(b: FunctionBuilder, key: TS.PropertyName | TS.Expression): Field {
  if (ts.isPrivateIdentifier(key)) return namedField(key.text);
  if (ts.isComputedPropertyName(key)) return lowerIndex(b, key.expression);
  if (ts.isIdentifier(key) && !isIndexExpression(key)) return namedField(key.text);
  if (ts.isStringLiteralLike(key) || ts.isNumericLiteral(key)) return namedField(key.text);
  return lowerIndex(b, key as TS.Expression);
}

function isIndexExpression(node: TS.Node): boolean {
  return ts.isElementAccessExpression(node.parent) && node.parent.argumentExpression === node;
}

function lowerIndex(b: FunctionBuilder, index: TS.Expression): Field {
  if (ts.isStringLiteralLike(index) || ts.isNumericLiteral(index)) return namedField(index.text);
  const key = lowerExpression(b, index);
  b.emit(index, { kind: "compute", target: b.temporary(), operands: [key], coerces: true });
  const type = b.index.checker.getTypeAtLocation(skipWrappers(index));
  return type.flags & ts.TypeFlags.NumberLike ? element : { kind: "any" };
}

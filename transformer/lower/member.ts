/** Lowers property keys to fields. */
import type TS from "typescript";
import { namedField } from "../ir/field.js";
import type { VariableId } from "../ir/ids.js";
import type { Field } from "../ir/ir.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerExpression } from "./expression.js";
import { skipWrappers } from "./syntax.js";

const element: Field = { kind: "element" };

/** A property key: the field it selects, and the value that is converted to a name, if it is not written out. */
export interface Key {
  readonly field: Field;
  readonly value: VariableId | null;
}

/** Evaluates a property name or an index expression. */
export function lowerKey(b: FunctionBuilder, key: TS.PropertyName | TS.Expression): Key {
  const written = (name: string): Key => ({ field: namedField(name), value: null });
  if (ts.isPrivateIdentifier(key))
    return { field: { kind: "named", name: b.index.classes.privateName(key) }, value: null };
  if (ts.isComputedPropertyName(key)) return lowerIndex(b, key.expression);
  if (ts.isIdentifier(key) && !isIndexExpression(key)) return written(key.text);
  if (ts.isStringLiteralLike(key) || ts.isNumericLiteral(key)) return written(key.text);
  return lowerIndex(b, key as TS.Expression);
}

/** The field of a key that is converted at once. */
export function lowerFieldKey(b: FunctionBuilder, key: TS.PropertyName | TS.Expression): Field {
  const { field, value } = lowerKey(b, key);
  convertKey(b, key, value);
  return field;
}

/** Converts a key's value to a name, which may run its own `toString`. */
export function convertKey(b: FunctionBuilder, node: TS.Node, value: VariableId | null): void {
  if (value !== null)
    b.emit(node, { kind: "compute", target: b.temporary(), operands: [value], coerces: true });
}

function isIndexExpression(node: TS.Node): boolean {
  return ts.isElementAccessExpression(node.parent) && node.parent.argumentExpression === node;
}

function lowerIndex(b: FunctionBuilder, index: TS.Expression): Key {
  if (ts.isStringLiteralLike(index) || ts.isNumericLiteral(index))
    return { field: namedField(index.text), value: null };
  const value = lowerExpression(b, index);
  const type = b.index.checker.getTypeAtLocation(skipWrappers(index));
  return { field: type.flags & ts.TypeFlags.NumberLike ? element : { kind: "any" }, value };
}

/**
 * Lowers assignments: which object and which key are assigned to, and when these are evaluated.
 *
 * # Order
 * What stands to the left of an assignment is evaluated before its value is, and once. In a pattern that holds of each target: in
 * `[f().x = d] = list`, `f()` runs before the element is taken out of `list`, and `d` after that. A pattern within a pattern is no
 * target of its own: its value is there before its parts are looked at (ECMA-262 13.15.5).
 *
 * # Example
 * `[swap().kept] = list`: what `swap()` puts into `list` is what is kept.
 */
import type TS from "typescript";
import type { VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import {
  loadField,
  loadPosition,
  lowerArrayRest,
  lowerObjectRest,
  readName,
  storeName,
  withDefault,
} from "./binding.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerEscape } from "./escape.js";
import { compute, holdsNothing, lowerExpression, throughSuper } from "./expression.js";
import { convertKey, lowerFieldKey, lowerKey } from "./member.js";
import { skipWrappers } from "./syntax.js";

/** The left side of an assignment, its object and key evaluated before the right side is. */
interface Target {
  readonly read: () => VariableId;
  readonly write: (value: VariableId) => void;
}

function lowerTarget(b: FunctionBuilder, left: TS.Expression): Target {
  const node = skipWrappers(left);
  if (ts.isIdentifier(node)) {
    return { read: () => readName(b, node), write: (value) => storeName(b, node, value) };
  }
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const key = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      lowerFieldKey(b, key);
      return {
        read: () => throughSuper(b, node, []),
        write: (value) => void throughSuper(b, node, [value]),
      };
    }
    const base = lowerExpression(b, node.expression);
    const { field, value: name } = lowerKey(b, key);
    const read = (): VariableId => {
      convertKey(b, key, name);
      const target = b.temporary();
      b.emit(node, { kind: "load", target, base, field });
      return target;
    };
    // The key is evaluated before the right side, but converted after it.
    const write = (value: VariableId): void => {
      convertKey(b, key, name);
      b.emit(node, { kind: "store", base, field, value });
    };
    return { read, write };
  }
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node))
    return { read: () => lowerExpression(b, node), write: (value) => assignPattern(b, node, value) };
  const why = "an assignment target";
  const write = (value: VariableId): void =>
    void lowerEscape(b, left, {
      operands: [value, lowerExpression(b, left)],
      reason: "unsupported-syntax",
      why,
    });
  return { read: () => lowerExpression(b, node), write };
}

export function lowerAssignment(b: FunctionBuilder, node: TS.BinaryExpression): VariableId {
  const target = lowerTarget(b, node.left);
  const value = lowerExpression(b, node.right);
  target.write(value);
  return value;
}

export function lowerCompoundAssignment(b: FunctionBuilder, node: TS.BinaryExpression): VariableId {
  const target = lowerTarget(b, node.left);
  const old = target.read();
  const result = compute(b, node, [old, lowerExpression(b, node.right)], true);
  target.write(result);
  return result;
}

export function lowerLogicalAssignment(b: FunctionBuilder, node: TS.BinaryExpression): VariableId {
  const target = lowerTarget(b, node.left);
  const result = b.temporary();
  const assign = b.newBlock();
  const after = b.newBlock();
  b.emit(node, { kind: "copy", target: result, source: target.read() });
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
      b.branchOn({ kind: "nullish", variable: result }, assign, after);
      break;
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      b.branchOn({ kind: "truthy", variable: result }, assign, after);
      break;
    default:
      b.branchOn({ kind: "truthy", variable: result }, after, assign);
  }
  b.switchTo(assign);
  if (node.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandEqualsToken) holdsNothing(b, node.left);
  const value = lowerExpression(b, node.right);
  target.write(value);
  b.emit(node, { kind: "copy", target: result, source: value });
  b.continueIn(after);
  return result;
}

/** `x++`, `--o.n`: the object is evaluated once, for the old value and the new one. */
export function lowerStep(b: FunctionBuilder, node: TS.Expression, operand: TS.Expression): VariableId {
  const target = lowerTarget(b, operand);
  const result = compute(b, node, [target.read()], true);
  target.write(result);
  return result;
}

// Patterns

/** Assigns to the left side of an assignment: a name, a member, or a pattern of them. */
export function assignPattern(b: FunctionBuilder, left: TS.Expression, value: VariableId): void {
  const pattern = skipWrappers(left);
  if (ts.isArrayLiteralExpression(pattern)) {
    b.emit(pattern, { kind: "run-iterator", iterable: value });
    pattern.elements.forEach((element, position) => {
      if (ts.isOmittedExpression(element)) return;
      if (ts.isSpreadElement(element))
        assignPart(b, element.expression, () => lowerArrayRest(b, element, value));
      else assignPart(b, element, () => loadPosition(b, element, value, position));
    });
  } else if (ts.isObjectLiteralExpression(pattern)) assignObjectPattern(b, pattern, value);
  else lowerTarget(b, pattern).write(value);
}

function assignObjectPattern(
  b: FunctionBuilder,
  pattern: TS.ObjectLiteralExpression,
  value: VariableId,
): void {
  for (const property of pattern.properties) {
    if (ts.isShorthandPropertyAssignment(property)) {
      const part = loadField(b, property, value, { kind: "named", name: property.name.text });
      storeName(b, property.name, withDefault(b, part, property.objectAssignmentInitializer));
    } else if (ts.isPropertyAssignment(property)) {
      const field = lowerFieldKey(b, property.name);
      assignPart(b, property.initializer, () => loadField(b, property, value, field));
    } else if (ts.isSpreadAssignment(property)) {
      assignPart(b, property.expression, () => lowerObjectRest(b, property, value));
    }
  }
}

/** Assigns a part of a pattern's value, which `load` takes out of it, or a default: `target`, `target = default`. */
function assignPart(b: FunctionBuilder, part: TS.Expression, load: () => VariableId): void {
  const node = skipWrappers(part);
  const hasDefault = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  const left = hasDefault ? node.left : node;
  const { write } = lowerTarget(b, left);
  write(withDefault(b, load(), hasDefault ? node.right : undefined));
}

/** Lowers array and object literals: the birth of a container, then stores into it. */
import type TS from "typescript";
import type { VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import { readName } from "./binding.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerEscape } from "./escape.js";
import { lowerClosure, lowerExpression } from "./expression.js";
import { lowerFieldKey } from "./member.js";

export function lowerArrayLiteral(b: FunctionBuilder, node: TS.ArrayLiteralExpression): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "object", target, site: b.newSite(node, { kind: "array" }) });
  let afterSpread = false;
  node.elements.forEach((element, position) => {
    if (ts.isOmittedExpression(element)) return;
    if (ts.isSpreadElement(element)) {
      afterSpread = true;
      const value = b.temporary();
      b.emit(element, {
        kind: "iterate",
        target: value,
        iterable: lowerExpression(b, element.expression),
        position: null,
      });
      b.emit(element, { kind: "store", base: target, field: { kind: "element" }, value });
      return;
    }
    const value = lowerExpression(b, element);
    const field = afterSpread
      ? { kind: "element" as const }
      : { kind: "named" as const, name: `${position}` };
    b.emit(element, { kind: "store", base: target, field, value });
  });
  return target;
}

export function lowerObjectLiteral(b: FunctionBuilder, node: TS.ObjectLiteralExpression): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "object", target, site: b.newSite(node, { kind: "object" }) });
  for (const property of node.properties) lowerProperty(b, target, property);
  // Reading or writing an accessor's property runs its function, which the fields don't show.
  if (node.properties.some((each) => ts.isAccessor(each) || isPrototype(each))) {
    return lowerEscape(b, node, {
      operands: [target],
      reason: "unsupported-syntax",
      why: "an object with accessors",
    });
  }
  return target;
}

function isPrototype(property: TS.ObjectLiteralElementLike): boolean {
  if (!ts.isPropertyAssignment(property)) return false;
  const { name } = property;
  return (ts.isIdentifier(name) || ts.isStringLiteral(name)) && name.text === "__proto__";
}

function lowerProperty(b: FunctionBuilder, target: VariableId, property: TS.ObjectLiteralElementLike): void {
  if (ts.isSpreadAssignment(property)) {
    const base = lowerExpression(b, property.expression);
    const value = b.temporary();
    b.emit(property, { kind: "load", target: value, base, field: { kind: "any" } });
    b.emit(property, { kind: "store", base: target, field: { kind: "any" }, value });
    return;
  }
  if (ts.isShorthandPropertyAssignment(property)) {
    const value = readName(b, property.name);
    b.emit(property, {
      kind: "store",
      base: target,
      field: { kind: "named", name: property.name.text },
      value,
    });
    return;
  }
  const field = lowerFieldKey(b, property.name);
  const value = ts.isPropertyAssignment(property)
    ? lowerExpression(b, property.initializer)
    : lowerClosure(b, property);
  b.emit(property, { kind: "store", base: target, field, value });
}

/**
 * `for (… of array.entries())` and `for (… of array.values())`: the iterator is nobody else's and begins at the
 * beginning, so the loop goes over the array itself, and sees what is stored into it meanwhile.
 */
import type TS from "typescript";
import { isArrayIterator } from "../effects/lookup.js";
import type { VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder } from "./builder.js";
import type { ProgramIndex } from "./program-index.js";
import { skipWrappers } from "./syntax.js";

export interface ArrayWalk {
  readonly array: TS.Expression;
  /** Each step gives a new pair of an index and an element. */
  readonly pairs: boolean;
}

/** What a loop goes over, if that is an array by way of its own iterator. */
export function arrayWalk(index: ProgramIndex, node: TS.ForOfStatement): ArrayWalk | null {
  const call = skipWrappers(node.expression);
  if (node.awaitModifier || !ts.isCallExpression(call) || call.arguments.length > 0) return null;
  const callee = skipWrappers(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || ts.isOptionalChain(callee)) return null;
  const array = skipWrappers(callee.expression);
  const isPlain = ts.isIdentifier(array) || ts.isPropertyAccessExpression(array);
  if (!isPlain || !isArrayIterator(index, call)) return null;
  return { array: callee.expression, pairs: callee.name.text === "entries" };
}

/** A new array of an index, which is no object, and `value`. */
export function lowerPair(
  b: FunctionBuilder,
  node: TS.Expression,
  { target, value }: { target: VariableId; value: VariableId },
): void {
  b.emit(node, { kind: "object", target, site: b.newSite(node, { kind: "array" }) });
  b.emit(node, { kind: "store", base: target, field: { kind: "named", name: "1" }, value });
}

/** What calls write of a buffer: `out.fill(…)` and `out.set(…)`. */
import type TS from "typescript";
import { outermost, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import type { Range } from "./coverage.js";
import { add, atomsOf, constant, isConstant, isWhole, type Sum, zero } from "./linear.js";
import type { Followed } from "./walk.js";

/**
 * The range of the buffer that a call has written when it returns; `null` where that is not known, or where the call's value, the
 * buffer, goes on before all of it is written.
 */
export function writtenByCall({ lengths, symbol, length }: Followed, node: TS.CallExpression): Range | null {
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee) || node.questionDotToken || callee.questionDotToken) return null;
  const object = skipWrappers(callee.expression);
  if (!ts.isIdentifier(object) || lengths.index.symbolOf(object) !== symbol) return null;
  const args = node.arguments;
  if (args.some(ts.isSpreadElement)) return null;
  const [first, second, third] = args;
  if (!first) return null;
  if (callee.name.text === "fill") {
    if (args.length === 1) return { from: zero, to: length };
    // Its value is the buffer: nobody else may have it yet. A negative index counts from the end.
    if (!ts.isExpressionStatement(outermost(node).parent)) return null;
    const from = second ? lengths.of(second) : zero;
    const to = third ? lengths.of(third) : length;
    return from && to && isNatural(from) && (!third || isNatural(to)) ? { from, to } : null;
  }
  if (callee.name.text !== "set") return null;
  const from = second ? lengths.of(second) : zero;
  const size = sizeOf(lengths, first);
  return from && size && isWhole(from) && isWhole(size) ? { from, to: add(from, size) } : null;
}

function sizeOf(lengths: Followed["lengths"], source: TS.Expression): Sum | null {
  const node = skipWrappers(source);
  if (ts.isIdentifier(node)) return lengths.lengthOfVariable(node);
  if (!ts.isArrayLiteralExpression(node)) return null;
  const isPlain = node.elements.every((each) => !ts.isSpreadElement(each) && !ts.isOmittedExpression(each));
  return isPlain ? constant(node.elements.length) : null;
}

function isNatural(sum: Sum): boolean {
  if (isConstant(sum)) return sum.constant >= 0;
  const terms = [...sum.terms.values()];
  return (
    sum.constant >= 0 &&
    terms.every((each) => each.coefficient > 0) &&
    atomsOf(sum).every((each) => each.isNatural)
  );
}

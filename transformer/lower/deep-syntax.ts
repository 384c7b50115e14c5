/**
 * Syntax that is nested too deeply to be walked by recursion: sums of thousands of parts, as generators of code write them.
 *
 * # Idea
 * `a + b + c + …` is a tree as deep as it is long. The compiler itself goes through such chains by loops, so it compiles what a recursive
 * walk of ours would not survive. All walks of ours over files go by {@link forEachChild}, which gives the operands of a long chain at once; whatever
 * has to look at each operator leaves such a file alone ({@link isTooDeep}).
 *
 * # Invariants
 * - D1 What {@link forEachChild} leaves out are operators that assign nothing, each between operands that it gives.
 * - D2 A file that {@link isTooDeep} has no function that is transformed, and none that is lowered for its callers.
 *
 * # Example
 * Of `a + b + c` it gives the two children `a + b` and `c`. Of a chain of 1000 parts it gives the parts.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";

/** A chain of so many operators is long. */
const long = 400;

const known = new WeakMap<TS.SourceFile, boolean>();

/** `ts.forEachChild`, but of a long chain of operators its operands. */
export function forEachChild<T>(node: TS.Node, visit: (child: TS.Node) => T | undefined): T | undefined {
  const operands = ts.isBinaryExpression(node) ? operandsOfLongChain(node) : null;
  if (!operands) return ts.forEachChild(node, visit);
  for (const each of operands) {
    const found = visit(each);
    if (found) return found;
  }
  return undefined;
}

/** The operands of a chain that is long, from the left; `null` for any other expression. */
function operandsOfLongChain(node: TS.BinaryExpression): TS.Expression[] | null {
  let at: TS.Expression = node;
  for (let length = 0; isLink(at) && length <= long; length++) at = at.left;
  if (!isLink(at)) return null;
  const operands: TS.Expression[] = [];
  for (at = node; isLink(at); at = at.left) operands.push(at.right);
  operands.push(at);
  return operands.reverse();
}

function isLink(node: TS.Expression): node is TS.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment;
}

/** Whether a long chain of operators stands in a file. */
export function isTooDeep(file: TS.SourceFile): boolean {
  let answer = known.get(file);
  if (answer === undefined) {
    answer = hasLongChain(file);
    known.set(file, answer);
  }
  return answer;
}

function hasLongChain(node: TS.Node): boolean {
  if (ts.isBinaryExpression(node) && operandsOfLongChain(node)) return true;
  return ts.forEachChild(node, (child) => hasLongChain(child) || undefined) === true;
}

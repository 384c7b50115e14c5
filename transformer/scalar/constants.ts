/**
 * Constants that can be left out: evaluating one has no effect, not even an error.
 *
 * A variable may not be initialised yet when it is read. So only those count that are declared ahead of the buffer in the same
 * function, in a block around it: where the buffer is born they are too. A member of a `const enum` is a number in the output.
 */
import type TS from "typescript";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { steadyDeclaration } from "../zero-fill/sure-values.js";

/** The value of a constant expression, as code after `birth` evaluates it; `null` where it is none. */
export function constantOf(index: ProgramIndex, expression: TS.Expression, birth: TS.Node): number | null {
  const node = skipWrappers(expression);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isIdentifier(node)) return constantVariable(index, node, birth);
  if (ts.isPropertyAccessExpression(node)) return enumMember(index, node);
  return null;
}

function constantVariable(index: ProgramIndex, node: TS.Identifier, birth: TS.Node): number | null {
  const symbol = index.localSymbolOf(node);
  const declaration = symbol && steadyDeclaration(index, symbol);
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return null;
  const statement = declaration.parent.parent;
  if (!ts.isVariableStatement(statement) || declaration.end > birth.pos) return null;
  const value = skipWrappers(declaration.initializer);
  return ts.isNumericLiteral(value) && isAround(statement.parent, birth) ? Number(value.text) : null;
}

/** Whether a block is around `node`, in the same function. */
function isAround(block: TS.Node, node: TS.Node): boolean {
  if (!ts.isBlock(block)) return false;
  for (let at = node.parent; at && !ts.isSourceFile(at); at = at.parent) {
    if (at === block) return true;
    if (ts.isFunctionLike(at) || ts.isClassLike(at)) return false;
  }
  return false;
}

function enumMember(index: ProgramIndex, node: TS.PropertyAccessExpression): number | null {
  const { isolatedModules, verbatimModuleSyntax } = index.program.getCompilerOptions();
  if (isolatedModules || verbatimModuleSyntax || ts.isOptionalChain(node)) return null;
  const type = index.checker.getSymbolAtLocation(node.expression);
  const symbol = type && index.followAlias(type);
  if (!symbol || !(symbol.flags & ts.SymbolFlags.ConstEnum)) return null;
  const value = index.checker.getConstantValue(node);
  return typeof value === "number" ? value : null;
}

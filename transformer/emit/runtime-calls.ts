/** Calls of the runtime's functions that a person wrote, by whatever name they were imported. */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { checkedRuntime, releaseRuntime } from "./runtime-import.js";

const runtimeModules: ReadonlySet<string> = new Set([releaseRuntime, checkedRuntime]);

/** The function of the runtime that a node calls; `null` for any other node. */
export function runtimeFunction(checker: TS.TypeChecker, node: TS.Node): string | null {
  if (!ts.isCallExpression(node)) return null;
  const expression = skipParentheses(node.expression);
  if (ts.isIdentifier(expression)) {
    const specifier = checker.getSymbolAtLocation(expression)?.declarations?.[0];
    if (!specifier || !ts.isImportSpecifier(specifier)) return null;
    return isRuntime(specifier.parent.parent.parent) ? (specifier.propertyName ?? specifier.name).text : null;
  }
  if (!ts.isPropertyAccessExpression(expression) || !ts.isIdentifier(expression.expression)) return null;
  const namespace = checker.getSymbolAtLocation(expression.expression)?.declarations?.[0];
  if (!namespace || !ts.isNamespaceImport(namespace)) return null;
  return isRuntime(namespace.parent.parent) ? expression.name.text : null;
}

/** Whether a statement imports the runtime. */
export function isRuntime(declaration: TS.Node): boolean {
  if (!ts.isImportDeclaration(declaration) || !ts.isStringLiteral(declaration.moduleSpecifier)) return false;
  return runtimeModules.has(declaration.moduleSpecifier.text);
}

function skipParentheses(node: TS.Expression): TS.Expression {
  return ts.isParenthesizedExpression(node) ? skipParentheses(node.expression) : node;
}

/**
 * `--no-manual-free`: takes every handwritten `unsafeFree` and `mustFree` out. The side effects of the arguments
 * stay. Nothing else changes, so a program without handwritten frees comes out as from plain `tsc`.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";

const freeNames = new Set(["unsafeFree", "mustFree"]);
const runtimeModules = new Set(["ts-autofree/runtime", "ts-autofree/runtime/checked"]);

export interface StripInput {
  readonly checker: TS.TypeChecker;
  readonly context: TS.TransformationContext;
  readonly file: TS.SourceFile;
}

export function stripFrees({ checker, context, file }: StripInput): TS.SourceFile {
  if (!mentionsRuntime(file)) return file;
  const { factory } = context;
  const visit = (node: TS.Node): TS.VisitResult<TS.Node | undefined> => {
    if (ts.isExpressionStatement(node) && isFree(checker, node.expression)) {
      const kept = node.expression.arguments.filter((each) => !isHarmless(each));
      const effects = kept.map((each) => ts.visitNode(each, visit, ts.isExpression) ?? each);
      return effects.map((each) => ts.setTextRange(factory.createExpressionStatement(each), node));
    }
    const inner = ts.visitEachChild(node, visit, context);
    if (!isFree(checker, node) || !ts.isCallExpression(inner)) return inner;
    const values = inner.arguments.length > 0 ? [...inner.arguments] : [factory.createNumericLiteral(0)];
    const sequence = values.reduce((all, each) => factory.createComma(all, each));
    return ts.setTextRange(
      factory.createParenthesizedExpression(
        factory.createVoidExpression(factory.createParenthesizedExpression(sequence)),
      ),
      node,
    );
  };
  return ts.visitEachChild(file, visit, context);
}

function mentionsRuntime(file: TS.SourceFile): boolean {
  return [...runtimeModules].some((name) => file.text.includes(name));
}

/** A call of the runtime's `unsafeFree` or `mustFree`, by whatever name it was imported. */
function isFree(checker: TS.TypeChecker, node: TS.Node): node is TS.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  if (ts.isIdentifier(expression)) {
    const specifier = checker.getSymbolAtLocation(expression)?.declarations?.[0];
    if (!specifier || !ts.isImportSpecifier(specifier)) return false;
    return (
      freeNames.has((specifier.propertyName ?? specifier.name).text) &&
      isRuntime(specifier.parent.parent.parent)
    );
  }
  if (!ts.isPropertyAccessExpression(expression) || !ts.isIdentifier(expression.expression)) return false;
  const namespace = checker.getSymbolAtLocation(expression.expression)?.declarations?.[0];
  if (!namespace || !ts.isNamespaceImport(namespace)) return false;
  return freeNames.has(expression.name.text) && isRuntime(namespace.parent.parent);
}

function isRuntime(declaration: TS.Node): boolean {
  if (!ts.isImportDeclaration(declaration) || !ts.isStringLiteral(declaration.moduleSpecifier)) return false;
  return runtimeModules.has(declaration.moduleSpecifier.text);
}

/** Evaluating it does nothing that anybody could see. */
function isHarmless(node: TS.Expression): boolean {
  if (ts.isIdentifier(node) || ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.ThisKeyword)
    return true;
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.every((each) => ts.isPropertyAssignment(each) && isHarmless(each.initializer));
  }
  return (
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

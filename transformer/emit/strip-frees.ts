/**
 * `--no-manual-free`: takes every handwritten `unsafeFree` and `mustFree` out. The side effects of the arguments
 * stay. Nothing else changes, so a program without handwritten frees comes out as from plain `tsc`.
 */
import type TS from "typescript";
import { isTooDeep } from "../lower/deep-syntax.js";
import { isOnlyType } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { isRuntime, runtimeFunction } from "./runtime-calls.js";

export const freeNames = new Set(["unsafeFree", "mustFree"]);

export interface StripInput {
  readonly checker: TS.TypeChecker;
  readonly context: TS.TransformationContext;
  readonly file: TS.SourceFile;
}

export function stripFrees({ checker, context, file }: StripInput): TS.SourceFile {
  if (!mentionsRuntime(file)) return file;
  const { factory } = context;
  const asValue = (each: TS.Expression): TS.Expression =>
    ts.isSpreadElement(each) ? factory.createArrayLiteralExpression([each]) : each;
  const visit = (node: TS.Node): TS.VisitResult<TS.Node | undefined> => {
    if (ts.isExpressionStatement(node) && isFree(checker, node.expression)) {
      const kept = node.expression.arguments.filter((each) => !isHarmless(each));
      const effects = kept.map((each) => asValue(ts.visitNode(each, visit, ts.isExpression) ?? each));
      return effects.map((each) => ts.setTextRange(factory.createExpressionStatement(each), node));
    }
    if (isOnlyType(node)) return node;
    const inner = ts.visitEachChild(node, visit, context);
    if (!isFree(checker, node) || !ts.isCallExpression(inner)) return inner;
    const values =
      inner.arguments.length > 0 ? inner.arguments.map(asValue) : [factory.createNumericLiteral(0)];
    const sequence = values.reduce((all, each) => factory.createComma(all, each));
    return ts.setTextRange(
      factory.createParenthesizedExpression(
        factory.createVoidExpression(factory.createParenthesizedExpression(sequence)),
      ),
      node,
    );
  };
  // Of a file that can't be walked the frees stay, and do nothing.
  return turnOff(factory, isTooDeep(file) ? file : ts.visitEachChild(file, visit, context));
}

/** A free that is not called by its name (kept in a variable, passed on) does nothing once the runtime is off. */
function turnOff(factory: TS.NodeFactory, file: TS.SourceFile): TS.SourceFile {
  const off = factory.createImportDeclaration(
    undefined,
    undefined,
    factory.createStringLiteral("ts-autofree/runtime/off"),
  );
  const isPrologue = (each: TS.Statement): boolean =>
    ts.isExpressionStatement(each) && ts.isStringLiteral(each.expression);
  const at = file.statements.findIndex((each) => !isPrologue(each));
  const statements = [...file.statements.slice(0, at), off, ...file.statements.slice(at)];
  return factory.updateSourceFile(
    file,
    ts.setTextRange(factory.createNodeArray(statements), file.statements),
  );
}

function mentionsRuntime(file: TS.SourceFile): boolean {
  return file.statements.some(isRuntime);
}

/** A call of the runtime's `unsafeFree` or `mustFree`, by whatever name it was imported. */
function isFree(checker: TS.TypeChecker, node: TS.Node): node is TS.CallExpression {
  return freeNames.has(runtimeFunction(checker, node) ?? "");
}

/** Evaluating it does nothing that anybody could see. */
export function isHarmless(node: TS.Expression): boolean {
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

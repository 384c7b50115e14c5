/** Questions about single syntax nodes, without any state. */
import type TS from "typescript";
import { ts } from "../typescript.js";

/** A unit of lowering: a function with a body, a source file's top level, a static block, a field's initialiser. */
export type FunctionNode =
  | TS.FunctionLikeDeclaration
  | TS.SourceFile
  | TS.ClassStaticBlockDeclaration
  | TS.PropertyDeclaration;

/** What is lowered to one function: a {@link FunctionNode}, or a class, for the constructor that it doesn't write out. */
export type Unit = FunctionNode | TS.ClassLikeDeclaration;

/**
 * Whether a declaration only says that something is there, which others have made: `declare const x`, all of a `declare global`, a
 * declaration file. Nothing is emitted for it, and nothing here is known of what it names.
 */
export function isAmbient(node: TS.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) if (saysDeclare(at)) return true;
  return node.getSourceFile().isDeclarationFile;
}

/** Whether the word `declare` stands before it. */
export function saysDeclare(node: TS.Node): boolean {
  return (
    ts.canHaveModifiers(node) && !!node.modifiers?.some((each) => each.kind === ts.SyntaxKind.DeclareKeyword)
  );
}

/** The namespace that exports what is declared, if one does: then it is a property of an object, which may be assigned as such. */
export function namespaceOf(declaration: TS.Declaration): TS.ModuleDeclaration | null {
  if (!(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export)) return null;
  let at: TS.Node = declaration.parent;
  while (!isFunctionNode(at) && !ts.isModuleBlock(at)) at = at.parent;
  return ts.isModuleBlock(at) ? at.parent : null;
}

/** The node with the parentheses and assertions around it. */
export function outermost(node: TS.Expression): TS.Expression {
  let at: TS.Expression = node;
  for (;;) {
    const { parent } = at;
    const wraps =
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isSatisfiesExpression(parent) ||
      ts.isNonNullExpression(parent) ||
      ts.isTypeAssertionExpression(parent);
    if (!wraps) return at;
    at = parent;
  }
}

/** A file whose functions are lowered: source text of the program itself, not a declaration or a library. */
export function isAnalysedFile(program: TS.Program, file: TS.SourceFile): boolean {
  return (
    !file.isDeclarationFile && !program.isSourceFileDefaultLibrary(file) && !file.fileName.endsWith(".json")
  );
}

/** Whether nothing is emitted for a node: it declares types, or is one. What the compiler never looks into may also be malformed inside. */
export function isOnlyType(node: TS.Node): boolean {
  if (ts.isTypeNode(node)) return !ts.isExpressionWithTypeArguments(node);
  return (
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isIndexSignatureDeclaration(node)
  );
}

export function isFunctionNode(node: TS.Node): node is FunctionNode {
  if (ts.isFunctionLike(node)) return "body" in node && node.body !== undefined;
  if (ts.isPropertyDeclaration(node)) return node.initializer !== undefined;
  return ts.isSourceFile(node) || ts.isClassStaticBlockDeclaration(node);
}

export function isStatic(node: TS.Node): boolean {
  if (ts.isClassStaticBlockDeclaration(node)) return true;
  return (
    ts.canHaveModifiers(node) && !!node.modifiers?.some((each) => each.kind === ts.SyntaxKind.StaticKeyword)
  );
}

/**
 * What a computed name names, or a decorator decorates: such code runs where that is evaluated, and so is no code of the function that it
 * stands in (ECMA-262 13.2.5.5, 15.7.14). `null` for all other nodes.
 */
export function memberAnnounced(node: TS.Node): TS.Node | null {
  if (!ts.isDecorator(node) && !ts.isComputedPropertyName(node)) return null;
  return ts.isParameter(node.parent) ? node.parent.parent : node.parent;
}

/** One step out of a node to the code that it is part of: out of a class at once from where its members are not known yet. */
export function outward(node: TS.Node): TS.Node {
  const member = ts.isHeritageClause(node) ? node.parent : memberAnnounced(node);
  if (!member) return node.parent;
  return ts.isClassLike(member.parent) ? member.parent.parent : member.parent;
}

/** The function (or file) whose code `node` belongs to. */
export function enclosingFunction(node: TS.Node): FunctionNode {
  let at = outward(node);
  while (!isFunctionNode(at)) at = outward(at);
  return at;
}

/** Skips parentheses, assertions, `satisfies` and `!`: what they wrap is the same value. */
export function skipWrappers(node: TS.Expression): TS.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isNonNullExpression(at) ||
    ts.isTypeAssertionExpression(at) ||
    ts.isPartiallyEmittedExpression(at)
  ) {
    at = at.expression;
  }
  return at;
}

/** What a call calls: `(0, module.f)(x)`, as compilers write it, calls `f` without a receiver. */
export function calledExpression(written: TS.Expression): { callee: TS.Expression; isDetached: boolean } {
  const node = skipWrappers(written);
  const isDetached =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.CommaToken &&
    ts.isNumericLiteral(node.left);
  return { callee: isDetached ? skipWrappers(node.right) : node, isDetached };
}

/** Whether evaluating `node` assigns it: the left side of `=`, `+=`, a pattern, `++`, `for (node of …)`. */
export function isAssignmentTarget(node: TS.Node): boolean {
  let child = node;
  let parent = node.parent;
  for (;;) {
    if (ts.isBinaryExpression(parent)) {
      const operator = parent.operatorToken.kind;
      const assigns = operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
      if (assigns && parent.left === child) {
        // `[a = 1] = …` is a default inside a pattern; either way `a` is assigned.
        return true;
      }
      return false;
    }
    if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
      return (
        parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken
      );
    }
    if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === child;
    const transparent =
      ts.isParenthesizedExpression(parent) ||
      ts.isNonNullExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isSatisfiesExpression(parent) ||
      ts.isTypeAssertionExpression(parent) ||
      ts.isArrayLiteralExpression(parent) ||
      ts.isObjectLiteralExpression(parent) ||
      ts.isSpreadElement(parent) ||
      ts.isSpreadAssignment(parent) ||
      ts.isShorthandPropertyAssignment(parent) ||
      (ts.isPropertyAssignment(parent) && parent.initializer === child);
    if (!transparent) return false;
    child = parent;
    parent = parent.parent;
  }
}

/** The name a person would call the function by. */
export function functionName(node: Unit): string {
  if (ts.isSourceFile(node)) return "<module>";
  if (ts.isClassStaticBlockDeclaration(node)) return "<static>";
  if (ts.isClassLike(node)) return `new ${node.name?.text ?? "<class>"}`;
  if (ts.isConstructorDeclaration(node)) return `new ${node.parent.name?.text ?? "<class>"}`;
  if (node.name && (ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name))) return node.name.text;
  if (node.name) return node.name.getText();
  const parent = node.parent;
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name.getText();
  return "<anonymous>";
}

/**
 * What is sure of a variable or an expression by its declaration and its type: that it keeps its value, is a number, whole, not negative, or
 * has a length of its own.
 */
import type TS from "typescript";
import { libraryInterfaceOf, mayHaveOwnLength } from "../effects/lookup.js";
import { bufferTypes } from "../ir/effect.js";
import type { BindingFacts } from "../lower/captures.js";
import { emitsOnlyEsModules } from "../lower/module-format.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";

/** The variable's or parameter's declaration that a binding element is part of. */
export function rootOf(
  node: TS.VariableDeclaration | TS.BindingElement | TS.ParameterDeclaration,
): TS.VariableDeclaration | TS.ParameterDeclaration {
  return ts.isBindingElement(node) ? rootOf(node.parent.parent) : node;
}

/** The declaration of a variable that can be read once it has its value, and keeps it; `null` for any other. */
export function steadyDeclaration(index: ProgramIndex, symbol: TS.Symbol): TS.Declaration | null {
  const declaration = symbol.valueDeclaration;
  const facts = declaration && index.factsOfBinding(symbol);
  if (!declaration || !facts || facts.reassigned) return null;
  if (ts.isSourceFile(facts.declaredIn) && !isVariable(index, declaration, facts)) return null;
  if (ts.isParameter(declaration)) return ts.isIdentifier(declaration.name) ? declaration : null;
  if (!ts.isVariableDeclaration(declaration) && !ts.isBindingElement(declaration)) return null;
  const root = rootOf(declaration);
  if (ts.isParameter(root)) return declaration;
  const list = root.parent;
  if (!ts.isVariableDeclarationList(list)) return null;
  const isBlockScoped = list.flags & (ts.NodeFlags.Let | ts.NodeFlags.Const);
  const isGiven = root.initializer || ts.isForOfStatement(list.parent);
  return isBlockScoped && isGiven ? declaration : null;
}

/**
 * Whether a variable stays one in the output, which can't be read before it has its value. As the property of a namespace, or of
 * a module that is no ES module, it is `undefined` to functions that are called too early; and `System.register` makes all names of
 * a module variables of a function around.
 */
function isVariable(index: ProgramIndex, declaration: TS.Declaration, { exported }: BindingFacts): boolean {
  const { program } = index;
  if (!exported) return program.getCompilerOptions().module !== ts.ModuleKind.System;
  for (let at: TS.Node = declaration; at; at = at.parent) if (ts.isModuleBlock(at)) return false;
  return emitsOnlyEsModules(program);
}

export function isNumber(index: ProgramIndex, node: TS.Expression): boolean {
  const type = index.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((each) => (each.flags & ts.TypeFlags.NumberLike) !== 0);
}

/** Whether a value is an array, a typed array or a string, whose length is the one that the library gives it. */
export function hasOwnLength(index: ProgramIndex, node: TS.Expression): boolean {
  const { checker } = index;
  const type = checker.getTypeAtLocation(node);
  const declared = checker.getBaseConstraintOfType(type) ?? type;
  const parts = declared.isUnion() ? declared.types : [declared];
  return parts.every((each) => {
    if (each.flags & ts.TypeFlags.StringLike) return true;
    const [array = each] = checker.isTupleType(each) ? arraysBelow(index, each) : [];
    const name = libraryInterfaceOf(index, array);
    const isArray = name === "Array" || name === "ReadonlyArray" || isTypedArrayName(name);
    return isArray && !mayHaveOwnLength(index, array);
  });
}

/** The array type that a tuple's type extends. */
function arraysBelow({ checker }: ProgramIndex, tuple: TS.Type): TS.Type[] {
  return checker.getBaseTypes((tuple as TS.TupleTypeReference).target);
}

export function isTypedArrayName(name: string | null): boolean {
  return name !== null && name !== "ArrayBuffer" && (bufferTypes as readonly string[]).includes(name);
}

/** The name of a function of `Math` that always gives the same for the same arguments. */
export function mathFunction(index: ProgramIndex, node: TS.CallExpression): string | null {
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee) || node.questionDotToken || callee.questionDotToken) return null;
  if (!ts.isIdentifier(callee.expression) || callee.expression.text !== "Math") return null;
  const type = index.checker.getTypeAtLocation(callee.expression);
  const { text } = callee.name;
  return libraryInterfaceOf(index, type) === "Math" && text !== "random" ? text : null;
}

/** The largest literal of which sums are looked at: a few hundred of them stay far below 2^53. */
const largestLiteral = 2 ** 32;

/** Whether an expression is a whole number below 2^53, however it comes out. */
export function isWholeExpression(index: ProgramIndex, expression: TS.Expression): boolean {
  return isKindOf(index, expression, { natural: false, depth: 8 });
}

export function isNaturalExpression(index: ProgramIndex, expression: TS.Expression): boolean {
  return isKindOf(index, expression, { natural: true, depth: 8 });
}

interface Kind {
  /** Not negative either. */
  readonly natural: boolean;
  readonly depth: number;
}

function isKindOf(index: ProgramIndex, expression: TS.Expression, { natural, depth }: Kind): boolean {
  if (depth === 0) return false;
  const node = skipWrappers(expression);
  const is = (each: TS.Expression): boolean => isKindOf(index, each, { natural, depth: depth - 1 });
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text);
    return Number.isInteger(value) && value <= largestLiteral;
  }
  if (ts.isIdentifier(node)) {
    const symbol = index.symbolOf(node);
    const declaration = symbol && steadyDeclaration(index, symbol);
    return (
      !!declaration &&
      ts.isVariableDeclaration(declaration) &&
      !!declaration.initializer &&
      is(declaration.initializer)
    );
  }
  if (ts.isPropertyAccessExpression(node))
    return node.name.text === "length" && hasOwnLength(index, node.expression);
  if (ts.isConditionalExpression(node)) return is(node.whenTrue) && is(node.whenFalse);
  if (ts.isCallExpression(node)) return isMathKind(index, node, is);
  return ts.isBinaryExpression(node) && isNumber(index, node) && isBinaryKind(node, natural, is);
}

function isBinaryKind(
  node: TS.BinaryExpression,
  natural: boolean,
  is: (each: TS.Expression) => boolean,
): boolean {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
      return is(node.left) && is(node.right);
    case ts.SyntaxKind.MinusToken:
      return !natural && is(node.left) && is(node.right);
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return true;
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
    case ts.SyntaxKind.LessThanLessThanToken:
    case ts.SyntaxKind.BarToken:
    case ts.SyntaxKind.CaretToken:
      return !natural;
    case ts.SyntaxKind.AmpersandToken:
      return !natural || (ts.isNumericLiteral(node.right) && Number(node.right.text) < 2 ** 31);
    default:
      return false;
  }
}

function isMathKind(
  index: ProgramIndex,
  node: TS.CallExpression,
  is: (each: TS.Expression) => boolean,
): boolean {
  const name = mathFunction(index, node);
  if (node.arguments.some(ts.isSpreadElement) || node.arguments.length === 0) return false;
  if (name === "max" || name === "min") return node.arguments.every(is);
  if (name !== "floor" && name !== "ceil" && name !== "trunc" && name !== "round") return false;
  const [argument] = node.arguments;
  const value = argument && skipWrappers(argument);
  if (!value || !ts.isBinaryExpression(value) || value.operatorToken.kind !== ts.SyntaxKind.SlashToken)
    return false;
  return is(value.left) && ts.isNumericLiteral(value.right) && Number(value.right.text) >= 1;
}

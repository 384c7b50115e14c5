/** Lowers expressions. Each returns the variable that holds its value. */
import type TS from "typescript";
import { isLibrary } from "../effects/lookup.js";
import type { BlockId, VariableId } from "../ir/ids.js";
import type { Literal, Test } from "../ir/ir.js";
import { ts } from "../typescript.js";
import { lowerAssignment, lowerCompoundAssignment, lowerLogicalAssignment, lowerStep } from "./assignment.js";
import { capturedVariable, declareVariable, ownLocal, readName, storeName } from "./binding.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerCall, lowerNew, lowerTaggedTemplate } from "./call.js";
import { lowerClass } from "./class.js";
import { forEachChild } from "./deep-syntax.js";
import { lowerEscape } from "./escape.js";
import { receiverVariable } from "./function.js";
import { lowerArrayLiteral, lowerObjectLiteral } from "./literal.js";
import { lowerFieldKey } from "./member.js";
import { type FunctionNode, isStatic, skipWrappers } from "./syntax.js";

export function lowerExpression(b: FunctionBuilder, expression: TS.Expression): VariableId {
  const node = skipWrappers(expression);
  switch (node.kind) {
    case ts.SyntaxKind.Identifier:
      return readName(b, node as TS.Identifier);
    case ts.SyntaxKind.ThisKeyword:
      return receiverVariable(b, node);
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NumericLiteral:
    case ts.SyntaxKind.BigIntLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
    case ts.SyntaxKind.NullKeyword:
    case ts.SyntaxKind.OmittedExpression:
      return constant(b, node);
    case ts.SyntaxKind.RegularExpressionLiteral:
    case ts.SyntaxKind.SuperKeyword:
    case ts.SyntaxKind.MetaProperty:
      return foreign(b, node);
    case ts.SyntaxKind.TemplateExpression:
      return lowerTemplate(b, node as TS.TemplateExpression);
    case ts.SyntaxKind.ArrayLiteralExpression:
      return lowerArrayLiteral(b, node as TS.ArrayLiteralExpression);
    case ts.SyntaxKind.ObjectLiteralExpression:
      return lowerObjectLiteral(b, node as TS.ObjectLiteralExpression);
    case ts.SyntaxKind.FunctionExpression:
    case ts.SyntaxKind.ArrowFunction:
      return lowerClosure(b, node as TS.FunctionExpression);
    case ts.SyntaxKind.ClassExpression:
      return lowerClass(b, node as TS.ClassExpression);
    case ts.SyntaxKind.PropertyAccessExpression:
    case ts.SyntaxKind.ElementAccessExpression:
      return lowerChain(b, node as TS.PropertyAccessExpression);
    case ts.SyntaxKind.CallExpression:
      return lowerChain(b, node as TS.CallExpression);
    case ts.SyntaxKind.NewExpression:
      return lowerNew(b, node as TS.NewExpression);
    case ts.SyntaxKind.TaggedTemplateExpression:
      return lowerTaggedTemplate(b, node as TS.TaggedTemplateExpression);
    case ts.SyntaxKind.BinaryExpression:
      return lowerBinary(b, node as TS.BinaryExpression);
    case ts.SyntaxKind.ConditionalExpression:
      return lowerConditional(b, node as TS.ConditionalExpression);
    case ts.SyntaxKind.PrefixUnaryExpression:
    case ts.SyntaxKind.PostfixUnaryExpression:
      return lowerUnary(b, node as TS.PrefixUnaryExpression);
    case ts.SyntaxKind.TypeOfExpression:
    case ts.SyntaxKind.VoidExpression:
      return compute(b, node, [lowerExpression(b, (node as TS.TypeOfExpression).expression)], false);
    case ts.SyntaxKind.DeleteExpression:
      return lowerDelete(b, node as TS.DeleteExpression);
    case ts.SyntaxKind.AwaitExpression: {
      const awaited = (node as TS.AwaitExpression).expression;
      const source = lowerExpression(b, awaited);
      const target = b.temporary();
      const site = b.awaitSite(node, awaited, source);
      b.emit(node, { kind: "await", target, source, implicit: false, ...(site === null ? {} : { site }) });
      return target;
    }
    case ts.SyntaxKind.YieldExpression:
      return lowerYield(b, node as TS.YieldExpression);
    default:
      return lowerUnknownExpression(b, node);
  }
}

export function constant(b: FunctionBuilder, node: TS.Node): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "constant", target, value: literalOf(node) });
  return target;
}

/** The value of a literal, where it may decide something. */
function literalOf(node: TS.Node): { readonly literal: Literal } | null {
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return { literal: true };
    case ts.SyntaxKind.FalseKeyword:
      return { literal: false };
    case ts.SyntaxKind.NullKeyword:
      return { literal: null };
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return { literal: (node as TS.StringLiteral).text };
    case ts.SyntaxKind.Identifier:
      return (node as TS.Identifier).text === "undefined" ? { literal: undefined } : null;
    default:
      return null;
  }
}

export function foreign(b: FunctionBuilder, node: TS.Node): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "foreign", target });
  return target;
}

export function compute(
  b: FunctionBuilder,
  node: TS.Node,
  operands: readonly VariableId[],
  coerces: boolean,
): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "compute", target, operands, coerces });
  return target;
}

/** What is not understood: every expression inside is evaluated and escapes (S3). */
function lowerUnknownExpression(b: FunctionBuilder, node: TS.Expression): VariableId {
  const operands: VariableId[] = [];
  const visit = (child: TS.Node): void => {
    if (ts.isExpression(child)) operands.push(lowerExpression(b, child));
    else forEachChild(child, visit);
  };
  forEachChild(node, visit);
  return lowerEscape(b, node, {
    operands,
    reason: "unsupported-syntax",
    why: `expression ${ts.SyntaxKind[node.kind]}`,
  });
}

/** A closure over the variables that the function, or one nested in it, uses from here outwards. */
export function lowerClosure(b: FunctionBuilder, node: FunctionNode): VariableId {
  const target = b.temporary();
  b.emit(node, {
    kind: "closure",
    target,
    site: b.newSite(node, { kind: "closure" }),
    function: b.index.functionId(node),
    captures: capturesOf(b, node),
  });
  if (ts.isFunctionExpression(node) && node.name) {
    declareVariable(b, node.name, { region: null, keepsValue: false });
    storeName(b, node.name, target);
  }
  return target;
}

/** The variables of the function being lowered that a nested function captures, `this` included. */
export function capturesOf(b: FunctionBuilder, node: FunctionNode): VariableId[] {
  const facts = b.index.factsOfFunction(node);
  const captures = [...facts.free].map((symbol) => capturedVariable(b, symbol));
  if (facts.usesOuterThis) captures.push(receiverVariable(b, node));
  return captures;
}

/** Each value is converted before the next one is evaluated (ECMA-262 13.2.8.6). */
function lowerTemplate(b: FunctionBuilder, node: TS.TemplateExpression): VariableId {
  for (const { expression } of node.templateSpans)
    compute(b, expression, [lowerExpression(b, expression)], true);
  return constant(b, node);
}

// Optional chains

/** A member access or call; an optional one has a second way out, with `undefined`. */
function lowerChain(
  b: FunctionBuilder,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression | TS.CallExpression,
): VariableId {
  if (!ts.isOptionalChain(node)) return lowerLink(b, node, null);
  const target = b.temporary();
  const short = b.newBlock();
  b.emit(node, { kind: "copy", target, source: lowerLink(b, node, short) });
  joinShort(b, node, { short, target, literal: undefined });
  return target;
}

interface ShortExit {
  readonly short: BlockId;
  readonly target: VariableId;
  readonly literal: Literal;
}

/** Ends a chain whose value is in `target`: where it was left early, that is `literal`. */
function joinShort(b: FunctionBuilder, node: TS.Expression, { short, target, literal }: ShortExit): void {
  const after = b.newBlock();
  b.jumpTo(after);
  b.switchTo(short);
  b.emit(node, { kind: "constant", target, value: { literal } });
  b.continueIn(after);
}

/** One link of a chain; `short` is where an absent base leads. */
export function lowerLink(b: FunctionBuilder, expression: TS.Expression, short: BlockId | null): VariableId {
  const node = ts.isParenthesizedExpression(expression) ? expression : skipWrappers(expression);
  if (ts.isCallExpression(node)) return lowerCall(b, node, short);
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node))
    return lowerExpression(b, node);
  const key = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    lowerFieldKey(b, key);
    return throughSuper(b, node, []);
  }
  const base = lowerBase(b, node, short);
  const field = lowerFieldKey(b, key);
  const target = b.temporary();
  b.emit(node, { kind: "load", target, base, field });
  return target;
}

/** Reads or writes a property of `super`: the base class's accessor runs on `this`, with the value that is written. */
export function throughSuper(b: FunctionBuilder, node: TS.Node, written: readonly VariableId[]): VariableId {
  const operands = [receiverVariable(b, node), ...written];
  return lowerEscape(b, node, { operands, reason: "unsupported-syntax", why: "a property of `super`" });
}

/** The object of a member access or the function of a call, with the exit of `?.` if it has one. */
export function lowerBase(
  b: FunctionBuilder,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression | TS.CallExpression,
  short: BlockId | null,
): VariableId {
  const inChain = short !== null && ts.isOptionalChain(node);
  const base = inChain ? lowerLink(b, node.expression, short) : lowerExpression(b, node.expression);
  leaveIfAbsent(b, node, { short, base });
  return base;
}

/** The branch that `?.` makes. */
export function leaveIfAbsent(
  b: FunctionBuilder,
  node: TS.Expression,
  { short, base }: { readonly short: BlockId | null; readonly base: VariableId },
): void {
  if (short === null || !("questionDotToken" in node) || !node.questionDotToken) return;
  const next = b.newBlock();
  b.branchOn({ kind: "nullish", variable: base }, short, next);
  b.switchTo(next);
}

// Operators

function lowerBinary(b: FunctionBuilder, node: TS.BinaryExpression): VariableId {
  const operator = node.operatorToken.kind;
  switch (operator) {
    case ts.SyntaxKind.EqualsToken:
      return lowerAssignment(b, node);
    case ts.SyntaxKind.CommaToken:
      lowerExpression(b, node.left);
      return lowerExpression(b, node.right);
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return lowerShortCircuit(b, node);
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
      return lowerLogicalAssignment(b, node);
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return compute(b, node, [lowerExpression(b, node.left), lowerExpression(b, node.right)], false);
    case ts.SyntaxKind.InstanceOfKeyword:
      return lowerInstanceOf(b, node);
  }
  if (operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment) {
    return lowerCompoundAssignment(b, node);
  }
  const left = ts.isPrivateIdentifier(node.left) ? constant(b, node.left) : lowerExpression(b, node.left);
  return compute(b, node, [left, lowerExpression(b, node.right)], true);
}

/** `x instanceof C` runs `C[Symbol.hasInstance](x)`, which only the language's own constructors are known to keep harmless. */
function lowerInstanceOf(b: FunctionBuilder, node: TS.BinaryExpression): VariableId {
  const value = lowerExpression(b, node.left);
  const type = lowerExpression(b, node.right);
  // By name: a value of the type `Function`, or `Float64ArrayConstructor`, may be a class of the program.
  const named = skipWrappers(node.right);
  const declaration = ts.isIdentifier(named) ? b.index.symbolOf(named)?.valueDeclaration : undefined;
  const isBuiltIn = declaration !== undefined && isLibrary(b.index, declaration);
  // Nor does a class of the program define one, if it is understood: its only computed names are of its instances.
  const program = b.index.classes.classOf(node.right);
  const isPlain = program !== null && !hasInstanceTest(b, program);
  return isBuiltIn || isPlain
    ? compute(b, node, [value, type], false)
    : lowerEscape(b, node, { operands: [value], reason: "passed-to-unknown", why: "tested by `instanceof`" });
}

/** Whether a class, or one of its bases, may decide itself what `instanceof` says. */
function hasInstanceTest(b: FunctionBuilder, node: TS.ClassLikeDeclaration): boolean {
  if (!b.index.classes.info(node) || b.index.classes.definesInstanceTests(node)) return true;
  for (let at: TS.ClassLikeDeclaration | null = node; at; at = b.index.classes.baseNode(at)) {
    if (at.members.some((each) => isStatic(each) && each.name && ts.isComputedPropertyName(each.name)))
      return true;
  }
  return false;
}

function lowerShortCircuit(b: FunctionBuilder, node: TS.BinaryExpression): VariableId {
  const target = b.temporary();
  const right = b.newBlock();
  const after = b.newBlock();
  const isAnd = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  const left = lowerExpression(b, node.left);
  // In `x && x.length` the result is no object either way.
  if (isAnd && isPrimitive(b, node.right)) b.emit(node, { kind: "constant", target, value: null });
  else b.emit(node, { kind: "copy", target, source: left });
  const isNullish = node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
  if (isNullish) b.branchOn({ kind: "nullish", variable: left }, right, after);
  else b.branchOn({ kind: "truthy", variable: left }, isAnd ? right : after, isAnd ? after : right);
  b.switchTo(right);
  if (!isAnd) holdsNothing(b, node.left);
  b.emit(node, { kind: "copy", target, source: lowerExpression(b, node.right) });
  b.continueIn(after);
  return target;
}

function isPrimitive(b: FunctionBuilder, node: TS.Expression): boolean {
  const { NumberLike, StringLike, BooleanLike, BigIntLike } = ts.TypeFlags;
  const type = b.index.checker.getTypeAtLocation(skipWrappers(node));
  return (type.flags & (NumberLike | StringLike | BooleanLike | BigIntLike)) !== 0;
}

/**
 * Where `name` was found to be null, undefined, false, 0 or "", it refers to no object: whatever the variable may
 * have held on other paths, it does not hold here.
 */
export function holdsNothing(b: FunctionBuilder, name: TS.Expression): void {
  const node = skipWrappers(name);
  if (!ts.isIdentifier(node)) return;
  const variable = ownLocal(b, node);
  if (variable !== null) b.emit(node, { kind: "absent", variable });
}

function lowerConditional(b: FunctionBuilder, node: TS.ConditionalExpression): VariableId {
  const target = b.temporary();
  const whenTrue = b.newBlock();
  const whenFalse = b.newBlock();
  const after = b.newBlock();
  lowerCondition(b, node.condition, whenTrue, whenFalse);
  b.switchTo(whenTrue);
  b.emit(node, { kind: "copy", target, source: lowerExpression(b, node.whenTrue) });
  b.jumpTo(after);
  b.switchTo(whenFalse);
  b.emit(node, { kind: "copy", target, source: lowerExpression(b, node.whenFalse) });
  b.continueIn(after);
  return target;
}

/** Evaluates a condition and ends the block with a branch, short circuits as edges of their own. */
export function lowerCondition(
  b: FunctionBuilder,
  condition: TS.Expression,
  whenTrue: BlockId,
  whenFalse: BlockId,
): void {
  const node = skipWrappers(condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return lowerCondition(b, node.operand, whenFalse, whenTrue);
  }
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken) {
      const isAnd = operator === ts.SyntaxKind.AmpersandAmpersandToken;
      const next = b.newBlock();
      if (isAnd) lowerCondition(b, node.left, next, whenFalse);
      else lowerCondition(b, node.left, whenTrue, next);
      b.switchTo(next);
      return lowerCondition(b, node.right, whenTrue, whenFalse);
    }
  }
  const { test, negated } = lowerTest(b, node);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return b.jumpTo(whenTrue);
  const absent = absentWhen(node);
  const branch = (yes: BlockId, no: BlockId): void =>
    b.branchOn(test, negated ? no : yes, negated ? yes : no);
  if (!absent) return branch(whenTrue, whenFalse);
  const edge = b.newBlock();
  branch(absent.when ? edge : whenTrue, absent.when ? whenFalse : edge);
  b.switchTo(edge);
  holdsNothing(b, absent.name);
  b.jumpTo(absent.when ? whenTrue : whenFalse);
}

/** Evaluates a condition without short circuits, and says what it tests. */
function lowerTest(
  b: FunctionBuilder,
  node: TS.Expression,
): { readonly test: Test | null; readonly negated: boolean } {
  const plain = (): { test: Test; negated: boolean } => ({
    test: { kind: "truthy", variable: lowerExpression(b, node) },
    negated: false,
  });
  if (!ts.isBinaryExpression(node)) return plain();
  const operator = node.operatorToken.kind;
  const isStrict =
    operator === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken;
  const isLoose =
    operator === ts.SyntaxKind.EqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
  const right = skipWrappers(node.right);
  const literal = literalOf(right);
  if (!literal || !(isStrict || (isLoose && isAbsent(right)))) return plain();
  const negated =
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    operator === ts.SyntaxKind.ExclamationEqualsToken;
  const left = skipWrappers(node.left);
  if (ts.isTypeOfExpression(left)) {
    const variable = lowerExpression(b, left.expression);
    return { test: literal.literal === "undefined" ? { kind: "undefined", variable } : null, negated };
  }
  const variable = lowerExpression(b, left);
  if (isLoose) return { test: { kind: "nullish", variable }, negated };
  return { test: { kind: "equals", variable, literal: literal.literal }, negated };
}

/** The variable that a condition tests for being there, and the outcome in which it is not. */
function absentWhen(node: TS.Expression): { readonly name: TS.Expression; readonly when: boolean } | null {
  if (ts.isIdentifier(node)) return { name: node, when: false };
  if (!ts.isBinaryExpression(node) || !isAbsent(node.right)) return null;
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
      return { name: node.left, when: true };
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
      return { name: node.left, when: false };
    default:
      return null;
  }
}

function isAbsent(node: TS.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === "undefined");
}

function lowerUnary(
  b: FunctionBuilder,
  node: TS.PrefixUnaryExpression | TS.PostfixUnaryExpression,
): VariableId {
  const { operator, operand } = node;
  if (operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken)
    return lowerStep(b, node, operand);
  return compute(b, node, [lowerExpression(b, operand)], operator !== ts.SyntaxKind.ExclamationToken);
}

function lowerDelete(b: FunctionBuilder, node: TS.DeleteExpression): VariableId {
  const member = skipWrappers(node.expression);
  if (!ts.isPropertyAccessExpression(member) && !ts.isElementAccessExpression(member)) {
    return compute(b, node, [lowerExpression(b, member)], false);
  }
  const isChain = ts.isOptionalChain(member);
  const short = isChain ? b.newBlock() : null;
  const base = lowerBase(b, member, short);
  const key = ts.isPropertyAccessExpression(member) ? member.name : member.argumentExpression;
  const field = lowerFieldKey(b, key);
  const target = compute(b, node, [base], false);
  const value = b.temporary();
  b.emit(node, { kind: "constant", target: value, value: { literal: undefined } });
  b.emit(node, { kind: "store", base, field, value });
  if (short !== null) joinShort(b, node, { short, target, literal: true });
  return target;
}

function lowerYield(b: FunctionBuilder, node: TS.YieldExpression): VariableId {
  const source = node.expression ? lowerExpression(b, node.expression) : null;
  const target = b.temporary();
  let given = source;
  if (node.asteriskToken && source !== null) {
    // `yield*` gives the elements, one after the other, and runs the iterator's own code meanwhile.
    lowerEscape(b, node, { operands: [source], reason: "yielded", why: "yielded" });
    given = b.temporary();
    b.emit(node, { kind: "iterate", target: given, iterable: source, position: null });
  }
  // An async generator awaits what it yields.
  if (b.isAsync && given !== null)
    b.emit(node, { kind: "await", target: given, source: given, implicit: true });
  b.emit(node, { kind: "yield", target, source: given });
  // The consumer may end the generator here, which runs the `finally` blocks around and leaves the rest to
  // the collector, as an exception does.
  const goOn = b.newBlock();
  const leave = b.newBlock();
  b.branchTo(goOn, leave);
  b.switchTo(leave);
  b.jump({ kind: "abandon", origin: b.origin(node) }, node);
  b.switchTo(goOn);
  return target;
}

/**
 * Collects, in one walk of a source file, which variables are captured by which functions.
 *
 * A variable is *captured* if a function other than the declaring one uses it, and *assigned elsewhere* if
 * such a function assigns it. A function's *free variables* are those it, or a function nested in it, uses
 * from an enclosing function. Variables of the file's top level are free in nobody: every function may use
 * them at any time, so the lowering treats them as foreign.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import { factoriesOf, isJsx } from "./jsx-factory.js";
import type { ProgramIndex } from "./program-index.js";
import {
  type FunctionNode,
  isAmbient,
  isAssignmentTarget,
  isFunctionNode,
  memberAnnounced,
  outward,
  skipWrappers,
} from "./syntax.js";
import { TwinNames } from "./twin-names.js";

export interface BindingFacts {
  readonly symbol: TS.Symbol;
  readonly declaredIn: FunctionNode;
  captured: boolean;
  assignedElsewhere: boolean;
  /** Assignments in the source, an initialiser included. */
  assignments: number;
  /** Given a value by anything else than the one declaration, which gives it once: by an assignment, or a `var` beside another declaration. */
  reassigned: boolean;
  exported: boolean;
  /** Used other than as what a call calls. */
  usedAsValue: boolean;
  /** The functions inside of the declaring one that use it, or in which one stands that does. */
  readonly users: Set<FunctionNode>;
}

export interface FunctionFacts {
  /** Variables of enclosing functions that this one, or one nested in it, uses. */
  readonly free: Set<TS.Symbol>;
  /** This arrow function, or an arrow nested in it, uses the `this` of the function around. */
  usesOuterThis: boolean;
  /** Uses its own `arguments`. */
  usesArguments: boolean;
  /** Why no code of this function can be understood, if so. */
  hopeless: string | null;
}

interface Walk {
  readonly index: ProgramIndex;
  readonly file: TS.SourceFile;
  readonly bindings: Map<TS.Symbol, BindingFacts>;
  readonly functions: Map<FunctionNode, FunctionFacts>;
  readonly twins: TwinNames;
}

export function collectCaptures(walk: Omit<Walk, "twins">): void {
  walkNode({ ...walk, twins: new TwinNames() }, walk.file, []);
}

function walkNode(walk: Walk, node: TS.Node, around: readonly FunctionNode[]): void {
  if (ts.isIdentifier(node)) return noteIdentifier(walk, node, around);
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
  const announced = memberAnnounced(node);
  const stack = announced && isFunctionNode(announced) ? around.slice(0, -1) : around;
  let inner = stack;
  if (isFunctionNode(node)) {
    walk.functions.set(node, { free: new Set(), usesOuterThis: false, usesArguments: false, hopeless: null });
    inner = [...stack, node];
  }
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword)
    noteThis(walk, inner);
  else if (ts.isWithStatement(node)) markHopeless(walk, inner, "a with statement");
  else if (isJsx(node)) noteFactories(walk, node, inner);
  forEachChild(node, (child) => walkNode(walk, child, inner));
}

function markHopeless(walk: Walk, stack: readonly FunctionNode[], why: string): void {
  for (const each of stack) {
    const facts = walk.functions.get(each);
    if (facts) facts.hopeless = why;
  }
}

/** An element of JSX calls a function that no name in it says. One of a function around it is out of sight there. */
function noteFactories(walk: Walk, node: TS.Node, stack: readonly FunctionNode[]): void {
  for (const { valueDeclaration } of factoriesOf(walk.index, node)) {
    if (valueDeclaration?.getSourceFile() !== walk.file) continue;
    const scope = scopeOf(valueDeclaration);
    const inner = ts.isSourceFile(scope) ? [scope] : stack.slice(stack.indexOf(scope));
    markHopeless(walk, inner, "a local factory of JSX");
  }
}

function noteThis(walk: Walk, stack: readonly FunctionNode[]): void {
  for (let i = stack.length - 1; i >= 0; i--) {
    const at = stack[i];
    if (!at || !ts.isArrowFunction(at)) return;
    const facts = walk.functions.get(at);
    if (facts) facts.usesOuterThis = true;
  }
}

function noteArguments(walk: Walk, stack: readonly FunctionNode[]): void {
  for (let i = stack.length - 1; i >= 0; i--) {
    const at = stack[i];
    if (!at) return;
    if (ts.isArrowFunction(at)) continue;
    const facts = walk.functions.get(at);
    if (facts) facts.usesArguments = true;
    return;
  }
}

function noteIdentifier(walk: Walk, node: TS.Identifier, stack: readonly FunctionNode[]): void {
  const parent = node.parent;
  if (node.text === "eval" && isCalled(node)) {
    markHopeless(walk, stack, "a direct eval");
    return;
  }
  if (node.text === "arguments" && !isName(node)) {
    noteArguments(walk, stack);
    return;
  }
  if (isName(node) && !isDeclarationName(node)) return;
  const symbol = resolve(walk, node);
  if (!symbol?.valueDeclaration || symbol.valueDeclaration.getSourceFile() !== walk.file) return;
  if (!(symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Function | ts.SymbolFlags.Class))) return;
  // What is only declared nobody here gives a value: it has one all the same.
  if (!walk.bindings.has(symbol) && isAmbient(symbol.valueDeclaration)) return;
  const facts = factsOf(walk, symbol, symbol.valueDeclaration);
  if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent)) facts.exported = true;
  if (isDeclarationName(node)) {
    if (walk.twins.note(node, symbol, facts.declaredIn))
      markHopeless(walk, [facts.declaredIn], "two declarations of one name");
    if (declares(node)) facts.assignments += isRepeated(parent) ? 2 : 1;
    if (facts.assignments > 1) facts.reassigned = true;
    return;
  }
  if (!isCalled(node)) facts.usedAsValue = true;
  noteUse({ walk, facts, symbol, stack, assigns: isAssignmentTarget(node) });
}

/** Whether a declaration is a `var` in a loop: it has one initialiser, and gives the one variable another value in each round. */
function isRepeated(declaration: TS.Node): boolean {
  let at = declaration;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at))
    at = at.parent;
  if (!ts.isVariableDeclaration(at) || ts.getCombinedNodeFlags(at) & ts.NodeFlags.BlockScoped) return false;
  for (; !ts.isFunctionLike(at) && !ts.isSourceFile(at); at = at.parent)
    if (ts.isIterationStatement(at, false)) return true;
  return false;
}

interface Use {
  readonly walk: Walk;
  readonly facts: BindingFacts;
  readonly symbol: TS.Symbol;
  readonly stack: readonly FunctionNode[];
  readonly assigns: boolean;
}

/** Whether the identifier is what a call calls, once assertions and parentheses are gone. */
function isCalled(node: TS.Identifier): boolean {
  let at: TS.Node = node;
  while (ts.isExpression(at.parent) && skipWrappers(at.parent) === node) at = at.parent;
  return ts.isCallExpression(at.parent) && at.parent.expression === at;
}

function noteUse({ walk, facts, symbol, stack, assigns }: Use): void {
  if (assigns) {
    facts.assignments++;
    facts.reassigned = true;
  }
  const user = stack[stack.length - 1];
  if (user === facts.declaredIn) return;
  facts.captured = true;
  if (assigns) facts.assignedElsewhere = true;
  if (ts.isSourceFile(facts.declaredIn)) return;
  for (let i = stack.length - 1; i >= 0; i--) {
    const at = stack[i];
    if (!at || at === facts.declaredIn) return;
    facts.users.add(at);
    walk.functions.get(at)?.free.add(symbol);
  }
}

function resolve(walk: Walk, node: TS.Identifier): TS.Symbol | undefined {
  if (ts.isExportSpecifier(node.parent)) {
    return walk.index.checker.getExportSpecifierLocalTargetSymbol(node.parent);
  }
  return walk.index.localSymbolOf(node);
}

function factsOf(walk: Walk, symbol: TS.Symbol, declaration: TS.Node): BindingFacts {
  let facts = walk.bindings.get(symbol);
  if (!facts) {
    facts = {
      symbol,
      declaredIn: scopeOf(declaration),
      captured: false,
      assignedElsewhere: false,
      assignments: 0,
      reassigned: false,
      exported: isExported(declaration),
      usedAsValue: false,
      users: new Set(),
    };
    walk.bindings.set(symbol, facts);
  }
  return facts;
}

/** The function whose frame holds the variable. A parameter, its default included, belongs to its function. */
function scopeOf(declaration: TS.Node): FunctionNode {
  // So does the name of a function, a function expression's own name included: the closure is made out there.
  let at: TS.Node = ts.isFunctionLike(declaration) ? declaration.parent : declaration;
  while (!isFunctionNode(at)) at = outward(at);
  return at;
}

function isExported(declaration: TS.Node): boolean {
  return !!(ts.getCombinedModifierFlags(declaration as TS.Declaration) & ts.ModifierFlags.Export);
}

/** An identifier that names a property, a label or the like, and is no expression. */
function isName(node: TS.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isPropertyAssignment(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node || parent.name === node;
  if (ts.isExportSpecifier(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return true;
  if (ts.isMetaProperty(parent) || ts.isQualifiedName(parent) || ts.isJsxAttribute(parent)) return true;
  return "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

function isDeclarationName(node: TS.Identifier): boolean {
  const parent = node.parent;
  if (ts.isBindingElement(parent)) return parent.name === node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionLike(parent) ||
      ts.isClassLike(parent)) &&
    (parent as TS.NamedDeclaration).name === node
  );
}

/** Whether the declaration gives the variable a value: an initialiser, a parameter, a loop's variable, a pattern. */
function declares(node: TS.Identifier): boolean {
  const parent = node.parent;
  if (ts.isFunctionLike(parent)) return "body" in parent && parent.body !== undefined;
  if (!ts.isVariableDeclaration(parent)) return true;
  return (
    !!parent.initializer ||
    ts.isForInStatement(parent.parent.parent) ||
    ts.isForOfStatement(parent.parent.parent) ||
    ts.isCatchClause(parent.parent)
  );
}

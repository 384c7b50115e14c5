/**
 * Collects, in one walk of the program, what could make a method another function than the one that its class declares,
 * or give a method a `this` of another kind.
 *
 * JavaScript lets anybody replace a method (`o.m = f`, `C.prototype.m = f`) and take one off its object
 * (`const { m } = o`). Both are rare, so names and classes are all that is told apart: a method that shares its name
 * with something that is assigned anywhere counts as replaced.
 */
import type TS from "typescript";
import { isLibrary } from "../effects/lookup.js";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import type { ProgramIndex } from "./program-index.js";
import { isAnalysedFile, isAssignmentTarget, skipWrappers } from "./syntax.js";

export interface MemberFacts {
  /** Names of properties that are assigned, deleted or defined somewhere, other than by a class or an object literal. */
  readonly assigned: ReadonlySet<string>;
  /** Names of properties that are read without being called. */
  readonly taken: ReadonlySet<string>;
  /** Classes whose prototype is used as a value. */
  readonly patched: ReadonlySet<TS.Symbol>;
  /** Prototypes or unknown properties of unknown objects may change: then only objects that nobody else knows are certain. */
  readonly tampers: boolean;
  /** Classes that are used as values: in an open world others may come by them, and extend them, without an export. */
  readonly exposed: ReadonlySet<TS.Symbol>;
}

interface Walk {
  readonly index: ProgramIndex;
  readonly assigned: Set<string>;
  readonly taken: Set<string>;
  readonly patched: Set<TS.Symbol>;
  readonly exposed: Set<TS.Symbol>;
  tampers: boolean;
}

export function collectMemberFacts(index: ProgramIndex): MemberFacts {
  const walk: Walk = {
    index,
    assigned: new Set(),
    taken: new Set(),
    patched: new Set(),
    exposed: new Set(),
    tampers: false,
  };
  for (const file of index.program.getSourceFiles()) {
    if (isAnalysedFile(index.program, file)) walkNode(walk, file);
  }
  return walk;
}

function walkNode(walk: Walk, node: TS.Node): void {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
  if (ts.isPropertyAccessExpression(node)) noteAccess(walk, node, node.name.text);
  else if (ts.isElementAccessExpression(node)) noteElement(walk, node);
  else if (ts.isBindingElement(node)) noteBinding(walk, node);
  else if (ts.isCallExpression(node)) noteDefinition(walk, node);
  else if (ts.isPropertyAssignment(node)) noteProperty(walk, node.name);
  else if (ts.isIdentifier(node) && walk.index.isOpenWorld) noteClassValue(walk, node);
  forEachChild(node, (child) => walkNode(walk, child));
}

/** A class that is used other than to make an instance, to extend it, to test for it or to read a member of it. */
function noteClassValue(walk: Walk, node: TS.Identifier): void {
  const { parent } = node;
  if (ts.isClassLike(parent) || ts.isExpressionWithTypeArguments(parent)) return;
  if (ts.isNewExpression(parent) && parent.expression === node) return;
  if (ts.isPropertyAccessExpression(parent)) return;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent)) return;
  const symbol = walk.index.symbolOf(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Class) walk.exposed.add(symbol);
}

/** `{ __proto__: … }` makes an object that inherits from an instance without being of its class. */
function noteProperty(walk: Walk, name: TS.PropertyName): void {
  if ((ts.isIdentifier(name) || ts.isStringLiteralLike(name)) && name.text === "__proto__")
    walk.tampers = true;
}

/** Functions that define properties or change prototypes: seen in any other way than called by name, they may do anything. */
const defining: ReadonlySet<string> = new Set([
  "assign",
  "defineProperty",
  "defineProperties",
  "setPrototypeOf",
]);

/** Whether the expression is what a call calls. */
function isCallee(node: TS.Expression): boolean {
  let at: TS.Node = node;
  while (ts.isExpression(at.parent) && skipWrappers(at.parent) === node) at = at.parent;
  return ts.isCallExpression(at.parent) && at.parent.expression === at;
}

function noteAccess(walk: Walk, node: TS.PropertyAccessExpression, name: string): void {
  if (name === "prototype") return notePrototype(walk, node.expression);
  if (name === "__proto__" || (defining.has(name) && definesUnread(walk, node))) walk.tampers = true;
  if (isAssignmentTarget(node) || ts.isDeleteExpression(node.parent)) walk.assigned.add(name);
  else if (!isCallee(node)) walk.taken.add(name);
}

/** Whether the library's function of that name is used in a way that {@link noteDefinition} does not read. */
function definesUnread(walk: Walk, node: TS.PropertyAccessExpression): boolean {
  if (node.name.text === "setPrototypeOf") return true;
  const declarations = walk.index.checker.getSymbolAtLocation(node.name)?.declarations ?? [];
  const isOwn = declarations.length > 0 && !declarations.some((each) => isLibrary(walk.index, each));
  return !isOwn && !(isCallee(node) && ts.isIdentifier(skipWrappers(node.expression)));
}

function noteElement(walk: Walk, node: TS.ElementAccessExpression): void {
  const key = skipWrappers(node.argumentExpression);
  if (ts.isStringLiteralLike(key)) {
    if (key.text === "prototype") return notePrototype(walk, node.expression);
    if (key.text === "__proto__" || defining.has(key.text)) walk.tampers = true;
    if (isAssignmentTarget(node)) walk.assigned.add(key.text);
    else walk.taken.add(key.text);
    return;
  }
  if (ts.isNumericLiteral(key)) return;
  const { checker } = walk.index;
  if (checker.getTypeAtLocation(key).flags & ts.TypeFlags.NumberLike) return;
  // A name that is known at run time only: of an array or a record it selects no method.
  const type = checker.getTypeAtLocation(skipWrappers(node.expression));
  const isRecord = checker.getIndexTypeOfType(type, ts.IndexKind.String) !== undefined;
  if (isRecord || (type.flags & ts.TypeFlags.Object && !hasMethods(type))) return;
  walk.tampers = true;
}

function hasMethods(type: TS.Type): boolean {
  return type.getProperties().some((each) => (each.flags & ts.SymbolFlags.Method) !== 0);
}

function noteBinding(walk: Walk, node: TS.BindingElement): void {
  if (!ts.isObjectBindingPattern(node.parent)) return;
  const name = node.propertyName ?? node.name;
  if (!ts.isIdentifier(name) && !ts.isStringLiteralLike(name)) return;
  walk.taken.add(name.text);
  if (defining.has(name.text)) walk.tampers = true;
}

function notePrototype(walk: Walk, of: TS.Expression): void {
  const base = skipWrappers(of);
  const symbol = ts.isIdentifier(base) ? walk.index.symbolOf(base) : undefined;
  const declarations = symbol?.declarations ?? [];
  if (declarations.length > 0 && declarations.every((each) => isLibrary(walk.index, each))) return;
  if (symbol && declarations.some(ts.isClassLike)) walk.patched.add(symbol);
  else walk.tampers = true;
}

/** `Object.assign`, `Object.defineProperty` and the like: they define what their literals, or their types, name. */
function noteDefinition(walk: Walk, node: TS.CallExpression): void {
  const callee = skipWrappers(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return;
  const name = callee.name.text;
  if (name !== "assign" && !name.startsWith("definePropert")) return;
  const [target, ...sources] = node.arguments;
  if (!target || !ts.isIdentifier(skipWrappers(callee.expression))) return;
  for (const source of sources) {
    const value = skipWrappers(source);
    if (ts.isStringLiteralLike(value)) walk.assigned.add(value.text);
    else if (name === "defineProperty" && source === sources[0]) walk.tampers ||= !isSymbol(walk, value);
    else if (name !== "defineProperty" && !ts.isObjectLiteralExpression(skipWrappers(target))) {
      noteProperties(walk, value);
    }
  }
}

/** What a literal names; of another value the type may not name all. */
function noteProperties(walk: Walk, value: TS.Expression): void {
  if (!ts.isObjectLiteralExpression(value)) {
    walk.tampers = true;
    return;
  }
  for (const property of value.properties) {
    const { name } = property;
    if (name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name))) walk.assigned.add(name.text);
    else walk.tampers = true;
  }
}

function isSymbol(walk: Walk, node: TS.Expression): boolean {
  return (walk.index.checker.getTypeAtLocation(node).flags & ts.TypeFlags.ESSymbolLike) !== 0;
}

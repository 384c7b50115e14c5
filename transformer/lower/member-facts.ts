/**
 * Collects, in one walk of the program, what could make a method another function than the one that its class declares,
 * or give a method a `this` of another kind.
 *
 * JavaScript lets anybody replace a method (`o.m = f`, `C.prototype.m = f`) and take one off its object
 * (`const { m } = o`). Both are rare, so names and classes are all that is told apart: a method that shares its name
 * with something that is assigned anywhere counts as replaced.
 *
 * # Invariants
 * - T1 A name that is known at run time only selects a method only of an object whose type has one: types are compared by their members, so
 *   an instance may be behind any interface of which its class has all members, a function among them.
 * - T2 Whose prototype `C.prototype` of a class in a variable is, or `Object.getPrototypeOf(x)`, isn't told: what may change it may change any.
 *   A value under a name that is written counts as assigned; what is under another name, or an accessor, is possible only where the program
 *   defines such members at all.
 * - T3 An object that inherits from an instance, a Proxy of one, and what `Reflect.construct(C, args, D)` makes have the methods of a
 *   class with others beside them.
 */
import type TS from "typescript";
import { isLibrary } from "../effects/lookup.js";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import { DynamicKeys } from "./dynamic-keys.js";
import type { ProgramIndex } from "./program-index.js";
import { givesPrototype, isGivenAway, isGlobal, mayChangePrototype } from "./prototype-uses.js";
import {
  enclosingFunction,
  isAnalysedFile,
  isAssignmentTarget,
  isStatic,
  outermost,
  skipWrappers,
} from "./syntax.js";

export interface MemberFacts {
  /** Names of properties that are assigned, deleted or defined somewhere, other than by a class or an object literal. */
  readonly assigned: ReadonlySet<string>;
  /** Names of properties that are read without being called. */
  readonly taken: ReadonlySet<string>;
  /** Classes whose prototype is used as a value. */
  readonly patched: ReadonlySet<TS.Symbol>;
  /** Prototypes or unknown properties of unknown objects may change: then only objects that nobody else knows are certain. */
  readonly tampers: boolean;
  /** The prototype of any class may get an accessor, or members under names that are not known (T2): no class is understood. */
  readonly changesPrototypes: boolean;
  /** A class may be given a test of its own for `instanceof`, other than by declaring it. */
  readonly definesInstanceTests: boolean;
  /** Classes that are used as values: in an open world others may come by them, and extend them, without an export. */
  readonly exposed: ReadonlySet<TS.Symbol>;
  /** Some class gives itself away without its name, by `this` of a static member or `new.target`: whichever it is, or extends it. */
  readonly exposesItself: boolean;
  /** Names that are assigned on what names a namespace, by its symbol. */
  readonly assignedIn: ReadonlyMap<TS.Symbol, ReadonlySet<string>>;
  /** A namespace, or a module, is used as a value: what is assigned on any object may be assigned on it, and on those that it exports. */
  readonly exposesNamespaces: boolean;
  /** The global object is. */
  readonly exposesGlobals: boolean;
  /** Members are given values, other than primitive ones, under names that are not known. */
  readonly definesAnyName: boolean;
}

interface Walk {
  readonly index: ProgramIndex;
  readonly assigned: Set<string>;
  readonly taken: Set<string>;
  readonly patched: Set<TS.Symbol>;
  readonly exposed: Set<TS.Symbol>;
  readonly assignedIn: Map<TS.Symbol, Set<string>>;
  readonly keys: DynamicKeys;
  exposesItself: boolean;
  exposesNamespaces: boolean;
  exposesGlobals: boolean;
  definesAnyName: boolean;
  tampers: boolean;
  changesPrototypes: boolean;
  /** Members are defined under names that are not known, or accessors are. */
  definesFreely: boolean;
  declaresInstanceTests: boolean;
  definesInstanceTests: boolean;
}

export function collectMemberFacts(index: ProgramIndex): MemberFacts {
  const walk: Walk = {
    index,
    assigned: new Set(),
    taken: new Set(),
    patched: new Set(),
    exposed: new Set(),
    assignedIn: new Map(),
    keys: new DynamicKeys(index.program),
    exposesItself: false,
    exposesNamespaces: false,
    exposesGlobals: false,
    definesAnyName: false,
    tampers: false,
    changesPrototypes: false,
    definesFreely: false,
    declaresInstanceTests: false,
    definesInstanceTests: false,
  };
  for (const file of index.program.getSourceFiles()) {
    if (isAnalysedFile(index.program, file)) walkNode(walk, file);
  }
  walk.tampers ||= walk.keys.selectMethods;
  walk.definesAnyName = walk.definesFreely || walk.keys.definesObjects;
  walk.changesPrototypes &&= walk.definesFreely || walk.keys.definesMembers;
  // `Object.setPrototypeOf(C, D)` gives the one class the test of the other.
  walk.definesInstanceTests ||= walk.tampers && walk.declaresInstanceTests;
  return walk;
}

function walkNode(walk: Walk, node: TS.Node): void {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
  noteNode(walk, node);
  forEachChild(node, (child) => walkNode(walk, child));
}

function noteNode(walk: Walk, node: TS.Node): void {
  if (ts.isPropertyAccessExpression(node)) noteAccess(walk, node, node.name.text);
  else if (ts.isElementAccessExpression(node)) noteElement(walk, node);
  else if (ts.isBindingElement(node)) noteBinding(walk, node);
  else if (ts.isObjectLiteralExpression(node)) noteLiteral(walk, node);
  else if (ts.isCallExpression(node)) {
    noteCall(walk, node);
    noteModuleValue(walk, node);
  } else if (ts.isClassLike(node)) walk.keys.noteClass(node);
  else if (ts.isIdentifier(node)) noteIdentifier(walk, node);
  else if (node.kind === ts.SyntaxKind.ThisKeyword || ts.isMetaProperty(node))
    noteOwnClass(walk, node as TS.Expression);
}

/** `this` of a static member, or `new.target`, other than to make an instance or to read a member. */
function noteOwnClass(walk: Walk, node: TS.Expression): void {
  const at = outermost(node);
  const { parent } = at;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === at) return;
  if (ts.isNewExpression(parent) && parent.expression === at) return;
  if (ts.isBinaryExpression(parent) && isComparison(parent.operatorToken.kind)) return;
  walk.exposesItself ||= ts.isMetaProperty(node) ? isNewTarget(node) : isOfStaticMember(node);
}

function isNewTarget({ keywordToken }: TS.MetaProperty): boolean {
  return keywordToken === ts.SyntaxKind.NewKeyword;
}

function isComparison(operator: TS.SyntaxKind): boolean {
  return (
    operator === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}

/** Whether a `this` is that of a static member of a class. */
function isOfStaticMember(node: TS.Node): boolean {
  let at = enclosingFunction(node);
  while (ts.isArrowFunction(at)) at = enclosingFunction(at);
  return ts.isClassLike(at.parent) && isStatic(at);
}

function noteIdentifier(walk: Walk, node: TS.Identifier): void {
  if (node.text === "hasInstance") noteInstanceTest(walk, node);
  if (walk.index.isOpenWorld) noteClassValue(walk, node);
  noteNamespaceValue(walk, node);
  // T3
  if (node.text === "Proxy" && isGlobal(walk.index, node, "Proxy")) walk.tampers = true;
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

/** A namespace, or the global object, that is used other than to name a member of it. */
function noteNamespaceValue(walk: Walk, node: TS.Identifier): void {
  const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  const at = outermost(isMember ? (node.parent as TS.PropertyAccessExpression) : node);
  const { parent } = at;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === at) return;
  if (ts.isModuleDeclaration(parent) || ts.isNamespaceImport(parent) || ts.isNamespaceExport(parent)) return;
  // A class's own name is not passed by: its static members have it as their `this`.
  if (ts.isFunctionDeclaration(parent) || ts.isEnumDeclaration(parent)) return;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return;
  walk.exposesGlobals ||= /^(?:window|self|global)$/.test(node.text) && isGlobal(walk.index, node, node.text);
  const symbol = walk.index.symbolOf(node);
  if (!symbol || !(symbol.flags & ts.SymbolFlags.ValueModule)) return;
  const { declarations = [] } = symbol;
  if (node.text === "globalThis" && declarations.length === 0) walk.exposesGlobals = true;
  walk.exposesNamespaces ||= declarations.some((each) => isOwnNamespace(walk, each));
}

/** A namespace or module of the program's own. A function that has properties of its own is none. */
function isOwnNamespace(walk: Walk, declaration: TS.Declaration): boolean {
  if (!ts.isModuleDeclaration(declaration) && !ts.isSourceFile(declaration)) return false;
  return isAnalysedFile(walk.index.program, declaration.getSourceFile());
}

/** `import("./n")`, or `require` of which more is taken than members by their names. */
function noteModuleValue(walk: Walk, node: TS.CallExpression): void {
  const { expression, parent } = node;
  const isRequire = ts.isIdentifier(expression) && expression.text === "require";
  if (expression.kind !== ts.SyntaxKind.ImportKeyword && !isRequire) return;
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAccessExpression(parent);
  if (isRequire && (isNamed || ts.isExpressionStatement(parent))) return;
  const [specifier] = node.arguments;
  const module = specifier && walk.index.checker.getSymbolAtLocation(specifier);
  walk.exposesNamespaces ||= !module || !!module.declarations?.some((each) => isOwnNamespace(walk, each));
}

/** `static [Symbol.hasInstance](x) { … }` is seen where the class is; any other use of the symbol may define one. */
function noteInstanceTest(walk: Walk, { parent }: TS.Identifier): void {
  const name = parent.parent;
  if (ts.isComputedPropertyName(name) && ts.isClassLike(name.parent.parent))
    walk.declaresInstanceTests = true;
  else walk.definesInstanceTests = true;
}

function noteLiteral(walk: Walk, node: TS.ObjectLiteralExpression): void {
  const isPattern = isAssignmentTarget(node);
  for (const { name } of node.properties) {
    if (!name) continue;
    if (isPattern) noteTaken(walk, name, node);
    // `{ __proto__: … }` makes an object that inherits from an instance without being of its class.
    else if (!ts.isComputedPropertyName(name) && name.text === "__proto__") walk.tampers = true;
  }
}

/** Functions that define properties or change prototypes: seen in any other way than called by name, they may do anything. */
const defining: ReadonlySet<string> = new Set([
  "assign",
  "defineProperty",
  "defineProperties",
  "setPrototypeOf",
  "__defineGetter__",
  "__defineSetter__",
]);

/** Functions of `Reflect`, and of `Object`, whose calls are looked at: seen in any other way, they may do anything too. */
const reflecting: ReadonlySet<string> = new Set(["get", "set", "construct", "create"]);

function isReflection(walk: Walk, node: TS.Expression): boolean {
  return isGlobal(walk.index, node, "Reflect") || isGlobal(walk.index, node, "Object");
}

/** Members may be defined anywhere, under any name. */
function noteAnyDefinition(walk: Walk): void {
  walk.tampers = true;
  walk.definesFreely = true;
}

/** Whether the expression is what a call calls. */
function isCallee(node: TS.Expression): boolean {
  let at: TS.Node = node;
  while (ts.isExpression(at.parent) && skipWrappers(at.parent) === node) at = at.parent;
  return ts.isCallExpression(at.parent) && at.parent.expression === at;
}

function noteAccess(walk: Walk, node: TS.PropertyAccessExpression, name: string): void {
  if (name === "prototype") return notePrototype(walk, node);
  if (name === "__proto__" || (defining.has(name) && definesUnread(walk, node))) walk.tampers = true;
  if (reflecting.has(name) && !isCallee(node) && isReflection(walk, node.expression)) noteAnyDefinition(walk);
  notePrototypeOf(walk, node);
  if (isAssignmentTarget(node) || ts.isDeleteExpression(node.parent)) noteAssigned(walk, node, name);
  else if (!isCallee(node)) walk.taken.add(name);
}

/** Whether an assignment is the one that declares an export, as JavaScript does: `exports.f = f`. */
function declaresExport({ index }: Walk, { name, parent }: TS.PropertyAccessExpression): boolean {
  const declaration = index.checker.getSymbolAtLocation(name)?.valueDeclaration;
  return declaration !== undefined && (declaration === name.parent || declaration === parent);
}

function noteAssigned(walk: Walk, access: TS.PropertyAccessExpression, name: string): void {
  walk.assigned.add(name);
  const base = skipWrappers(access.expression);
  const named = ts.isPropertyAccessExpression(base) ? base.name : base;
  const symbol = ts.isIdentifier(named) ? walk.index.symbolOf(named) : undefined;
  if (!symbol || !(symbol.flags & ts.SymbolFlags.ValueModule) || declaresExport(walk, access)) return;
  walk.assignedIn.set(symbol, (walk.assignedIn.get(symbol) ?? new Set()).add(name));
}

/** Whether the library's function of that name is used in a way that {@link noteDefinition} does not read. */
function definesUnread(walk: Walk, node: TS.PropertyAccessExpression): boolean {
  if (/^(?:setPrototypeOf|__define[GS]etter__)$/.test(node.name.text)) {
    walk.definesFreely ||= !setsOwnPrototype(node);
    return true;
  }
  const declarations = walk.index.checker.getSymbolAtLocation(node.name)?.declarations ?? [];
  const isOwn = declarations.length > 0 && !declarations.some((each) => isLibrary(walk.index, each));
  const isUnread = !isOwn && !(isCallee(node) && ts.isIdentifier(skipWrappers(node.expression)));
  walk.definesFreely ||= isUnread;
  return isUnread;
}

/** `Object.setPrototypeOf(this, …)`: an instance is no prototype. */
function setsOwnPrototype(node: TS.PropertyAccessExpression): boolean {
  const { parent } = node;
  const [target] = ts.isCallExpression(parent) && parent.expression === node ? parent.arguments : [];
  return target?.kind === ts.SyntaxKind.ThisKeyword;
}

/** T2: `Object.getPrototypeOf(x)`, or that function taken. */
function notePrototypeOf(walk: Walk, node: TS.PropertyAccessExpression): void {
  if (!givesPrototype(walk.index, node)) return;
  const isCalled = ts.isCallExpression(node.parent) && node.parent.expression === node;
  notePrototypeValue(walk, isCalled ? node.parent : node);
}

/** T2: a prototype, of whichever class. What other programs are given they may change under any name. */
function notePrototypeValue(walk: Walk, node: TS.Expression): void {
  if (!mayChangePrototype(walk.index, node)) return;
  walk.changesPrototypes = true;
  walk.definesFreely ||= isGivenAway(walk.index, node);
}

function noteElement(walk: Walk, node: TS.ElementAccessExpression): void {
  const key = skipWrappers(node.argumentExpression);
  if (ts.isStringLiteralLike(key) || ts.isNumericLiteral(key)) {
    if (key.text === "prototype") return notePrototype(walk, node);
    if (defining.has(key.text)) noteAnyDefinition(walk);
    if (key.text === "__proto__") walk.tampers = true;
    if (key.text === "__proto__") notePrototypeValue(walk, node);
    if (isAssignmentTarget(node)) walk.assigned.add(key.text);
    else walk.taken.add(key.text);
    return;
  }
  walk.keys.noteAccess(node);
}

function noteBinding(walk: Walk, node: TS.BindingElement): void {
  if (!ts.isObjectBindingPattern(node.parent)) return;
  const name = node.propertyName ?? node.name;
  if (ts.isPropertyName(name) && !node.dotDotDotToken) noteTaken(walk, name, node.parent);
}

/** A pattern takes a member off an object. */
function noteTaken(
  walk: Walk,
  name: TS.PropertyName,
  pattern: TS.ObjectBindingPattern | TS.ObjectLiteralExpression,
): void {
  if (ts.isComputedPropertyName(name) && !ts.isStringLiteralLike(name.expression))
    return walk.keys.noteTaken(name.expression, pattern);
  const text = ts.isComputedPropertyName(name) ? name.expression.getText().slice(1, -1) : name.text;
  walk.taken.add(text);
  if (defining.has(text) || (reflecting.has(text) && isOfReflection(walk, pattern))) noteAnyDefinition(walk);
  if (text === "prototype" || text === "__proto__" || text === "getPrototypeOf")
    walk.changesPrototypes = true;
}

/** `const { set } = Reflect`. */
function isOfReflection(walk: Walk, { parent }: TS.Node): boolean {
  const from = ts.isVariableDeclaration(parent)
    ? parent.initializer
    : ts.isBinaryExpression(parent) && parent.right;
  return !!from && isReflection(walk, from);
}

function notePrototype(walk: Walk, access: TS.PropertyAccessExpression | TS.ElementAccessExpression): void {
  const base = skipWrappers(access.expression);
  const symbol = ts.isIdentifier(base) ? walk.index.symbolOf(base) : undefined;
  const declarations = symbol?.declarations ?? [];
  if (declarations.length > 0 && declarations.every((each) => isLibrary(walk.index, each))) return;
  if (symbol && declarations.some(ts.isClassLike)) {
    walk.patched.add(symbol);
    return;
  }
  walk.tampers = true;
  // A function is no class.
  if (declarations.length > 0 && declarations.every(ts.isFunctionDeclaration)) return;
  notePrototypeValue(walk, access);
}

function noteCall(walk: Walk, node: TS.CallExpression): void {
  // The prototype by its name: `Reflect.get(C, "prototype")`.
  if (
    node.arguments.some((each) => ts.isStringLiteralLike(each) && /^(?:prototype|__proto__)$/.test(each.text))
  )
    walk.changesPrototypes = true;
  const callee = skipWrappers(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return;
  if (isGlobal(walk.index, callee.expression, "Reflect")) noteReflection(walk, node, callee.name.text);
  else if (isGlobal(walk.index, callee.expression, "Object") && callee.name.text === "create")
    noteHeir(walk, node);
  noteDefinition(walk, node);
}

/** `Reflect.get`, `set` and `construct`: a member by its name, a receiver of another kind. */
function noteReflection(
  walk: Walk,
  { arguments: [, key, third, fourth] }: TS.CallExpression,
  name: string,
): void {
  if (name === "construct") walk.tampers ||= third !== undefined;
  if (name !== "get" && name !== "set") return;
  const text = key && skipWrappers(key);
  if (text && ts.isStringLiteralLike(text)) (name === "set" ? walk.assigned : walk.taken).add(text.text);
  else {
    walk.tampers = true;
    walk.definesFreely ||= name === "set";
  }
  if ((name === "get" ? third : fourth) !== undefined) walk.tampers = true;
}

/** T3: `Object.create(x)`; a prototype by its name has been noted, and a literal is of no class. */
function noteHeir(walk: Walk, { arguments: [first] }: TS.CallExpression): void {
  const proto = first && skipWrappers(first);
  const isHarmless =
    !!proto &&
    (proto.kind === ts.SyntaxKind.NullKeyword ||
      ts.isObjectLiteralExpression(proto) ||
      (ts.isPropertyAccessExpression(proto) && proto.name.text === "prototype"));
  walk.tampers ||= !isHarmless;
}

/** `Object.assign`, `Object.defineProperty` and the like: they define what their literals, or their types, name. */
function noteDefinition(walk: Walk, node: TS.CallExpression): void {
  const callee = skipWrappers(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return;
  const name = callee.name.text;
  if (name !== "assign" && !name.startsWith("definePropert")) return;
  const [target, ...sources] = node.arguments;
  if (!target || !ts.isIdentifier(skipWrappers(callee.expression))) return;
  walk.definesFreely ||= name !== "assign";
  for (const source of sources) {
    const value = skipWrappers(source);
    if (ts.isStringLiteralLike(value)) walk.assigned.add(value.text);
    else if (name === "defineProperty" && source === sources[0]) noteUnnamed(walk, value);
    else if (name !== "defineProperty" && !ts.isObjectLiteralExpression(skipWrappers(target))) {
      noteProperties(walk, value);
    }
  }
}

/** What a literal names; of another value the type may not name all. */
function noteProperties(walk: Walk, value: TS.Expression): void {
  if (!ts.isObjectLiteralExpression(value)) return noteAnyDefinition(walk);
  for (const property of value.properties) {
    const { name } = property;
    if (name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name))) walk.assigned.add(name.text);
    else noteAnyDefinition(walk);
  }
}

function noteUnnamed(walk: Walk, name: TS.Expression): void {
  if (!isSymbol(walk, name)) noteAnyDefinition(walk);
}

function isSymbol(walk: Walk, node: TS.Expression): boolean {
  return (walk.index.checker.getTypeAtLocation(node).flags & ts.TypeFlags.ESSymbolLike) !== 0;
}

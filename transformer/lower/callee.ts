/** Which functions of the program an expression means: by name, by namespace, by the class of a receiver. */
import type TS from "typescript";
import type { ClassInfo, Member } from "../ir/class.js";
import { findMember } from "../ir/class.js";
import type { FunctionId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder } from "./builder.js";
import { forEachChild } from "./deep-syntax.js";
import { reexported } from "./dependencies/reexports.js";
import type { ProgramIndex } from "./program-index.js";
import { isReplacedProperty } from "./replaced-properties.js";
import { isAnalysedFile, isFunctionNode, isStatic, outward, skipWrappers } from "./syntax.js";

type MemberAccess = TS.PropertyAccessExpression | TS.ElementAccessExpression;

/** A function that an expression is for good. */
export interface NamedFunction {
  readonly declaration: TS.FunctionLikeDeclaration;
  /** A call that is over has made the closure: the variables around it are those of another frame than the caller's. */
  readonly isMade: boolean;
}

/** The function that a name, or a member of a namespace or of a constant object, is bound to for good. */
export function functionNamed(index: ProgramIndex, callee: TS.Expression): NamedFunction | null {
  const method = memberOfConstant(index, callee);
  if (method) return method;
  const symbol = symbolNamed(index, callee);
  if (!symbol) return null;
  if (symbol.valueDeclaration?.getSourceFile().isDeclarationFile) {
    const declaration = index.dependencies?.functionNamed(callee);
    return declaration ? { declaration, isMade: false } : null;
  }
  return namedBy(index, symbol);
}

/** The function that a symbol is bound to for good. */
export function functionOfSymbol(index: ProgramIndex, symbol: TS.Symbol): TS.FunctionLikeDeclaration | null {
  const named = namedBy(index, symbol);
  return named && !named.isMade ? named.declaration : null;
}

function namedBy(index: ProgramIndex, symbol: TS.Symbol): NamedFunction | null {
  const named = declaredFunction(index, symbol);
  if (!named) return null;
  const { program } = index.indexOf(named.declaration);
  if (!isAnalysedFile(program, named.declaration.getSourceFile())) return null;
  const facts = index.factsOfBinding(symbol);
  if (facts && (facts.assignedElsewhere || facts.assignments > 1)) return null;
  return isReplacedProperty(index, symbol) ? null : named;
}

/** The function that a member of a constant object is. */
function memberOfConstant(index: ProgramIndex, callee: TS.Expression): NamedFunction | null {
  const path: string[] = [];
  let at = callee;
  while (ts.isPropertyAccessExpression(at)) {
    path.unshift(at.name.text);
    at = skipWrappers(at.expression);
    const object = symbolNamed(index, at);
    const member = object && index.constantObjects.memberOf(object, path);
    if (!member) continue;
    const { node, isMade } = member;
    const named = ts.isMethodDeclaration(node)
      ? { declaration: node, isMade: false }
      : functionOf(index, node);
    return named && withMaker(index, named, isMade);
  }
  return null;
}

function withMaker(index: ProgramIndex, named: NamedFunction, isMade: boolean): NamedFunction | null {
  if (!isMade) return named;
  // An arrow's `this` would be that of the frame that has made it.
  const { usesOuterThis } = index.indexOf(named.declaration).factsOfFunction(named.declaration);
  return usesOuterThis ? null : { ...named, isMade };
}

/** The function that an expression gives. */
function functionOf(index: ProgramIndex, value: TS.Expression): NamedFunction | null {
  const inner = skipWrappers(value);
  if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner))
    return { declaration: inner, isMade: false };
  if (ts.isCallExpression(inner)) return returnedFunction(index, inner);
  // Another name of a function: `export const f = g`.
  return ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner) ? functionNamed(index, inner) : null;
}

/** The function that a call returns, where the callee returns the same one of its functions at every end. */
function returnedFunction(index: ProgramIndex, call: TS.CallExpression): NamedFunction | null {
  if (index.pendingCalls.has(call)) return null;
  index.pendingCalls.add(call);
  const maker = functionOf(index, call.expression);
  const returned = maker && returnedExpression(maker.declaration);
  const owner = maker && index.indexOf(maker.declaration);
  const named = returned && owner ? functionOf(owner, returned) : null;
  index.pendingCalls.delete(call);
  return named && withMaker(index, named, true);
}

/** The one expression whose value a function returns, whichever way it ends. */
export function returnedExpression(declaration: TS.FunctionLikeDeclaration): TS.Expression | null {
  const { body } = declaration;
  if (!body || declaration.asteriskToken) return null;
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Async) return null;
  if (!ts.isBlock(body)) return skipWrappers(body);
  const returned: TS.Expression[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) returned.push(skipWrappers(node.expression));
    if (!isFunctionNode(node) && !ts.isClassLike(node)) forEachChild(node, visit);
  };
  forEachChild(body, visit);
  return returned.length === 1 ? (returned[0] ?? null) : null;
}

function symbolNamed(index: ProgramIndex, callee: TS.Expression): TS.Symbol | undefined {
  if (ts.isIdentifier(callee)) return index.symbolOf(callee);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const namespace = symbolNamed(index, skipWrappers(callee.expression));
  if (!namespace || !(namespace.flags & ts.SymbolFlags.ValueModule)) return undefined;
  const symbol = index.checker.getSymbolAtLocation(callee.name);
  if (symbol) return index.followAlias(symbol);
  return index.packages ? reexported(index, namespace, callee.name.text) : undefined;
}

/** The one function with a body that a symbol is declared to be. */
function declaredFunction(index: ProgramIndex, symbol: TS.Symbol): NamedFunction | null {
  const bodies = (symbol.declarations ?? []).filter(
    (each) => !(ts.isFunctionDeclaration(each) && !each.body) && !isPlaceholder(each),
  );
  const [declaration] = bodies;
  if (!declaration || bodies.length !== 1) return null;
  if (ts.isFunctionDeclaration(declaration)) return { declaration, isMade: false };
  const value = constantValue(declaration);
  return value ? functionOf(index, value) : null;
}

/** `exports.f = void 0`, which comes before the value. */
function isPlaceholder(declaration: TS.Declaration): boolean {
  const value = exportedValue(declaration);
  return value !== undefined && (ts.isVoidExpression(value) || isExportAssigned(value));
}

function isExportAssigned(value: TS.Expression): boolean {
  return ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** What a CommonJS module assigns to an export: `exports.f = f`. */
function exportedValue(declaration: TS.Declaration): TS.Expression | undefined {
  const node: TS.Node = ts.isPropertyAccessExpression(declaration) ? declaration.parent : declaration;
  if (!ts.isBinaryExpression(node) || !ts.isPropertyAccessExpression(node.left)) return undefined;
  const { expression } = node.left;
  const isExports = ts.isIdentifier(expression)
    ? expression.text === "exports"
    : ts.isPropertyAccessExpression(expression) && expression.name.text === "exports";
  return isExports ? node.right : undefined;
}

function constantValue(declaration: TS.Declaration): TS.Expression | undefined {
  if (ts.isExportAssignment(declaration)) return declaration.expression;
  if (!ts.isVariableDeclaration(declaration)) return exportedValue(declaration);
  const isConst = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return isConst && ts.isIdentifier(declaration.name) ? declaration.initializer : undefined;
}

/** The class that encloses `node` as far as `this` and `super` go. */
export function enclosingClass(node: TS.Node): TS.ClassLikeDeclaration | null {
  for (let at = outward(node); !ts.isSourceFile(at); at = outward(at)) {
    if (ts.isClassLike(at)) return at;
    if (isFunctionNode(at) && !ts.isArrowFunction(at)) return ts.isClassLike(at.parent) ? at.parent : null;
  }
  return null;
}

function nameOfAccess(b: FunctionBuilder, access: MemberAccess): string | null {
  if (ts.isPropertyAccessExpression(access))
    return ts.isPrivateIdentifier(access.name) ? b.index.classes.privateName(access.name) : access.name.text;
  const key = skipWrappers(access.argumentExpression);
  return ts.isStringLiteralLike(key) ? key.text : null;
}

/** The method that `super.m` means: that of the base class, whatever overrides it. */
export function superMethod(b: FunctionBuilder, access: MemberAccess): FunctionId | null {
  const own = enclosingClass(access);
  const info = own && b.index.classes.info(own);
  const name = nameOfAccess(b, access);
  const member = info?.base && name !== null ? findMember(info.base, name) : null;
  return member?.kind === "method" && !isStatic(memberAround(access)) ? member.function : null;
}

/** The class member in which `node` stands. */
function memberAround(node: TS.Node): TS.Node {
  let at = node;
  while (at.parent && !ts.isClassLike(at.parent)) at = at.parent;
  return at;
}

/** The static method that `C.m` means for a class that `C` names for good. */
export function staticMethod(b: FunctionBuilder, access: MemberAccess): FunctionId | null {
  const node = b.index.classes.classOf(access.expression);
  const name = nameOfAccess(b, access);
  if (!node || name === null) return null;
  if (!b.index.packages && b.index.classes.memberFacts.tampers) return null;
  let member: Member | null = null;
  for (let at: ClassInfo | null = b.index.classes.info(node); at && !member; at = at.base)
    member = at.statics.get(name) ?? null;
  return member?.kind === "method" ? member.function : null;
}

/**
 * All functions that the method of `access` can be, going by the declared class of the receiver; `null` if there may be
 * others. Types are structural: only a class with a private or protected member, or `this`, admits no look-alikes.
 */
export function declaredMethods(b: FunctionBuilder, access: MemberAccess): FunctionId[] | null {
  const key = ts.isPropertyAccessExpression(access) ? access.name : access.argumentExpression;
  const symbol = b.index.checker.getSymbolAtLocation(key);
  const declaration = symbol?.valueDeclaration;
  const name = nameOfAccess(b, access);
  if (!declaration || name === null || !ts.isMethodDeclaration(declaration)) return null;
  const exact = classOfConstant(b.index, skipWrappers(access.expression));
  const member = exact && findMember(exact, name);
  if (member?.kind === "method") return [member.function];
  const owner = declaration.parent;
  if (!ts.isClassLike(owner) || isStatic(declaration)) return null;
  const { classes } = b.index;
  // What JavaScript does with the methods of others, types don't tell.
  if (b.index.packages && !ts.isPrivateIdentifier(declaration.name)) return null;
  const { memberFacts } = classes;
  // Only instances of its class have a `#private` method.
  const isOwn = ts.isPrivateIdentifier(declaration.name);
  const isExact = isOwn || !!(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private);
  const receiver = skipWrappers(access.expression);
  const isThis = receiver.kind === ts.SyntaxKind.ThisKeyword;
  if (!b.index.packages && !isOwn && isThis && isTaken(access, memberFacts.taken)) return null;
  if (isExact) {
    const info = classes.info(owner);
    if (info?.members.get(name)?.kind !== "method") return null;
    if (!b.index.packages && memberFacts.tampers && !isOwn) return null;
    return [b.index.functionId(declaration)];
  }
  const from = isThis ? enclosingClass(access) : owner;
  if (!from || !(isThis || (classes.isNominal(owner) && isReceiverOf(b.index, receiver, owner)))) return null;
  return classes.implementations(from, name);
}

function isReceiverOf(index: ProgramIndex, receiver: TS.Expression, owner: TS.ClassLikeDeclaration): boolean {
  const { checker } = index;
  return index.classes.isOfClass(checker.getNonNullableType(checker.getTypeAtLocation(receiver)), owner);
}

/** The class of the one instance that a constant holds: `const codec = new Codec(8)`. */
function classOfConstant(index: ProgramIndex, receiver: TS.Expression): ClassInfo | null {
  const symbol = symbolNamed(index, receiver);
  const declaration = symbol?.valueDeclaration;
  if (
    !symbol ||
    !declaration ||
    index.packages ||
    !isAnalysedFile(index.program, declaration.getSourceFile())
  )
    return null;
  const value = constantValue(declaration);
  const made = value && skipWrappers(value);
  if (!made || !ts.isNewExpression(made)) return null;
  // Who else has the instance could give it a method of its own.
  const isShared = index.isOpenWorld && index.factsOfBinding(symbol)?.exported;
  if (isShared || index.classes.memberFacts.tampers || isReplacedProperty(index, symbol)) return null;
  return index.classes.infoNamed(made.expression);
}

/** Whether the method (or initialiser) that `node` stands in may run with a `this` that is no instance of its class. */
function isTaken(node: TS.Node, taken: ReadonlySet<string>): boolean {
  const member = memberAround(node) as TS.ClassElement;
  if (isStatic(member)) return true;
  if (!ts.isMethodDeclaration(member)) return false;
  return ts.isComputedPropertyName(member.name) || taken.has(member.name.text);
}

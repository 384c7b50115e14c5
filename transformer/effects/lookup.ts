/**
 * Finds the effect row of a library call, by resolved symbol: the function must be declared by the language's own
 * library (or `@types/node`), in an interface, namespace or module that a table knows. A name alone proves nothing;
 * imports, named, default or of a namespace, are followed to the declaration.
 */
import type TS from "typescript";
import { type BufferType, bufferTypes, type Effect } from "../ir/effect.js";
import type { LateMethod } from "../ir/ir.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { calledExpression, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { usedUpIterators } from "./array.js";
import { ownerOf } from "./owner.js";
import { isPatternMethod, patternEffect } from "./pattern.js";
import { bufferFromEffects, isUsedUp, namesConstructor, refineEffects } from "./refine.js";
import { reads } from "./rows.js";
import { mayBeOverridden } from "./subclasses.js";
import { isImitated, isReplaced, isWhole } from "./substitutes.js";
import { constructors, memberEffects } from "./tables.js";

export interface LibraryCallee {
  readonly name: string;
  readonly effects: readonly Effect[];
  /** The shapes of objects that the method belongs to; `null` where the receiver is no buffer or container. */
  readonly receiver: readonly ("buffer" | "array")[] | null;
}

/** The rows for a call of a library function; `null` if any function that may be meant has none (S3). */
export function libraryEffects(
  index: ProgramIndex,
  node: TS.CallExpression | TS.TaggedTemplateExpression,
): LibraryCallee | null {
  const { callee } = calledExpression(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression);
  const symbol = functionSymbol(index, callee);
  if (!symbol) return null;
  if (ts.isTaggedTemplateExpression(node)) {
    // What rows say of single arguments is said of those that are written.
    const effects = [reads("ECMA-262 13.3.11 Tagged Templates: a call with the strings and the values")];
    return isReader(index, callee) ? { name: symbol.name, effects, receiver: receiverShapes(symbol) } : null;
  }
  const applied = appliedEffect(index, callee, symbol);
  if (applied) return { name: symbol.name, effects: [applied], receiver: null };
  const rows = rowsOf(index, { callee, node }, symbol);
  const effects = rows && refineEffects(index, node, rows);
  return effects ? { name: symbol.name, effects, receiver: receiverShapes(symbol) } : null;
}

/** What a method is on each type of buffer, for a receiver that may be anything; `null` for a name that buffers don't have. */
export function lateMethod(
  index: ProgramIndex,
  node: TS.CallExpression | TS.TaggedTemplateExpression,
): LateMethod | null {
  if (ts.isTaggedTemplateExpression(node)) return null;
  const callee = skipWrappers(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const name = callee.name.text;
  const rows = new Map<BufferType, readonly Effect[]>();
  for (const type of bufferTypes) {
    const row = memberEffects(type, name);
    const effects = row && refineEffects(index, node, [row]);
    if (effects) rows.set(type, effects);
  }
  return rows.size > 0 ? { name, rows } : null;
}

function functionSymbol(index: ProgramIndex, callee: TS.Expression): TS.Symbol | undefined {
  if (ts.isIdentifier(callee)) return index.symbolOf(callee);
  const found = ts.isPropertyAccessExpression(callee) && index.checker.getSymbolAtLocation(callee.name);
  return found ? index.followAlias(found) : undefined;
}

/** Whether `expression` names a library function that only reads what it is given, and returns no object. */
export function isReader(index: ProgramIndex, expression: TS.Expression): boolean {
  const callee = initialiserOf(index, skipWrappers(expression));
  const symbol = functionSymbol(index, callee);
  const rows = symbol && rowsOf(index, { callee, node: null }, symbol);
  return rows?.every(onlyReads) ?? false;
}

/** What a constant that is another name of a library function is initialised with. */
function initialiserOf(index: ProgramIndex, node: TS.Expression): TS.Expression {
  const declaration = ts.isIdentifier(node) ? index.symbolOf(node)?.valueDeclaration : undefined;
  const value = declaration && constantValue(declaration);
  return value && ts.isPropertyAccessExpression(value) ? value : node;
}

function onlyReads(effect: Effect): boolean {
  const { receiver, rest, absent, result } = effect;
  const isLent = [rest, ...(effect.arguments ?? [])].every(
    (each) => each === "borrowed" || each === "inspected",
  );
  return isLent && receiver !== "escaped" && absent === undefined && result.kind === "primitive";
}

/** `f.call(x, …)` and `f.apply(x, values)` of a library function that only reads. */
function appliedEffect(index: ProgramIndex, callee: TS.Expression, symbol: TS.Symbol): Effect | null {
  if (symbol.name !== "call" && symbol.name !== "apply") return null;
  const isApplying = symbol.declarations?.every((each) => isLibrary(index, each) && isOfFunctions(each));
  if (!isApplying || !ts.isPropertyAccessExpression(callee)) return null;
  return isReader(index, callee.expression)
    ? reads(`ECMA-262 20.2.3 Function.prototype.${symbol.name}`)
    : null;
}

function isOfFunctions(declaration: TS.Declaration): boolean {
  return /^(?:Callable|Newable)?Function$/.test(ownerOf(declaration) ?? "");
}

const bufferOwners: ReadonlySet<string> = new Set([...bufferTypes, "DataView"]);
const containerOwners = new Set(["Array", "ReadonlyArray", "Map", "ReadonlyMap", "Set", "ReadonlySet"]);

/** What a method's receiver is, going by the interfaces that declare the method. */
function receiverShapes(symbol: TS.Symbol): LibraryCallee["receiver"] {
  const owners = (symbol.declarations ?? []).map(ownerOf).filter((each) => each !== null);
  const shapes: ("buffer" | "array")[] = [];
  if (owners.some((owner) => bufferOwners.has(owner))) shapes.push("buffer");
  if (owners.some((owner) => containerOwners.has(owner))) shapes.push("array");
  return shapes.length > 0 ? shapes : null;
}

/** A function that is named, and the call of it, if it is called there. */
interface Use {
  readonly callee: TS.Expression;
  readonly node: TS.CallExpression | null;
}

function rowsOf(index: ProgramIndex, use: Use, symbol: TS.Symbol): Effect[] | null {
  const rows = new Set<Effect>();
  // An interface or a namespace of the same name adds nothing that a call runs.
  const values = (symbol.declarations ?? []).filter(
    (each) => !ts.isInterfaceDeclaration(each) && !ts.isModuleDeclaration(each),
  );
  for (const declaration of values) {
    const owner = isLibrary(index, declaration) ? ownerOf(declaration) : null;
    const member = symbol.name;
    const declared = { member, declaration, all: values };
    const found = owner === null ? null : rowsOfMember(index, use, { owner, ...declared });
    if (!found) return null;
    for (const row of found) rows.add(row);
  }
  return rows.size > 0 ? [...rows] : null;
}

function rowsOfMember(
  index: ProgramIndex,
  { callee, node }: Use,
  declared: DeclaredMember,
): readonly Effect[] | null {
  const { owner, member, declaration } = declared;
  if (isReplaced(index, declaration, { isNew: isCalledOnNew(index, callee) })) return null;
  const isOverridden = (): boolean => mayBeOwn(index, callee, declared);
  if (isInherited(owner, member) && !namesConstructor(index, callee, owner)) return null;
  if (owner === "BufferConstructor" && member === "from") return node && bufferFromEffects(index, node);
  if (isPatternMethod(owner, member))
    return node && !isOverridden() ? [patternEffect(index, node, member)] : null;
  if (isIteratorOfArray(owner, member)) {
    const row = node && !isOverridden() && isUsedUp(index, node) ? usedUpIterators[member] : null;
    return row ? [row] : null;
  }
  // Any object may have its own: only those of the prototype itself are known.
  if (owner === "Object" && !isPrototypeOfObject(index, callee)) return null;
  const effect = memberEffects(owner, member);
  return effect && !isOverridden() ? [effect] : null;
}

interface DeclaredMember {
  readonly owner: string;
  readonly member: string;
  readonly declaration: TS.Declaration;
  /** With those of the same member in other types that the receiver may be of. */
  readonly all: readonly TS.Declaration[];
}

/** Whether what is called may be a method of the program's own, though the library's is what the types name. */
function mayBeOwn(index: ProgramIndex, callee: TS.Expression, declared: DeclaredMember): boolean {
  if (!ts.isPropertyAccessExpression(callee) || !isOpen(index, callee)) return false;
  const { declaration, all } = declared;
  return (
    mayBeOverridden(index, declared) ||
    !isWhole(index, callee.expression, all) ||
    isImitated(index, declaration)
  );
}

/** Whether the length of what is typed as an array or typed array of the library may be one of the program's own, as a method may ({@link mayBeOwn}). */
export function mayHaveOwnLength(index: ProgramIndex, type: TS.Type): boolean {
  const declarations = index.checker.getPropertyOfType(type, "length")?.declarations ?? [];
  return declarations.some((each) => {
    const owner = ownerOf(each);
    // An array's can be set, but not replaced: it is a property of the array, and stays one.
    const isProperty = owner === "Array" || owner === "ReadonlyArray";
    return (
      owner === null ||
      mayBeOverridden(index, { owner, member: "length" }) ||
      isImitated(index, each) ||
      (!isProperty && isReplaced(index, each, { isNew: false }))
    );
  });
}

function isIteratorOfArray(owner: string, member: string): boolean {
  return (owner === "Array" || owner === "ReadonlyArray") && Object.hasOwn(usedUpIterators, member);
}

/** Whether a call gives an iterator over the elements of the array that it is called on. */
export function isArrayIterator(index: ProgramIndex, node: TS.CallExpression): boolean {
  const callee = skipWrappers(node.expression);
  const symbol = functionSymbol(index, callee);
  const declarations = symbol?.declarations ?? [];
  return (
    declarations.length > 0 &&
    declarations.every((each) => {
      const owner = isLibrary(index, each) ? ownerOf(each) : null;
      if (!symbol || owner === null || !isIteratorOfArray(owner, symbol.name)) return false;
      const declared = { owner, member: symbol.name, declaration: each, all: declarations };
      const isNew = isCalledOnNew(index, callee);
      return !isReplaced(index, each, { isNew }) && !mayBeOwn(index, callee, declared);
    })
  );
}

function isPrototypeOfObject(index: ProgramIndex, callee: TS.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && isPrototype(index, callee.expression, "Object");
}

/** `X.prototype` of a global `X`, of that name where one is given. */
function isPrototype(index: ProgramIndex, node: TS.Expression, name?: string): boolean {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== "prototype") return false;
  const { expression: of } = node;
  if (!ts.isIdentifier(of) || (name !== undefined && of.text !== name)) return false;
  const declarations = index.symbolOf(of)?.declarations ?? [];
  return declarations.length > 0 && declarations.every((each) => isLibrary(index, each));
}

/** Static methods that make an object of the class they are called on: a subclass of Promise has a `then` of its own. */
function isInherited(owner: string, member: string): boolean {
  if (owner === "PromiseConstructor") return true;
  return owner.endsWith("Constructor") && (member === "from" || member === "of");
}

/**
 * Whether a method is called on something that may be of a class of the program: not on `Math`, `console` or a
 * module, nor on what the library's own constructor has just made.
 */
function isOpen(index: ProgramIndex, callee: TS.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const receiver = skipWrappers(callee.expression);
  if (isPrototype(index, receiver)) return false;
  if (!ts.isIdentifier(receiver)) return !isMadeByLibrary(index, receiver);
  const declaration = index.symbolOf(receiver)?.valueDeclaration;
  if (!declaration) return true;
  if (isLibrary(index, declaration)) return false;
  const value = constantValue(declaration);
  return !value || !isMadeByLibrary(index, value);
}

function constantValue(declaration: TS.Declaration): TS.Expression | null {
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const isConstant = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return isConstant && declaration.initializer ? skipWrappers(declaration.initializer) : null;
}

/** `new X(…).method`. */
function isCalledOnNew(index: ProgramIndex, callee: TS.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && isMadeByLibrary(index, skipWrappers(callee.expression));
}

/** `new X(…)` of a global `X`; a Proxy is what its handler makes of it. */
function isMadeByLibrary(index: ProgramIndex, node: TS.Expression): boolean {
  if (!ts.isNewExpression(node)) return false;
  const made = skipWrappers(node.expression);
  if (ts.isIdentifier(made) && made.text === "Proxy") return false;
  const declaration = ts.isIdentifier(made) ? index.symbolOf(made)?.valueDeclaration : undefined;
  return declaration !== undefined && isLibrary(index, declaration);
}

export function isLibrary(index: ProgramIndex, node: TS.Node): boolean {
  const file = node.getSourceFile();
  return (
    index.program.isSourceFileDefaultLibrary(file) ||
    (file.isDeclarationFile && /[\\/]node_modules[\\/]@types[\\/]node[\\/]/.test(file.fileName))
  );
}

/**
 * The name of the library interface that `type` is, if a declaration of it is the library's (augmenting an interface
 * changes no object). `declare var X: { new(): X }` is named `XConstructor`, as if that interface were written.
 */
export function libraryInterfaceOf(index: ProgramIndex, type: TS.Type): string | null {
  const symbol = type.symbol as TS.Symbol | undefined;
  const declarations = symbol?.declarations;
  if (!symbol || !declarations?.length) return null;
  if (!declarations.some((each) => isLibrary(index, each))) return null;
  const [declaration] = declarations;
  if (declaration && ts.isTypeLiteralNode(declaration)) return constructorNameOf(declaration);
  return symbol.name;
}

function constructorNameOf(literal: TS.TypeLiteralNode): string {
  const { parent } = literal;
  const isConstructor = literal.members.some(ts.isConstructSignatureDeclaration);
  return isConstructor && ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)
    ? `${parent.name.text}Constructor`
    : "__type";
}

/** The rows for `new name(…)`, other than buffers and views. */
export function constructorEffects(name: string): readonly Effect[] | null {
  const effect = constructors.get(name);
  return effect ? [effect] : null;
}

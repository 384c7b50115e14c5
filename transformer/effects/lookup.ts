/**
 * Finds the effect row of a library call, by resolved symbol: the function must be declared by the language's own
 * library (or `@types/node`), in an interface, namespace or module that a table knows. A name alone proves nothing;
 * imports, named, default or of a namespace, are followed to the declaration.
 */
import type TS from "typescript";
import { bufferTypes, type Effect } from "../ir/effect.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { ownerOf } from "./owner.js";
import { bufferFromEffects, namesConstructor, refineEffects } from "./refine.js";
import { mayBeOverridden } from "./subclasses.js";
import { constructors, memberEffects } from "./tables.js";

export interface LibraryCallee {
  readonly name: string;
  readonly effects: readonly Effect[];
  /** The shapes of objects that the method belongs to; `null` where the receiver is no buffer or container. */
  readonly receiver: readonly ("buffer" | "array")[] | null;
}

/** The rows for a call of a library function; `null` if any function that may be meant has none (S3). */
export function libraryEffects(index: ProgramIndex, node: TS.CallExpression): LibraryCallee | null {
  const callee = skipWrappers(node.expression);
  const isMember = ts.isPropertyAccessExpression(callee);
  if (!isMember && !ts.isIdentifier(callee)) return null;
  const found = isMember ? index.checker.getSymbolAtLocation(callee.name) : index.symbolOf(callee);
  const symbol = found && index.followAlias(found);
  const rows = symbol && rowsOf(index, node, symbol);
  const effects = rows && refineEffects(index, node, rows);
  return effects ? { name: symbol.name, effects, receiver: receiverShapes(symbol) } : null;
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

function rowsOf(index: ProgramIndex, node: TS.CallExpression, symbol: TS.Symbol): Effect[] | null {
  const rows = new Set<Effect>();
  // An interface or a namespace of the same name adds nothing that a call runs.
  const values = (symbol.declarations ?? []).filter(
    (each) => !ts.isInterfaceDeclaration(each) && !ts.isModuleDeclaration(each),
  );
  for (const declaration of values) {
    const owner = isLibrary(index, declaration) ? ownerOf(declaration) : null;
    const found = owner === null ? null : rowsOfMember(index, node, { owner, member: symbol.name });
    if (!found) return null;
    for (const row of found) rows.add(row);
  }
  return rows.size > 0 ? [...rows] : null;
}

function rowsOfMember(
  index: ProgramIndex,
  node: TS.CallExpression,
  { owner, member }: { owner: string; member: string },
): readonly Effect[] | null {
  if (owner.endsWith("Constructor") && isInherited(member) && !namesConstructor(index, node, owner))
    return null;
  if (owner === "BufferConstructor" && member === "from") return bufferFromEffects(index, node);
  const effect = memberEffects(owner, member);
  if (!effect || (isOpen(index, node) && mayBeOverridden(index, { owner, member }))) return null;
  return [effect];
}

/** Static methods that make an object of the class they are called on. */
function isInherited(member: string): boolean {
  return member === "from" || member === "of";
}

/**
 * Whether a method is called on something that may be of a class of the program: not on `Math`, `console` or a
 * module, nor on what the library's own constructor has just made.
 */
function isOpen(index: ProgramIndex, node: TS.CallExpression): boolean {
  const callee = skipWrappers(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const receiver = skipWrappers(callee.expression);
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

/** `new X(…)` of a global `X`. */
function isMadeByLibrary(index: ProgramIndex, node: TS.Expression): boolean {
  if (!ts.isNewExpression(node)) return false;
  const made = skipWrappers(node.expression);
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

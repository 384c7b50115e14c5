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
import { overridingMembers } from "./subclasses.js";
import { constructors, memberEffects } from "./tables.js";

export interface LibraryCallee {
  readonly name: string;
  readonly effects: readonly Effect[];
  /** The shapes of objects that the method belongs to; `null` where the receiver is no buffer or container. */
  readonly receiver: readonly ("buffer" | "array")[] | null;
}

/** A call that is written with arguments, or as a template with a tag. */
export type WrittenCall = TS.CallExpression | TS.TaggedTemplateExpression;

/** The rows for a call of a library function; `null` if any function that may be meant has none (S3). */
export function libraryEffects(index: ProgramIndex, node: WrittenCall): LibraryCallee | null {
  const callee = calleeOf(node);
  const isMember = ts.isPropertyAccessExpression(callee);
  if (!isMember && !ts.isIdentifier(callee)) return null;
  const found = isMember ? index.checker.getSymbolAtLocation(callee.name) : index.symbolOf(callee);
  const symbol = found && index.followAlias(found);
  const rows = symbol && rowsOf(index, node, symbol);
  // What rows say of single arguments is said of those that are written.
  if (ts.isTaggedTemplateExpression(node)) return rows ? tagEffects(symbol, rows) : null;
  const effects = rows && refineEffects(index, node, rows);
  return effects ? { name: symbol.name, effects, receiver: receiverShapes(symbol) } : null;
}

/** Of the library's functions only those are taken as tags that just read whatever they are given. */
function tagEffects(symbol: TS.Symbol, rows: readonly Effect[]): LibraryCallee | null {
  const justRead = rows.every(
    (each) => each.rest === "borrowed" && !each.arguments && each.result.kind === "primitive",
  );
  return justRead ? { name: symbol.name, effects: rows, receiver: receiverShapes(symbol) } : null;
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

export function calleeOf(node: WrittenCall): TS.Expression {
  return skipWrappers(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression);
}

function rowsOf(index: ProgramIndex, node: WrittenCall, symbol: TS.Symbol): Effect[] | null {
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
  node: WrittenCall,
  { owner, member }: { owner: string; member: string },
): readonly Effect[] | null {
  if (owner.endsWith("Constructor") && isInherited(member) && !namesConstructor(index, node, owner))
    return null;
  if (owner === "BufferConstructor" && member === "from")
    return ts.isTaggedTemplateExpression(node) ? null : bufferFromEffects(index, node);
  const effect = memberEffects(owner, member);
  if (!effect || (isMethod(node) && overridingMembers(index).has(member))) return null;
  return [effect];
}

/** Static methods that make an object of the class they are called on. */
function isInherited(member: string): boolean {
  return member === "from" || member === "of";
}

function isMethod(node: WrittenCall): boolean {
  return ts.isPropertyAccessExpression(calleeOf(node));
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

/**
 * Which values of the program may stand where a type of the library is written, other than by a class that derives from it
 * (`subclasses.ts`): TypeScript compares types by their members, so any object that has them all will do.
 *
 * # Idea
 * A row of a library method is believed of a receiver `x` if the type of `x` has all that the library's interface has: of
 * `Pick<Set<T>, "has">` any object with a `has` is one. And nothing in the program may be such an object with a `has` of its own:
 *
 * # Invariants
 * - M1 The receiver's type, of a union each one, has every member that the interface requires.
 * - M2 Not all members of the interface are declared by objects of the program, this one among them. Whether a single object has them all
 *   isn't asked: a class inherits some, `Object.assign` and generic functions put objects together.
 * - M3 The member is not assigned, deleted or defined on an object of the library (`replacements.ts`).
 * - M4 No Proxy is made of an object of that type, or of one whose type is not known.
 *
 * # Example
 * `const sink: Pick<Console, "log"> = { log: (x) => void kept.push(x) }; sink.log(a)` keeps `a`, though the symbol of `sink.log` is
 * that of the library's `Console.log`.
 */
import type TS from "typescript";
import { forEachChild } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { isAnalysedFile, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { isLibrary } from "./lookup.js";
import { Replacements } from "./replacements.js";

interface Substitutes {
  /** The names of all members that literals and classes of the program have, and of those that are assigned. */
  readonly declared: ReadonlySet<string>;
  /** Members of the library's objects that are replaced. */
  readonly replacements: Replacements;
  /** Types that Proxies are made of. */
  readonly proxied: readonly TS.Type[];
}

const known = new WeakMap<ProgramIndex, Substitutes>();

function substitutesOf(index: ProgramIndex): Substitutes {
  let found = known.get(index);
  if (!found) {
    found = collect(index);
    known.set(index, found);
  }
  return found;
}

/** M3: whether an object of the library may have been given another member in the place of this one. */
export function isReplaced(
  index: ProgramIndex,
  member: TS.Declaration,
  { isNew }: { /** Nothing can have been done to the object yet. */ readonly isNew: boolean },
): boolean {
  const { replacements } = substitutesOf(index);
  const interfaceType = isNew ? null : interfaceOf(index, member);
  return replacements.has(member, { isNew, interfaceType });
}

/** Whether an array of the program may have been given a `constructor` of its own, which makes what its methods return. */
export function changesConstructors(index: ProgramIndex): boolean {
  return substitutesOf(index).replacements.changesConstructors;
}

/** Whether a member of any kind, such as `exec` or `[Symbol.replace]`, is given to an object that may be of the interface. */
export function mayHaveOwnMethods(index: ProgramIndex, interfaceType: TS.Type): boolean {
  return substitutesOf(index).replacements.hasAny(interfaceType);
}

/** M2, M4: whether an object that isn't of the library may have this member and all others of its interface. */
export function isImitated(index: ProgramIndex, member: TS.Declaration): boolean {
  const { declared, proxied } = substitutesOf(index);
  const interfaceType = interfaceOf(index, member);
  const name = ts.getNameOfDeclaration(member);
  const symbol = name && index.checker.getSymbolAtLocation(name);
  if (!interfaceType || !symbol) return false;
  if (proxied.some((type) => mayBe(index, type, interfaceType))) return true;
  return declared.has(symbol.name) && requiredOf(interfaceType).every((each) => declared.has(each.name));
}

/** M1: whether the type of a receiver has all that an interface has of those which declare the member. */
export function isWhole(
  index: ProgramIndex,
  receiver: TS.Expression,
  members: readonly TS.Declaration[],
): boolean {
  const interfaces = members.map((each) => interfaceOf(index, each));
  const type = index.checker.getNonNullableType(index.checker.getTypeAtLocation(receiver));
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => {
    const own = index.checker.getApparentType(part);
    return interfaces.some((each) => each === null || hasAll(own, each));
  });
}

/** The interface that a member is declared in; `null` for a member of a class, a namespace or a module. */
function interfaceOf(index: ProgramIndex, { parent }: TS.Declaration): TS.Type | null {
  if (!ts.isInterfaceDeclaration(parent)) return null;
  const symbol = index.checker.getSymbolAtLocation(parent.name);
  return symbol ? index.checker.getDeclaredTypeOfSymbol(symbol) : null;
}

const verdicts = new WeakMap<TS.Type, WeakMap<TS.Type, boolean>>();

export function hasAll(type: TS.Type, interfaceType: TS.Type): boolean {
  const of = verdicts.get(type) ?? new WeakMap<TS.Type, boolean>();
  verdicts.set(type, of);
  let verdict = of.get(interfaceType);
  if (verdict === undefined) {
    verdict = requiredOf(interfaceType).every((each) => hasMember(type, each));
    of.set(interfaceType, verdict);
  }
  return verdict;
}

export function requiredOf(interfaceType: TS.Type): TS.Symbol[] {
  return interfaceType.getProperties().filter((each) => !(each.flags & ts.SymbolFlags.Optional));
}

export function hasMember(type: TS.Type, { name, escapedName }: TS.Symbol): boolean {
  // The name of a property under a symbol is no text that can be asked for.
  if (name.startsWith("__@")) return type.getProperties().some((each) => each.escapedName === escapedName);
  return type.getProperty(name) !== undefined;
}

/** Whether a Proxy of `type` may be taken for an object of the interface. */
function mayBe(index: ProgramIndex, type: TS.Type, interfaceType: TS.Type): boolean {
  const { Any, Unknown, NonPrimitive, TypeParameter } = ts.TypeFlags;
  if (type.flags & (Any | Unknown | NonPrimitive | TypeParameter)) return true;
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((each) => hasAll(index.checker.getApparentType(each), interfaceType));
}

// Collecting

interface Walk {
  readonly index: ProgramIndex;
  readonly declared: Set<string>;
  readonly replacements: Replacements;
  readonly proxied: TS.Type[];
}

function collect(index: ProgramIndex): Substitutes {
  const declared = new Set<string>();
  const walk: Walk = { index, declared, replacements: new Replacements(index, declared), proxied: [] };
  const visit = (node: TS.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    noteNode(walk, node);
    forEachChild(node, visit);
  };
  for (const file of index.program.getSourceFiles()) if (isAnalysedFile(index.program, file)) visit(file);
  return walk;
}

function noteNode(walk: Walk, node: TS.Node): void {
  if (ts.isObjectLiteralExpression(node)) noteLiteral(walk, node);
  else if (ts.isClassLike(node)) noteClass(walk, node);
  else if (ts.isNewExpression(node) && isNamed(node.expression, "Proxy")) noteProxy(walk, node);
  else walk.replacements.note(node);
}

function noteLiteral(walk: Walk, node: TS.ObjectLiteralExpression): void {
  for (const { name } of node.properties) {
    // What is spread brings members of its own; the name of a symbol's property only the type knows.
    if (!name || ts.isComputedPropertyName(name))
      return noteType(walk, walk.index.checker.getTypeAtLocation(node));
    walk.declared.add(name.text);
  }
}

function noteClass(walk: Walk, node: TS.ClassLikeDeclaration): void {
  const { symbol } = node as { symbol?: TS.Symbol };
  if (!symbol) return;
  // What it inherits from the library is the library's.
  const { checker } = walk.index;
  for (const type of [checker.getDeclaredTypeOfSymbol(symbol), checker.getTypeOfSymbol(symbol)])
    for (const each of type.getProperties())
      if (!each.declarations?.every((declaration) => isLibrary(walk.index, declaration)))
        walk.declared.add(each.name);
}

function noteType({ declared }: Walk, type: TS.Type): void {
  for (const each of type.getProperties()) declared.add(each.name);
}

function noteProxy({ index, proxied }: Walk, node: TS.NewExpression): void {
  const [target] = node.arguments ?? [];
  if (target) proxied.push(index.checker.getTypeAtLocation(target), index.checker.getTypeAtLocation(node));
}

export function isNamed(node: TS.Expression, name: string): boolean {
  const inner = skipWrappers(node);
  return ts.isIdentifier(inner) && inner.text === name;
}

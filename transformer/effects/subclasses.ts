/**
 * Which methods of library types the program's own classes may override: a value that is typed `Uint8Array` may be
 * of the program's `class Pixels extends Uint8Array`, whose `set` is not the library's.
 *
 * The checker says what a class derives from, the interfaces it implements among it; what derives from something
 * unknown may be anything.
 */
import type TS from "typescript";
import { forEachChild } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { isAnalysedFile } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { isLibrary, libraryInterfaceOf } from "./lookup.js";

/** Member names by the family of library types whose objects may have them; {@link anything} stands for all of either. */
type Overrides = ReadonlyMap<string, ReadonlySet<string>>;

const anything = "*";
const known = new WeakMap<ProgramIndex, Overrides>();

/** Whether an object that is typed as the library's `owner` may have a `member` of a class of the program. */
export function mayBeOverridden(
  index: ProgramIndex,
  { owner, member }: { owner: string; member: string },
): boolean {
  let overrides = known.get(index);
  if (!overrides) {
    overrides = collect(index);
    known.set(index, overrides);
  }
  return [familyOf(owner), anything].some((family) => {
    const names = overrides.get(family);
    return names !== undefined && (names.has(member) || names.has(anything));
  });
}

/** Types that a class may stand for together: a class that implements `ReadonlyMap` may have what makes it a `Map`. */
function familyOf(owner: string): string {
  const name = owner.slice(owner.lastIndexOf(".") + 1);
  const [, base = name, suffix = ""] = /^(?:Readonly)?(.*?)(Constructor)?$/.exec(name) ?? [];
  return (base !== "Array" && /Array$|^Buffer$/.test(base) ? "TypedArray" : base) + suffix;
}

function collect(index: ProgramIndex): Overrides {
  const overrides = new Map<string, Set<string>>();
  const add = (family: string, names: Iterable<string>): void => {
    const all = overrides.get(family) ?? new Set();
    for (const name of names) all.add(name);
    overrides.set(family, all);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isClassLike(node) && node.heritageClauses) {
      const bases = basesOf(index, node);
      if (bases.size > 0) {
        const own = ownMembers(index, node);
        for (const base of bases) {
          add(base, own.instance);
          add(base === anything ? base : `${base}Constructor`, own.static);
        }
      }
    }
    forEachChild(node, visit);
  };
  for (const file of index.program.getSourceFiles()) {
    if (!isLibrary(index, file) && /\b(?:extends|implements)\b/.test(file.text)) visit(file);
  }
  return overrides;
}

/** The families of library types that a class derives from, by extending and by implementing. */
function basesOf(index: ProgramIndex, node: TS.ClassLikeDeclaration): Set<string> {
  const bases = new Set<string>();
  const seen = new Set<TS.Type>();
  const visit = (type: TS.Type): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.isUnionOrIntersection()) return type.types.forEach(visit);
    const { symbol } = type as { symbol?: TS.Symbol };
    if (!symbol || type.flags & (ts.TypeFlags.Any | ts.TypeFlags.TypeParameter))
      return void bases.add(anything);
    if (symbol.declarations?.some((each) => isLibrary(index, each))) bases.add(familyOf(symbol.name));
    for (const base of index.checker.getDeclaredTypeOfSymbol(symbol).getBaseTypes() ?? []) visit(base);
    if (type.isClassOrInterface() || symbol.flags & ts.SymbolFlags.Class)
      implementedBy(symbol).forEach(visit);
  };
  const implementedBy = (symbol: TS.Symbol): TS.Type[] =>
    (symbol.declarations ?? [])
      .filter(ts.isClassLike)
      .flatMap((each) =>
        (each.heritageClauses ?? [])
          .filter((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword)
          .flatMap((clause) => clause.types.map((type) => index.checker.getTypeAtLocation(type))),
      );
  for (const clause of node.heritageClauses ?? [])
    for (const type of clause.types) visit(index.checker.getTypeAtLocation(type));
  return bases;
}

interface Members {
  readonly instance: readonly string[];
  readonly static: readonly string[];
}

/** What a class declares, and what it inherits from classes that are not the library's. */
function ownMembers(index: ProgramIndex, node: TS.ClassLikeDeclaration): Members {
  const { symbol } = node as unknown as { symbol?: TS.Symbol };
  if (!symbol || node.members.some((each) => each.name && isUnclear(each.name)))
    return { instance: [anything], static: [anything] };
  const { checker } = index;
  const namesOf = (type: TS.Type): string[] =>
    type
      .getProperties()
      .filter((each) => !each.declarations?.every((declaration) => isLibrary(index, declaration)))
      .map((each) => each.name);
  return {
    instance: namesOf(checker.getDeclaredTypeOfSymbol(symbol)),
    static: namesOf(checker.getTypeOfSymbolAtLocation(symbol, node)),
  };
}

/** A computed name that may be any; a symbol is no name that a row has. */
function isUnclear(name: TS.PropertyName): boolean {
  if (!ts.isComputedPropertyName(name)) return false;
  const { expression } = name;
  const isSymbol =
    ts.isPropertyAccessExpression(expression) &&
    ts.isIdentifier(expression.expression) &&
    expression.expression.text === "Symbol";
  return !isSymbol && !ts.isStringLiteralLike(expression) && !ts.isNumericLiteral(expression);
}

/**
 * Whether some class of the program may extend a typed array: then a value typed as one may be of that class, and a
 * constructor typed as `Float64Array`'s may be that class. The program's own classes are asked for the type of what
 * they extend, whatever it is called; declaration files for their words.
 */
export function subclassesTypedArrays(index: ProgramIndex): boolean {
  let answer = typedArraySubclasses.get(index);
  if (answer === undefined) {
    answer = index.program.getSourceFiles().some((file) => hasTypedArraySubclass(index, file));
    typedArraySubclasses.set(index, answer);
  }
  return answer;
}

const typedArraySubclasses = new WeakMap<ProgramIndex, boolean>();
const typedArraySubclass = /\bclass\b[^{}]*\bextends\s+(?:globalThis\.)?\w*(?:Array|Buffer)\b/;

function hasTypedArraySubclass(index: ProgramIndex, file: TS.SourceFile): boolean {
  if (index.program.isSourceFileDefaultLibrary(file) || !/\bextends\b/.test(file.text)) return false;
  const isOwn = isAnalysedFile(index.program, file);
  return (isOwn || typedArraySubclass.test(file.text)) && extendsBuffer(index, file);
}

/** Whether a class in `node` extends a typed array, a Buffer, or something of unknown type. */
function extendsBuffer(index: ProgramIndex, node: TS.Node): boolean {
  if (ts.isClassLike(node)) {
    const clause = node.heritageClauses?.find((each) => each.token === ts.SyntaxKind.ExtendsKeyword);
    const base = clause?.types[0]?.expression;
    if (base && isBufferClass(index, index.checker.getTypeAtLocation(base))) return true;
  }
  return forEachChild(node, (child) => extendsBuffer(index, child) || undefined) ?? false;
}

/** Whether `new` of a value of that type may make a buffer. A class that extends another is looked at where it is declared. */
function isBufferClass(index: ProgramIndex, type: TS.Type): boolean {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
  const name = libraryInterfaceOf(index, type);
  if (name && /(?:Array|Buffer)Constructor$/.test(name)) return true;
  return type.getConstructSignatures().some((signature) => inheritsBuffer(index, signature.getReturnType()));
}

function inheritsBuffer(index: ProgramIndex, type: TS.Type): boolean {
  const name = libraryInterfaceOf(index, type);
  if (name !== null && /(?:Array|Buffer)$/.test(name)) return true;
  return type.getBaseTypes()?.some((each) => inheritsBuffer(index, each)) ?? false;
}

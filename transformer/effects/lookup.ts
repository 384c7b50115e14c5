/**
 * Finds the effect row of a library call, by resolved symbol: the member must be declared by the language's
 * own library (or `@types/node`), in an interface that a table knows. A name alone proves nothing.
 */
import type TS from "typescript";
import type { Effect } from "../ir/effect.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { constructors, functionEffects, memberEffects } from "./tables.js";

export interface LibraryCallee {
  readonly name: string;
  readonly effects: readonly Effect[];
}

/** The rows for a call of a library function; `null` if any function that may be meant has none (S3). */
export function libraryEffects(index: ProgramIndex, node: TS.CallExpression): LibraryCallee | null {
  const callee = skipWrappers(node.expression);
  if (ts.isIdentifier(callee)) {
    const symbol = index.symbolOf(callee);
    if (!symbol?.declarations?.length || !symbol.declarations.every((each) => isLibrary(index, each)))
      return null;
    const effect = functionEffects.get(symbol.name);
    return effect ? { name: symbol.name, effects: [effect] } : null;
  }
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const symbol = index.checker.getSymbolAtLocation(callee.name);
  const effects = symbol && memberRows(index, symbol);
  if (!effects) return null;
  if (
    index.subclassesTypedArrays &&
    effects.some((each) => each.result.kind === "fresh-buffer-like-receiver")
  ) {
    return { name: symbol.name, effects: effects.map(asPossibleView) };
  }
  return { name: symbol.name, effects };
}

/** Where a program subclasses typed arrays, a method may be the subclass's own or build its result. */
function asPossibleView(effect: Effect): Effect {
  if (effect.result.kind !== "fresh-buffer-like-receiver") return effect;
  return { ...effect, result: { kind: "fresh-buffer-or-view" } };
}

function memberRows(index: ProgramIndex, symbol: TS.Symbol): Effect[] | null {
  const declarations = symbol.declarations ?? [];
  const rows = new Set<Effect>();
  for (const declaration of declarations) {
    if (!isLibrary(index, declaration)) return null;
    const owner = ownerName(declaration);
    const effect = owner && memberEffects(owner, symbol.name);
    if (!effect) return null;
    rows.add(effect);
  }
  return rows.size > 0 ? [...rows] : null;
}

/** The interface (or namespace, or global variable's literal type) that declares a member. */
function ownerName(declaration: TS.Declaration): string | null {
  const { parent } = declaration;
  if (ts.isInterfaceDeclaration(parent)) return parent.name.text;
  if (ts.isModuleBlock(parent) && ts.isIdentifier(parent.parent.name)) return parent.parent.name.text;
  return null;
}

export function isLibrary(index: ProgramIndex, node: TS.Node): boolean {
  const file = node.getSourceFile();
  return (
    index.program.isSourceFileDefaultLibrary(file) ||
    (file.isDeclarationFile && /[\\/]node_modules[\\/]@types[\\/]node[\\/]/.test(file.fileName))
  );
}

/** The name of the library interface that `type` is, if a declaration of it is the library's (augmenting an interface changes no object). */
export function libraryInterfaceOf(index: ProgramIndex, type: TS.Type): string | null {
  const symbol = type.symbol as TS.Symbol | undefined;
  const declarations = symbol?.declarations;
  if (!symbol || !declarations?.length) return null;
  return declarations.some((each) => isLibrary(index, each)) ? symbol.name : null;
}

/** The rows for `new name(…)`, other than buffers and views. */
export function constructorEffects(name: string): readonly Effect[] | null {
  const effect = constructors.get(name);
  return effect ? [effect] : null;
}

/**
 * Whether what a declaration gives to a name may have been replaced by way of an object that has it as a property.
 *
 * # Idea
 * What a namespace exports is a property of the object that the namespace is; what a module exports that is emitted as CommonJS, one of
 * `exports`; a function that a script declares, one of the global object. Nobody may assign such a property by its name, but types are
 * compared by their members, and forget what is read-only: `const n: { f: F } = N; n.f = g`. Nested namespaces are reached by way of the outer one
 * (`n.inner.f = g`), and those that a module exports by way of that, whatever its format.
 *
 * # Invariants
 * - R1 A property is replaced only if a member of its name is assigned on its namespace, or if some namespace is used as a value, and a member of
 *   its name, or of one that is not known, is given a value anywhere.
 *
 * # Example
 * Negative: in an ES module `import * as all from "./n"` gives an object that can't be changed, and `f` stays what `n.ts` declares.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { namesOf } from "./find-uses.js";
import { emitsCommonJs } from "./module-format.js";
import type { ProgramIndex } from "./program-index.js";
import { isAnalysedFile, namespaceOf } from "./syntax.js";

/** An object that has what is declared as a property. */
interface Owner {
  /** What names it; `null` where nothing does, or more than is looked for: then it counts as named by whatever a member is assigned on. */
  readonly symbol: TS.Symbol | null;
  /** Whether it may be known under another type. */
  readonly isExposed: boolean;
}

const known = new WeakMap<ProgramIndex, Map<TS.Symbol, boolean>>();

export function isReplacedProperty(index: ProgramIndex, symbol: TS.Symbol): boolean {
  const found = known.get(index) ?? new Map<TS.Symbol, boolean>();
  known.set(index, found);
  let isReplaced = found.get(symbol);
  if (isReplaced === undefined) {
    isReplaced = find(index, symbol);
    found.set(symbol, isReplaced);
  }
  return isReplaced;
}

function find(index: ProgramIndex, symbol: TS.Symbol): boolean {
  const { valueDeclaration } = symbol;
  // What JavaScript does to the modules of others is not looked for.
  if (!valueDeclaration || index.packages) return false;
  const owner = ownerOf(index, symbol, valueDeclaration);
  if (!owner) return false;
  const { assigned, assignedIn, definesAnyName } = index.classes.memberFacts;
  if (owner.isExposed && definesAnyName) return true;
  const names = propertyNames(index, symbol, valueDeclaration);
  const isAssigned = names.some((each) => assigned.has(each));
  if (owner.isExposed || !owner.symbol) return isAssigned;
  const onIt = assignedIn.get(owner.symbol);
  return isAssigned && names.some((each) => onIt?.has(each));
}

/** What has a declaration as a property in the output; `null` for what is a variable there. */
function ownerOf(index: ProgramIndex, symbol: TS.Symbol, declaration: TS.Declaration): Owner | null {
  const file = declaration.getSourceFile();
  if (!isAnalysedFile(index.program, file)) return null;
  const { exposesNamespaces, exposesGlobals } = index.classes.memberFacts;
  const namespace = namespaceOf(declaration);
  if (namespace) return { symbol: symbolOf(namespace), isExposed: exposesNamespaces };
  if (isGlobalFunction(declaration)) return { symbol: null, isExposed: exposesGlobals };
  // In JavaScript any declaration may be exported, by way of any object.
  if (isCommonJsSource(file)) return { symbol: null, isExposed: true };
  if (!index.factsOfBinding(symbol)?.exported || !emitsCommonJs(index.program, file)) return null;
  return { symbol: symbolOf(file), isExposed: exposesNamespaces };
}

/** Whether a file is a CommonJS module as it is written. */
function isCommonJsSource(file: TS.SourceFile): boolean {
  return symbolOf(file) !== null && !ts.isExternalModule(file);
}

/** A function at the top of a script, which is no module of any kind. */
function isGlobalFunction(declaration: TS.Declaration): boolean {
  const { parent } = declaration;
  return ts.isFunctionDeclaration(declaration) && ts.isSourceFile(parent) && symbolOf(parent) === null;
}

function symbolOf(node: TS.ModuleDeclaration | TS.SourceFile): TS.Symbol | null {
  return (node as { symbol?: TS.Symbol }).symbol ?? null;
}

/** All names under which a declaration may be exported. */
function propertyNames(index: ProgramIndex, symbol: TS.Symbol, declaration: TS.Declaration): string[] {
  const files = index.program.getSourceFiles().filter((each) => isAnalysedFile(index.program, each));
  const own = ts.getNameOfDeclaration(declaration);
  const declared = own && ts.isIdentifier(own) ? own.text : symbol.name;
  const module = symbolOf(declaration.getSourceFile());
  const exported = (module ? index.checker.getExportsOfModule(module) : [])
    .filter((each) => index.followAlias(each) === symbol)
    .map(({ name }) => name);
  const names = ["default", ...exported, symbol.name, declared];
  return [...new Set(names.flatMap((each) => namesOf(each, files)))];
}

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

export function isReplacedProperty(index: ProgramIndex, symbol: TS.Symbol): boolean {
  const { valueDeclaration } = symbol;
  // What JavaScript does to the modules of others is not looked for.
  if (!valueDeclaration || index.packages) return false;
  const owner = ownerOf(index, symbol, valueDeclaration);
  if (!owner) return false;
  const { assigned, assignedIn, exposesNamespaces, exposesGlobals, definesAnyName } =
    index.classes.memberFacts;
  const names = propertyNames(index, symbol, valueDeclaration);
  if (owner === "global")
    return names.some((each) => assigned.has(each)) || (exposesGlobals && definesAnyName);
  if (names.some((each) => assignedIn.get(owner)?.has(each))) return true;
  return exposesNamespaces && (definesAnyName || names.some((each) => assigned.has(each)));
}

/** The namespace or module of which a declaration is a property in the output; `null` for what is a variable there. */
function ownerOf(
  index: ProgramIndex,
  symbol: TS.Symbol,
  declaration: TS.Declaration,
): TS.Symbol | "global" | null {
  const file = declaration.getSourceFile();
  if (!isAnalysedFile(index.program, file)) return null;
  const namespace = namespaceOf(declaration);
  if (namespace) return symbolOf(namespace);
  if (isGlobalFunction(declaration)) return "global";
  const isExported = index.factsOfBinding(symbol)?.exported ?? true;
  return isExported && emitsCommonJs(index.program, file) ? symbolOf(file) : null;
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
function propertyNames(index: ProgramIndex, { name }: TS.Symbol, declaration: TS.Declaration): string[] {
  const files = index.program.getSourceFiles().filter((each) => isAnalysedFile(index.program, each));
  const own = ts.getNameOfDeclaration(declaration);
  const declared = own && ts.isIdentifier(own) ? own.text : name;
  return [...new Set(["default", ...namesOf(name, files), ...namesOf(declared, files)])];
}

/**
 * Finds every place of the program that names a constant, other than to declare, import or export it.
 *
 * The names of a file are collected without asking what they mean; only those that are spelled as the constant is, or as an import
 * calls it, are looked up. A constant of a module that is not exported has uses in its own file only.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import type { ProgramIndex } from "./program-index.js";
import { isAnalysedFile, skipWrappers } from "./syntax.js";

/** What a file spells. */
interface Spelling {
  readonly names: ReadonlyMap<string, readonly TS.Identifier[]>;
  /** `import * as name`. */
  readonly namespaces: readonly TS.Identifier[];
  /** Gives somebody an object with all exports of a module, other than `import * as name`. */
  readonly makesNamespace: boolean;
  /** `import { name as other }`, `export { name as other }`: what stands for `name` elsewhere. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

const spellings = new WeakMap<TS.SourceFile, Spelling>();
const namespaceUses = new WeakMap<ProgramIndex, boolean>();

/** All uses of a constant; `null` if there may be others. */
export function findUses(index: ProgramIndex, symbol: TS.Symbol): TS.Expression[] | null {
  const name = symbol.valueDeclaration && ts.getNameOfDeclaration(symbol.valueDeclaration);
  if (!name || !ts.isIdentifier(name)) return null;
  const isExported = index.factsOfBinding(symbol)?.exported ?? false;
  const files = index.program.getSourceFiles().filter((each) => isAnalysedFile(index.program, each));
  if (files.some((each) => spellingOf(each).names.has("eval"))) return null;
  if (isExported && (index.isOpenWorld || givesNamespaces(index, files))) return null;
  const file = name.getSourceFile();
  // What a script declares at its top level, every other file may name.
  const isEverywhere = isExported || !ts.isExternalModule(file);
  const searched = isEverywhere ? files : [file];
  const names = isExported ? namesOf(name.text, files) : [name.text];
  const uses: TS.Expression[] = [];
  for (const each of searched)
    for (const text of names)
      for (const node of spellingOf(each).names.get(text) ?? []) {
        if (!isUse(node) || index.symbolOf(node) !== symbol) continue;
        const { parent } = node;
        // `ns.api` is the use of `api`.
        uses.push(ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node);
      }
  return uses;
}

function spellingOf(file: TS.SourceFile): Spelling {
  let found = spellings.get(file);
  if (!found) {
    found = spell(file);
    spellings.set(file, found);
  }
  return found;
}

function spell(file: TS.SourceFile): Spelling {
  const names = new Map<string, TS.Identifier[]>();
  const namespaces: TS.Identifier[] = [];
  const renames: { from: string; to: string }[] = [];
  let makesNamespace = false;
  const visit = (node: TS.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    makesNamespace ||= isNamespaceMade(node);
    if (ts.isNamespaceImport(node)) namespaces.push(node.name);
    if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name)) namespaces.push(node.name);
    if (ts.isImportClause(node) && node.name) renames.push({ from: "default", to: node.name.text });
    if (ts.isExportAssignment(node) && ts.isIdentifier(node.expression))
      renames.push({ from: node.expression.text, to: "default" });
    if (ts.isImportEqualsDeclaration(node) && !ts.isExternalModuleReference(node.moduleReference))
      renames.push({ from: lastName(node.moduleReference), to: node.name.text });
    if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node))
      renames.push({ from: (node.propertyName ?? node.name).text, to: node.name.text });
    if (ts.isIdentifier(node)) {
      const known = names.get(node.text);
      if (known) known.push(node);
      else names.set(node.text, [node]);
    }
    forEachChild(node, visit);
  };
  visit(file);
  return { names, namespaces, makesNamespace, renames };
}

function lastName(name: TS.EntityName): string {
  return ts.isIdentifier(name) ? name.text : name.right.text;
}

function isNamespaceMade(node: TS.Node): boolean {
  if (ts.isNamespaceExport(node) || ts.isExternalModuleReference(node)) return true;
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === "require")
  );
}

/** Whether some namespace object is used other than to read a member of it. */
function givesNamespaces(index: ProgramIndex, files: readonly TS.SourceFile[]): boolean {
  let found = namespaceUses.get(index);
  if (found === undefined) {
    found = files.some((file) => {
      const { names, makesNamespace } = spellingOf(file);
      return makesNamespace || namespacesOf(files).some((name) => (names.get(name) ?? []).some(givesIt));
    });
    namespaceUses.set(index, found);
  }
  return found;

  function givesIt(node: TS.Identifier): boolean {
    if (!isUse(node) || isMemberBase(node)) return false;
    if (ts.isModuleDeclaration(node.parent)) return false;
    return !!((index.symbolOf(node)?.flags ?? 0) & ts.SymbolFlags.ValueModule);
  }
}

function namespacesOf(files: readonly TS.SourceFile[]): string[] {
  const names = files.flatMap((each) => spellingOf(each).namespaces.map((name) => name.text));
  return [...new Set(names.flatMap((name) => namesOf(name, files)))];
}

/** What the program calls the constant: its name, and whatever imports and exports make of it. */
export function namesOf(name: string, files: readonly TS.SourceFile[]): string[] {
  const renames = files.flatMap((each) => spellingOf(each).renames);
  const names = new Set([name]);
  for (const each of names) for (const { from, to } of renames) if (from === each) names.add(to);
  return [...names];
}

/** Not the name in a declaration, an import or an export. */
function isUse(node: TS.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportClause(parent) || ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent)) return false;
  if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent)) return false;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  return !(ts.isVariableDeclaration(parent) && parent.name === node);
}

/** What wrappers make of `node`: parentheses, assertions. */
export function wrapped(node: TS.Expression): TS.Expression {
  let at = node;
  while (ts.isExpression(at.parent) && skipWrappers(at.parent) === skipWrappers(node)) at = at.parent;
  return at;
}

export function isMemberBase(node: TS.Expression): boolean {
  const outer = wrapped(node);
  const { parent } = outer;
  return ts.isPropertyAccessExpression(parent) && parent.expression === outer;
}

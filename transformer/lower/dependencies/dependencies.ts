/**
 * What the program calls in its dependencies: from a name that declarations give a type to the function or class that runs.
 *
 * # Idea
 * A name is followed to the import that brought it into the program; the file that runs for that import has an export of that name.
 * From there on the dependency's own code is lowered and summarised as the program's own is.
 *
 * # Invariants
 * - D4 A function is known only if its module binds the exported name to it for good.
 * - D5 A class is known only if nothing in the dependencies' code replaces members in ways that are not understood.
 *
 * # Example
 * `import { xMedian } from "ml-spectra-processing"; xMedian(tmp)`: the export `xMedian` of `lib/index.js`, which is that of
 * `lib/x/xMedian.js`.
 */
import type TS from "typescript";
import type { ClassInfo } from "../../ir/class.js";
import { ts } from "../../typescript.js";
import { functionOfSymbol } from "../callee.js";
import { ProgramIndex } from "../program-index.js";
import { skipWrappers, type Unit } from "../syntax.js";
import {
  type DependencyFiles,
  declarationsOf,
  findDependencyFiles,
  importKey,
  packageOf,
} from "./find-files.js";
import { readDependencies } from "./read-program.js";

/** What an import brings into the program. */
interface Imported {
  readonly file: TS.SourceFile;
  readonly module: TS.StringLiteral;
  /** The export's name; `*` for all of them. */
  readonly name: string;
}

export class Dependencies {
  private readonly found = new Map<TS.Symbol, TS.Symbol | null>();

  private constructor(
    private readonly main: ProgramIndex,
    private readonly files: DependencyFiles,
    /** The dependencies' own code. */
    readonly index: ProgramIndex,
  ) {}

  /** The dependencies of a program; `null` if it has none whose code can be read. */
  static of(main: ProgramIndex): Dependencies | null {
    const files = findDependencyFiles(main.program);
    if (files.definitions.size === 0) return null;
    const program = readDependencies(main.program, rootsOf(files));
    return new Dependencies(main, files, ProgramIndex.ofDependencies(program, main, files));
  }

  /** Whether a function is of a dependency. */
  has(node: Unit): boolean {
    return this.index.program.getSourceFile(node.getSourceFile().fileName) === node.getSourceFile();
  }

  /** The function that an expression of the program names. */
  functionNamed(callee: TS.Expression): TS.FunctionLikeDeclaration | null {
    const symbol = this.symbolNamed(callee);
    return symbol && functionOfSymbol(this.index, symbol);
  }

  /** The class that an expression of the program names. */
  classNamed(expression: TS.Expression): ClassInfo | null {
    const symbol = this.symbolNamed(expression);
    return symbol && this.index.classes.infoOfSymbol(symbol);
  }

  /** The dependency's own symbol for a name of the program. */
  private symbolNamed(expression: TS.Expression): TS.Symbol | null {
    const node = skipWrappers(expression);
    if (ts.isIdentifier(node)) {
      const symbol = this.main.localSymbolOf(node);
      return symbol ? this.exported(symbol) : null;
    }
    if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return null;
    const namespace = this.main.localSymbolOf(node.expression);
    const imported = namespace && this.importOf(namespace);
    return imported?.name === "*" ? this.exportOf({ ...imported, name: node.name.text }) : null;
  }

  private exported(symbol: TS.Symbol): TS.Symbol | null {
    let found = this.found.get(symbol);
    if (found === undefined) {
      const imported = this.importOf(symbol);
      found = imported && imported.name !== "*" ? this.exportOf(imported) : null;
      this.found.set(symbol, found);
    }
    return found;
  }

  /** The import of a dependency that a name of the program comes from, through the program's own modules. */
  private importOf(symbol: TS.Symbol): Imported | null {
    const { checker } = this.main;
    const seen = new Set<TS.Symbol>();
    for (let at: TS.Symbol | undefined = symbol; at && !seen.has(at); ) {
      seen.add(at);
      if (!(at.flags & ts.SymbolFlags.Alias)) return null;
      const imported = importAt(at.declarations?.[0]);
      if (imported && declarationsOf(checker, imported.module)) return imported;
      at = (checker as AliasChecker).getImmediateAliasedSymbol(at);
    }
    return null;
  }

  private exportOf({ file, module, name }: Imported): TS.Symbol | null {
    const definition =
      this.files.definitions.get(importKey(file, module.text, name)) ??
      this.files.definitions.get(importKey(file, module.text, "*"));
    const { checker, program } = this.index;
    const source = definition && program.getSourceFile(definition.path);
    // The compiler gives no symbol for a module without imports and exports of the language's own.
    const exports =
      source && (checker.getSymbolAtLocation(source) ?? (source as { symbol?: TS.Symbol }).symbol);
    if (!source || !exports) return null;
    const own = definition.name === "*" ? name : definition.name;
    const symbol =
      own === "default" && isCommonJs(source)
        ? exports.exports?.get(ts.InternalSymbolName.ExportEquals as TS.__String)
        : checker.tryGetMemberInModuleExports(own, exports);
    return symbol ? this.index.followAlias(symbol) : null;
  }
}

/** The text of a package that is read at most, in characters. */
const largestPackage = 400_000;

/** The modules that define what the program imports, of packages that are not too large. */
function rootsOf({ definitions, readFrom }: DependencyFiles): string[] {
  const paths = new Set([...definitions.values()].map(({ path }) => path));
  const byPackage = new Map<string, Set<string>>();
  for (const path of paths) {
    const folder = packageOf(path);
    byPackage.set(folder, (byPackage.get(folder) ?? new Set()).add(path));
  }
  return [...byPackage].flatMap(([folder, own]) => {
    let size = 0;
    for (const text of readFrom(folder, own).values()) size += text.length;
    return size > largestPackage ? [] : [...own];
  });
}

interface AliasChecker extends TS.TypeChecker {
  getImmediateAliasedSymbol(symbol: TS.Symbol): TS.Symbol | undefined;
}

function importAt(declaration: TS.Declaration | undefined): Imported | null {
  if (!declaration) return null;
  const file = declaration.getSourceFile();
  const of = (module: TS.Expression | undefined, name: string): Imported | null =>
    module && ts.isStringLiteral(module) ? { file, module, name } : null;
  if (ts.isImportSpecifier(declaration))
    return of(declaration.parent.parent.parent.moduleSpecifier, nameOf(declaration));
  if (ts.isImportClause(declaration)) return of(declaration.parent.moduleSpecifier, "default");
  if (ts.isNamespaceImport(declaration)) return of(declaration.parent.parent.moduleSpecifier, "*");
  if (ts.isExportSpecifier(declaration))
    return of(declaration.parent.parent.moduleSpecifier, nameOf(declaration));
  return null;
}

function nameOf({ propertyName, name }: TS.ImportSpecifier | TS.ExportSpecifier): string {
  return (propertyName ?? name).text;
}

/** A module that has no import or export of its own: its default export is what `module.exports` is. */
function isCommonJs(file: TS.SourceFile): boolean {
  return !file.statements.some(
    (each) =>
      ts.isImportDeclaration(each) ||
      ts.isExportDeclaration(each) ||
      ts.isExportAssignment(each) ||
      (ts.canHaveModifiers(each) &&
        each.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)),
  );
}

/**
 * Finds the JavaScript that runs for what the program imports from `node_modules`, where the compiler has read declarations only.
 *
 * # Idea
 * The compiler resolves a module name once more, without declarations, in the mode of the import: what it finds then is the file
 * that Node loads for it (`exports` with its conditions, `main`, extensions). An index of a package re-exports hundreds of modules, of
 * which the program uses a few: so a name is followed to the module that defines it, by the text of the export statements.
 *
 * # Invariants
 * - D1 What an import gets is the file that Node would load for the format that the importing file is emitted in.
 *
 * # Example
 * `import { xMedian } from "ml-spectra-processing"` resolves to `lib/index.js`, which has `export * from "./x/index.js"`, and so on to
 * `lib/x/xMedian.js`. That, and what it imports, is all that is read.
 */
import type TS from "typescript";
import { ts } from "../../typescript.js";
import { isAnalysedFile } from "../syntax.js";

/** A module's export. */
export interface Export {
  readonly path: string;
  /** `*` for all of them. */
  readonly name: string;
}

export interface DependencyFiles {
  /** By importing file, module name and export, where that is defined. */
  readonly definitions: ReadonlyMap<string, Export>;
  /** The texts of all modules that importing a package's modules loads, by path, as far as they are its own. */
  readonly textsOf: (folder: string) => ReadonlyMap<string, string>;
  /** The same of the modules that define what the program imports. */
  readonly readFrom: (folder: string, paths: ReadonlySet<string>) => ReadonlyMap<string, string>;
}

/** The folder of the package that a file belongs to. */
export function packageOf(fileName: string): string {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(fileName)?.[0] ?? fileName;
}

export const importKey = (file: TS.SourceFile, module: string, name: string): string =>
  `${file.fileName}\0${module}\0${name}`;

/** The compiler's option that leaves declarations out of sight; it has no type, since editors alone use it. */
export const withoutDeclarations = { noDtsResolution: true } as const;

export function findDependencyFiles(program: TS.Program): DependencyFiles {
  const definitions = new Map<string, Export>();
  const entries = new Set<string>();
  const search = new Search(program.getCompilerOptions());
  const checker = program.getTypeChecker();
  for (const file of program.getSourceFiles()) {
    if (!isAnalysedFile(program, file)) continue;
    for (const { module, names } of importsOf(checker, file)) {
      if (names.length === 0 || !declarationsOf(checker, module)) continue;
      const mode = ts.getModeForUsageLocation(file, module, search.options);
      const path = search.resolve(module.text, file.fileName, mode);
      for (const name of path ? names : []) {
        entries.add(path as string);
        const definition = search.definitionOf({ path: path as string, name });
        if (definition) definitions.set(importKey(file, module.text, name), definition);
      }
    }
  }
  return {
    definitions,
    textsOf: (folder) => search.textsBelow(folder, entries),
    readFrom: (folder, paths) => search.textsBelow(folder, paths),
  };
}

/** How the program resolves modules. */
export function resolutionOf(options: TS.CompilerOptions): TS.CompilerOptions {
  const { module, moduleResolution, customConditions, resolvePackageJsonExports, baseUrl, paths } = options;
  return {
    ...(module === undefined ? {} : { module }),
    ...(moduleResolution === undefined ? {} : { moduleResolution }),
    ...(customConditions === undefined ? {} : { customConditions }),
    ...(resolvePackageJsonExports === undefined ? {} : { resolvePackageJsonExports }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(paths === undefined ? {} : { paths }),
  };
}

interface Import {
  readonly module: TS.StringLiteral;
  /** The exports that are imported and are values. */
  readonly names: readonly string[];
}

function importsOf(checker: TS.TypeChecker, file: TS.SourceFile): Import[] {
  return file.statements.flatMap((statement) => {
    const isModule = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    const module = isModule ? statement.moduleSpecifier : undefined;
    if (!isModule || !module || !ts.isStringLiteral(module)) return [];
    const names = ts.isImportDeclaration(statement)
      ? namesOfClause(checker, statement.importClause)
      : namesOfBindings(checker, statement.exportClause);
    return [{ module, names }];
  });
}

function namesOfClause(checker: TS.TypeChecker, clause: TS.ImportClause | undefined): string[] {
  if (!clause || clause.isTypeOnly) return [];
  const own = clause.name && isValue(checker, clause.name) ? ["default"] : [];
  return [...own, ...namesOfBindings(checker, clause.namedBindings)];
}

function namesOfBindings(
  checker: TS.TypeChecker,
  bindings: TS.NamedImportBindings | TS.NamedExportBindings | undefined,
): string[] {
  if (!bindings || ts.isNamespaceExport(bindings)) return [];
  if (ts.isNamespaceImport(bindings)) return ["*"];
  return bindings.elements
    .filter((each) => !each.isTypeOnly && isValue(checker, each.name))
    .map(({ propertyName, name }) => (propertyName ?? name).text);
}

function isValue(checker: TS.TypeChecker, name: TS.Node): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (!symbol) return false;
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target.flags & ts.SymbolFlags.Value) !== 0;
}

/** The declaration file of a dependency that a module name means. */
export function declarationsOf(checker: TS.TypeChecker, name: TS.Expression): TS.SourceFile | null {
  const file = checker.getSymbolAtLocation(name)?.declarations?.[0]?.getSourceFile();
  if (!file?.isDeclarationFile || !/[\\/]node_modules[\\/]/.test(file.fileName)) return null;
  return /[\\/]node_modules[\\/]@types[\\/]node[\\/]/.test(file.fileName) ? null : file;
}

/** Modules that one import may lead through. */
const mostModules = 2000;

class Search {
  readonly options: TS.CompilerOptions;
  private readonly texts = new Map<string, string>();
  private readonly resolved = new Map<string, string | null>();

  constructor(options: TS.CompilerOptions) {
    this.options = { ...resolutionOf(options), ...withoutDeclarations, allowJs: true };
  }

  resolve(module: string, from: string, mode: TS.ResolutionMode): string | null {
    const key = `${from}\0${module}\0${mode}`;
    let path = this.resolved.get(key);
    if (path === undefined) {
      const { resolvedModule } = ts.resolveModuleName(
        module,
        from,
        this.options,
        ts.sys,
        undefined,
        undefined,
        mode,
      );
      const file = resolvedModule?.resolvedFileName;
      path = file && /\.[cm]?js$/.test(file) ? file : null;
      this.resolved.set(key, path);
    }
    return path;
  }

  /** The module that defines an export, and the name that it has there. What this misses is unknown. */
  definitionOf(wanted: Export): Export | null {
    const seen = new Set<string>();
    const queue = [wanted];
    for (let at = queue.pop(); at && seen.size < mostModules; at = queue.pop()) {
      const key = `${at.path}\0${at.name}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const text = this.textOf(at.path);
      if (at.name === "*" || at.name === "default" || defines(text, at.name)) return at;
      const moved = reexported(text, at.name);
      if (moved && !moved.from) return at;
      const sources = moved ? [moved] : starExports(text).map((from) => ({ from, name: wanted.name }));
      for (const { from, name } of sources) {
        const path = from === null ? null : this.resolve(from, at.path, modeOf(text));
        if (path) queue.push({ path, name });
      }
    }
    return null;
  }

  /** What the modules of `entries` load from `folder`. */
  textsBelow(folder: string, entries: ReadonlySet<string>): Map<string, string> {
    const found = new Map<string, string>();
    const queue = [...entries];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (found.has(path) || !path.startsWith(`${folder}/`)) continue;
      const text = this.textOf(path);
      found.set(path, text);
      for (const [, module = ""] of text.matchAll(/\b(?:from|import|require)\s*\(?\s*["'](\.[^"']*)["']/g)) {
        const next = this.resolve(module, path, modeOf(text));
        if (next) queue.push(next);
      }
    }
    return found;
  }

  private textOf(path: string): string {
    let text = this.texts.get(path);
    if (text === undefined) {
      text = ts.sys.readFile(path) ?? "";
      this.texts.set(path, text);
    }
    return text;
  }
}

function modeOf(text: string): TS.ResolutionMode {
  return /^\s*(?:import|export)\b/m.test(text) ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
}

function defines(text: string, name: string): boolean {
  const escaped = name.replace(/\$/g, "\\$");
  const declared = `\\bexport\\s+(?:async\\s+)?(?:function\\s*\\*?|class|const|let|var)\\s+${escaped}(?![\\w$])`;
  return new RegExp(`${declared}|\\bexports\\.${escaped}\\s*=`).test(text);
}

/** `export { a as name }`, with or without `from`. */
function reexported(
  text: string,
  name: string,
): { readonly from: string | null; readonly name: string } | null {
  for (const [, list = "", from = null] of text.matchAll(
    /\bexport\s*\{([^}]*)\}(?:\s*from\s*["']([^"']+)["'])?/g,
  )) {
    for (const part of list.split(",")) {
      const [own = "", exported = own] = part.trim().split(/\s+as\s+/);
      if (exported === name) return { from, name: own };
    }
  }
  return null;
}

function starExports(text: string): string[] {
  return [
    ...text.matchAll(/\bexport\s*\*\s*from\s*["']([^"']+)["']|__exportStar\(require\(["']([^"']+)["']\)/g),
  ].map(([, esm, commonJs]) => (esm ?? commonJs) as string);
}

/**
 * What the lowering knows of the whole program: stable identities for functions and bindings, and the facts
 * about captured variables that closures need.
 *
 * Facts are computed a source file at a time, on demand: a file that nobody analyses costs nothing.
 */
import type TS from "typescript";
import { invariant } from "../bailout.js";
import type { BindingId, FunctionId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import { type BindingFacts, collectCaptures, type FunctionFacts } from "./captures.js";
import { ClassIndex } from "./classes.js";
import { ConstantObjects } from "./constant-objects.js";
import { ContractIndex } from "./contracts.js";
import { Dependencies } from "./dependencies/dependencies.js";
import type { DependencyFiles } from "./dependencies/find-files.js";
import { type Dependent, Packages } from "./dependencies/packages.js";
import { Identities } from "./identities.js";
import { type FunctionNode, isAnalysedFile, type Unit } from "./syntax.js";

export interface IndexSettings {
  readonly world?: "open" | "closed" | null;
  readonly followsDependencies?: boolean;
  readonly believesUnwatched?: boolean;
}

/**
 * Whether others may extend what a program exports.
 *
 * @param compilerOptions a program that emits declarations is a library
 * @param world what the user says; `null` where nothing
 */
export function isOpenWorld(
  { declaration, composite }: TS.CompilerOptions,
  world: "open" | "closed" | null,
): boolean {
  return world === null ? !!(declaration || composite) : world === "open";
}

export class ProgramIndex {
  readonly checker: TS.TypeChecker;
  /** Classes outside the program may extend what it exports. */
  readonly isOpenWorld: boolean;
  /** Whether promises are relied on that stand in files of which a build may not notice that they change. */
  readonly believesUnwatched: boolean;
  readonly classes = new ClassIndex(this);
  readonly contracts = new ContractIndex(this);
  readonly constantObjects = new ConstantObjects(this);
  /** Calls of which it is being found out what they return: a function that calls itself for that returns nothing known. */
  readonly pendingCalls = new Set<TS.CallExpression>();
  private readonly scannedFiles = new Set<TS.SourceFile>();
  private readonly symbols = new Map<TS.Identifier, TS.Symbol | null | undefined>();
  private readonly bindingFacts = new Map<TS.Symbol, BindingFacts>();
  private readonly functionFacts = new Map<FunctionNode, FunctionFacts>();

  private reached: Dependencies | null | undefined;
  /** The packages whose code this is; `null` for that of the program. */
  readonly packages: Packages | null;

  private constructor(
    readonly program: TS.Program,
    readonly identities: Identities,
    settings: {
      readonly isOpenWorld: boolean;
      readonly followsDependencies: boolean;
      readonly believesUnwatched: boolean;
      /** The program that depends on this code. */
      readonly dependent: Dependent | null;
    },
  ) {
    this.packages = settings.dependent && new Packages(this, settings.dependent);
    this.checker = program.getTypeChecker();
    this.isOpenWorld = settings.isOpenWorld;
    this.believesUnwatched = settings.believesUnwatched;
    if (!settings.followsDependencies) this.reached = null;
  }

  /**
   * @param program the program
   * @param settings `world`: whether others may extend what it exports; by default a program with declarations is a library.
   *   `followsDependencies`: whether the JavaScript of its dependencies is read. `believesUnwatched`: whether the promises of all
   *   declarations are relied on, or only of those of which each build notices when they change
   */
  static of(
    program: TS.Program,
    { world = null, followsDependencies = false, believesUnwatched = true }: IndexSettings = {},
  ): ProgramIndex {
    return new ProgramIndex(program, new Identities(), {
      isOpenWorld: isOpenWorld(program.getCompilerOptions(), world),
      followsDependencies,
      believesUnwatched,
      dependent: null,
    });
  }

  /** The index of what a program depends on. Anybody may extend the classes that a package exports. */
  static ofDependencies(program: TS.Program, main: ProgramIndex, files: DependencyFiles): ProgramIndex {
    return new ProgramIndex(program, main.identities, {
      isOpenWorld: true,
      followsDependencies: false,
      believesUnwatched: true,
      dependent: { index: main, files },
    });
  }

  /** What the program calls in its dependencies; `null` if their code is not read. */
  get dependencies(): Dependencies | null {
    if (this.reached === undefined) this.reached = Dependencies.of(this);
    return this.reached;
  }

  /** The index of the code that a function belongs to: this one, or that of the dependencies. */
  indexOf(node: Unit): ProgramIndex {
    const { reached } = this;
    return reached?.has(node) ? reached.index : this;
  }

  functionId(node: Unit): FunctionId {
    return this.identities.functionId(node);
  }

  functionNode(id: FunctionId): Unit {
    return this.identities.functionNode(id);
  }

  /** The identity of a declared variable, or (given a function node) of that function's own `this`. */
  bindingId(key: TS.Symbol | Unit): BindingId {
    return this.identities.bindingId(key);
  }

  /** What is known of a variable's uses; `undefined` for one that no analysed file declares. */
  factsOfBinding(symbol: TS.Symbol): BindingFacts | undefined {
    const file = symbol.valueDeclaration?.getSourceFile();
    if (file) this.scan(file);
    return this.bindingFacts.get(symbol);
  }

  factsOfFunction(node: FunctionNode): FunctionFacts {
    this.scan(node.getSourceFile());
    const facts = this.functionFacts.get(node);
    invariant(facts, "a function without facts");
    return facts;
  }

  /** The symbol that an identifier in an expression means, aliases (imports) followed. */
  symbolOf(node: TS.Identifier): TS.Symbol | undefined {
    const symbol = this.localSymbolOf(node);
    return symbol && this.followAlias(symbol);
  }

  /** The symbol that an identifier in an expression means in its file. The checker would look the name up each time. */
  localSymbolOf(node: TS.Identifier): TS.Symbol | undefined {
    let symbol = this.symbols.get(node);
    if (symbol === undefined) {
      symbol = this.findSymbol(node);
      this.symbols.set(node, symbol ?? null);
    }
    return symbol ?? undefined;
  }

  private findSymbol(node: TS.Identifier): TS.Symbol | undefined {
    const { parent } = node;
    if (ts.isShorthandPropertyAssignment(parent))
      return this.checker.getShorthandAssignmentValueSymbol(parent);
    // `constructor(private x)` declares a field of that name too; here the parameter is meant.
    if (
      ts.isParameter(parent) &&
      parent.name === node &&
      ts.isParameterPropertyDeclaration(parent, parent.parent)
    )
      return this.checker.getSymbolsOfParameterPropertyDeclaration(parent, node.text)[0];
    return this.checker.getSymbolAtLocation(node);
  }

  followAlias(symbol: TS.Symbol): TS.Symbol {
    // An export that a CommonJS module assigns twice is an alias of two things.
    const isClear = symbol.flags & ts.SymbolFlags.Alias && (symbol.declarations?.length ?? 1) === 1;
    return isClear ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  private scan(file: TS.SourceFile): void {
    if (this.scannedFiles.has(file)) return;
    this.scannedFiles.add(file);
    if (!isAnalysedFile(this.program, file)) return;
    collectCaptures({ index: this, file, bindings: this.bindingFacts, functions: this.functionFacts });
  }
}

/**
 * What the lowering knows of the whole program: stable identities for functions and bindings, and the facts
 * about captured variables that closures need.
 *
 * Facts are computed a source file at a time, on demand: a file that nobody analyses costs nothing.
 */
import type TS from "typescript";
import { invariant } from "../bailout.js";
import { type BindingId, brandId, type FunctionId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import { type BindingFacts, collectCaptures, type FunctionFacts } from "./captures.js";
import { ClassIndex } from "./classes.js";
import { ConstantObjects } from "./constant-objects.js";
import { ContractIndex } from "./contracts.js";
import { type FunctionNode, isAnalysedFile, type Unit } from "./syntax.js";

export class ProgramIndex {
  readonly checker: TS.TypeChecker;
  /** Classes outside the program may extend what it exports. */
  readonly isOpenWorld: boolean;
  readonly classes = new ClassIndex(this);
  readonly contracts = new ContractIndex(this);
  readonly constantObjects = new ConstantObjects(this);
  private readonly functionIds = new Map<Unit, FunctionId>();
  private readonly functionNodes: Unit[] = [];
  private readonly bindingIds = new Map<TS.Symbol | TS.Node, BindingId>();
  private readonly scannedFiles = new Set<TS.SourceFile>();
  private readonly symbols = new Map<TS.Identifier, TS.Symbol | null | undefined>();
  private readonly bindingFacts = new Map<TS.Symbol, BindingFacts>();
  private readonly functionFacts = new Map<FunctionNode, FunctionFacts>();

  /**
   * @param program the program
   * @param world whether others may extend what it exports; by default a program with declarations is a library
   */
  constructor(
    readonly program: TS.Program,
    world: "open" | "closed" | null = null,
  ) {
    this.checker = program.getTypeChecker();
    const { declaration, composite } = program.getCompilerOptions();
    this.isOpenWorld = world === null ? !!(declaration || composite) : world === "open";
  }

  functionId(node: Unit): FunctionId {
    let id = this.functionIds.get(node);
    if (id === undefined) {
      id = brandId<FunctionId>(this.functionNodes.length);
      this.functionIds.set(node, id);
      this.functionNodes.push(node);
    }
    return id;
  }

  functionNode(id: FunctionId): Unit {
    const node = this.functionNodes[id];
    invariant(node, `unknown function ${id}`);
    return node;
  }

  /** The identity of a declared variable, or (given a function node) of that function's own `this`. */
  bindingId(key: TS.Symbol | Unit): BindingId {
    let id = this.bindingIds.get(key);
    if (id === undefined) {
      id = brandId<BindingId>(this.bindingIds.size);
      this.bindingIds.set(key, id);
    }
    return id;
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
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  private scan(file: TS.SourceFile): void {
    if (this.scannedFiles.has(file)) return;
    this.scannedFiles.add(file);
    if (!isAnalysedFile(this.program, file)) return;
    collectCaptures({ index: this, file, bindings: this.bindingFacts, functions: this.functionFacts });
  }
}

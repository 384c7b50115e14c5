/**
 * The import of the runtime in an emitted file, right in every module format.
 *
 * ES modules call through the imported name. In CommonJS output, TypeScript rewrites only identifiers that it
 * has bound itself, so there a call goes through the import's generated name: `runtime_1.make`.
 */
import type TS from "typescript";
import { emitsCommonJs } from "../lower/module-format.js";
import { ts } from "../typescript.js";
import type { SlotName } from "./edits.js";

export const releaseRuntime = "ts-autofree/runtime";
export const checkedRuntime = "ts-autofree/runtime/checked";

export type RuntimeName =
  | "make"
  | "makeUninitialized"
  | "copyOf"
  | "freeEach"
  | "fromOf"
  | "mapOf"
  | "sliceOf"
  | "reuse"
  | "slot"
  | "takeFrom"
  | "takeUninitializedFrom"
  | "unsafeFree"
  | "zero"
  // Of the checked runtime.
  | "born"
  | "use"
  | "useAfter"
  | "useWhole";

/** What the runtime has in the place of an allocation. */
export type CounterpartName = RuntimeName &
  ("make" | "makeUninitialized" | "copyOf" | "fromOf" | "mapOf" | "sliceOf");

export const localNames: Readonly<Record<RuntimeName, string>> = {
  make: "$alloc",
  makeUninitialized: "$allocUninitialized",
  copyOf: "$copy",
  freeEach: "$freeEach",
  fromOf: "$from",
  mapOf: "$map",
  sliceOf: "$slice",
  reuse: "$reuse",
  slot: "$slot",
  takeFrom: "$take",
  takeUninitializedFrom: "$takeUninitialized",
  unsafeFree: "$free",
  zero: "$zero",
  born: "$born",
  use: "$use",
  useAfter: "$useAfter",
  useWhole: "$useWhole",
};

export class RuntimeImport {
  private readonly names = new Map<RuntimeName, TS.Identifier>();
  private readonly slots = new Map<SlotName, TS.Identifier>();
  private readonly slotBases = new Map<string, number>();
  private readonly declaration: TS.ImportDeclaration;
  private readonly isCommonJs: boolean;

  constructor(
    private readonly factory: TS.NodeFactory,
    specifier: string,
    { program, file }: { readonly program: TS.Program; readonly file: TS.SourceFile },
  ) {
    this.isCommonJs = emitsCommonJs(program, file);
    this.declaration = factory.createImportDeclaration(
      undefined,
      undefined,
      factory.createStringLiteral(specifier),
    );
  }

  /** A call of the runtime's function `name`. */
  call(name: RuntimeName, args: readonly TS.Expression[]): TS.CallExpression {
    return this.factory.createCallExpression(this.reference(name), undefined, args);
  }

  /** The expression that means the runtime's function `name`. */
  reference(name: RuntimeName): TS.Expression {
    const local = this.localName(name);
    if (!this.isCommonJs) return local;
    const module = this.factory.getGeneratedNameForNode(this.declaration);
    return this.factory.createPropertyAccessExpression(module, name);
  }

  private localName(name: RuntimeName): TS.Identifier {
    let local = this.names.get(name);
    if (!local) {
      const flags = ts.GeneratedIdentifierFlags.Optimistic | ts.GeneratedIdentifierFlags.FileLevel;
      local = this.factory.createUniqueName(localNames[name], flags);
      this.names.set(name, local);
    }
    return local;
  }

  /** The variable of the module that holds a slot. */
  slotName(slot: SlotName): TS.Identifier {
    let name = this.slots.get(slot);
    if (!name) {
      const flags = ts.GeneratedIdentifierFlags.Optimistic | ts.GeneratedIdentifierFlags.FileLevel;
      const base = `$${slot.base}Slot`;
      // The compiler tells such names apart from those of the file, not from one another.
      const namesakes = (this.slotBases.get(base) ?? 0) + 1;
      this.slotBases.set(base, namesakes);
      name = this.factory.createUniqueName(namesakes > 1 ? `${base}$${namesakes}` : base, flags);
      this.slots.set(slot, name);
    }
    return name;
  }

  /** `var $a, $b;`: unlike `let`, it is there for functions that are called before the module's code runs. */
  private slotDeclaration(): TS.Statement[] {
    if (this.slots.size === 0) return [];
    const { factory } = this;
    const declared = [...this.slots.values()].map((name) => factory.createVariableDeclaration(name));
    return [factory.createVariableStatement(undefined, factory.createVariableDeclarationList(declared))];
  }

  /** Puts the import, and the variables for slots, after the prologue, if anything was referenced. */
  addTo(file: TS.SourceFile): TS.SourceFile {
    if (this.names.size === 0) return file;
    const { factory } = this;
    const specifiers = [...this.names].map(([name, local]) =>
      factory.createImportSpecifier(false, factory.createIdentifier(name), local),
    );
    const clause = factory.createImportClause(undefined, undefined, factory.createNamedImports(specifiers));
    // The generated name belongs to this very node, so it is completed in place.
    (this.declaration as { importClause: TS.ImportClause }).importClause = clause;
    const prologue = file.statements.findIndex(
      (each) => !ts.isExpressionStatement(each) || !ts.isStringLiteral(each.expression),
    );
    const at = prologue < 0 ? file.statements.length : prologue;
    const statements = [
      ...file.statements.slice(0, at),
      this.declaration,
      ...this.slotDeclaration(),
      ...file.statements.slice(at),
    ];
    return factory.updateSourceFile(
      file,
      ts.setTextRange(factory.createNodeArray(statements), file.statements),
    );
  }
}

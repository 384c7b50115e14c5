/**
 * Finds the functions in constant objects at the top level of a module: `const api = { f(x) { … } }`, called as `api.f(x)`.
 *
 * An object can be changed by whoever has it. So its functions are known only while nobody has it but by its name, and the
 * name only ever stands before a member that is read: each use of it in the program is looked at, and each `this` in the
 * functions themselves. A namespace object gives its exports to whoever has that.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import type { ProgramIndex } from "./program-index.js";
import { isAnalysedFile, isAssignmentTarget, isFunctionNode, skipWrappers } from "./syntax.js";

type Method = TS.MethodDeclaration | TS.ArrowFunction | TS.FunctionExpression;

/** A constant object, with the functions that are written in it. */
interface ConstantObject {
  readonly literal: TS.ObjectLiteralExpression;
  readonly functions: ReadonlyMap<string, Method>;
}

export class ConstantObjects {
  private readonly known = new Map<TS.Symbol, ConstantObject | null>();
  private used: Uses | null = null;

  constructor(private readonly index: ProgramIndex) {}

  /** The function that `symbol.name` is for good. */
  functionOf(symbol: TS.Symbol, name: string): Method | null {
    let found = this.known.get(symbol);
    if (found === undefined) {
      found = this.find(symbol);
      this.known.set(symbol, found);
    }
    return found?.functions.get(name) ?? null;
  }

  private find(symbol: TS.Symbol): ConstantObject | null {
    const { index } = this;
    const object = objectOf(symbol);
    if (!object || !isAnalysedFile(index.program, object.literal.getSourceFile())) return null;
    this.used ??= collectUses(index);
    if (this.used.evaluates) return null;
    if (index.factsOfBinding(symbol)?.exported && (index.isOpenWorld || this.used.namespacesAreValues))
      return null;
    const uses = this.used.bySymbol.get(symbol) ?? [];
    if (!uses.every((use) => isRead(use, object.functions))) return null;
    return [...object.functions.values()].every((each) => keepsThis(each, object.functions)) ? object : null;
  }
}

/** The object literal that a module's constant is, if every member is written out. */
function objectOf(symbol: TS.Symbol): ConstantObject | null {
  const declaration = symbol.valueDeclaration;
  if (!declaration || symbol.declarations?.length !== 1 || !ts.isVariableDeclaration(declaration))
    return null;
  const { initializer, name } = declaration;
  const isConst = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  if (!initializer || !isConst || !ts.isIdentifier(name)) return null;
  if (!ts.isSourceFile(declaration.parent.parent.parent)) return null;
  const literal = skipWrappers(initializer);
  return ts.isObjectLiteralExpression(literal) ? withFunctions(literal) : null;
}

function withFunctions(literal: TS.ObjectLiteralExpression): ConstantObject | null {
  const functions = new Map<string, Method>();
  const names = new Set<string>();
  for (const property of literal.properties) {
    const { name } = property;
    if (!name || !(ts.isIdentifier(name) || ts.isStringLiteral(name)) || name.text === "__proto__")
      return null;
    if (names.has(name.text) || ts.isAccessor(property)) return null;
    names.add(name.text);
    const value = ts.isPropertyAssignment(property) ? skipWrappers(property.initializer) : property;
    const isMethod =
      ts.isMethodDeclaration(value) || ts.isArrowFunction(value) || ts.isFunctionExpression(value);
    if (isMethod) functions.set(name.text, value);
  }
  return functions.size > 0 ? { literal, functions } : null;
}

// Uses

interface Uses {
  /** Where the program names each constant, other than to declare, import or export it. */
  readonly bySymbol: ReadonlyMap<TS.Symbol, TS.Expression[]>;
  /** Some namespace object is used other than to read a member of it. */
  readonly namespacesAreValues: boolean;
  /** Text may be run as code somewhere. */
  readonly evaluates: boolean;
}

function collectUses(index: ProgramIndex): Uses {
  const bySymbol = new Map<TS.Symbol, TS.Expression[]>();
  let namespacesAreValues = false;
  let evaluates = false;
  const visit = (node: TS.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (makesNamespace(node)) namespacesAreValues = true;
    if (ts.isIdentifier(node) && node.text === "eval") evaluates = true;
    if (ts.isIdentifier(node) && isUse(node)) {
      const symbol = symbolUsed(index, node);
      if (symbol && symbol.flags & ts.SymbolFlags.ValueModule) namespacesAreValues ||= !isMemberBase(node);
      else if (symbol && objectOf(symbol)) {
        const { parent } = node;
        // `ns.api` is the use of `api`.
        const use = ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node;
        bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), use]);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const file of index.program.getSourceFiles()) if (isAnalysedFile(index.program, file)) visit(file);
  return { bySymbol, namespacesAreValues, evaluates };
}

/** Gives somebody an object with all exports of a module, other than `import * as name`. */
function makesNamespace(node: TS.Node): boolean {
  if (ts.isNamespaceExport(node) || ts.isExternalModuleReference(node)) return true;
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === "require")
  );
}

/** Not the name in a declaration, an import or an export. */
function isUse(node: TS.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportClause(parent) || ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent)) return false;
  if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent)) return false;
  return !(ts.isVariableDeclaration(parent) && parent.name === node);
}

function symbolUsed(index: ProgramIndex, node: TS.Identifier): TS.Symbol | undefined {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return undefined;
  const symbol = index.symbolOf(node);
  return symbol && symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.ValueModule) ? symbol : undefined;
}

/** What wrappers make of `node`: parentheses, assertions. */
function wrapped(node: TS.Expression): TS.Expression {
  let at = node;
  while (ts.isExpression(at.parent) && skipWrappers(at.parent) === skipWrappers(node)) at = at.parent;
  return at;
}

function isMemberBase(node: TS.Expression): boolean {
  const outer = wrapped(node);
  const { parent } = outer;
  return ts.isPropertyAccessExpression(parent) && parent.expression === outer;
}

/**
 * Whether a use of the object just reads a member of it by name. A member that is called is given the object as its `this`,
 * so it must be one of the functions that are looked at.
 */
function isRead(use: TS.Expression, functions: ReadonlyMap<string, Method>): boolean {
  if (!isMemberBase(use)) return false;
  const member = wrapped(use).parent as TS.PropertyAccessExpression;
  const outer = wrapped(member);
  const { parent } = outer;
  if (isAssignmentTarget(member) || ts.isDeleteExpression(parent)) return false;
  const isCalled =
    (ts.isCallExpression(parent) && parent.expression === outer) ||
    (ts.isTaggedTemplateExpression(parent) && parent.tag === outer);
  return !isCalled || functions.has(member.name.text);
}

/** Whether a function uses its `this`, which may be the object, to read members only. */
function keepsThis(method: Method, functions: ReadonlyMap<string, Method>): boolean {
  if (ts.isArrowFunction(method)) return true;
  const givesAway = (node: TS.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword) return !isRead(node as TS.Expression, functions);
    if (node.kind === ts.SyntaxKind.SuperKeyword) return true;
    // Another function has a `this` of its own, but in its computed name.
    if (isFunctionNode(node) && !ts.isArrowFunction(node) && node !== method)
      return "name" in node && !!node.name && givesAway(node.name);
    return ts.forEachChild(node, (child) => givesAway(child) || undefined) ?? false;
  };
  return !givesAway(method);
}

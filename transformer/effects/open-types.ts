/**
 * Which types of the library have objects that come to a place where anything may be: an argument for a parameter of type `T`, `object`,
 * `unknown` or `Record<string, any>`, a value of such a type that is assigned, stored, returned or asserted.
 *
 * # Idea
 * Of a parameter all arguments can be told, if its function is only ever called. What else is typed so may hold whatever comes to any such place.
 * It is asked only of a program that replaces members of something of such a type: see `replacements.ts`.
 */
import type TS from "typescript";
import { forEachChild } from "../lower/deep-syntax.js";
import { isLiteral } from "../lower/dynamic-keys.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { isAnalysedFile, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { isLibrary } from "./lookup.js";
import { isOpen } from "./replacements.js";

const known = new WeakMap<ProgramIndex, OpenTypes>();

/** The library's types among what is given to `parameter`, or (`null`) to anything of an open type. */
export function typesGivenTo(index: ProgramIndex, parameter: TS.Symbol | null): ReadonlySet<TS.Type> {
  let found = known.get(index);
  if (!found) {
    found = new OpenTypes(index);
    known.set(index, found);
  }
  return parameter ? found.givenTo(parameter) : found.anywhere;
}

/** The parameter that an expression names, if it always holds what the function was given. */
export function parameterNamed(index: ProgramIndex, node: TS.Expression): TS.Symbol | null {
  const name = skipWrappers(node);
  const symbol = ts.isIdentifier(name) ? index.symbolOf(name) : undefined;
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || !ts.isParameter(declaration) || declaration.dotDotDotToken) return null;
  const facts = index.factsOfBinding(symbol);
  return facts && !facts.reassigned && !facts.assignedElsewhere ? symbol : null;
}

class OpenTypes {
  readonly anywhere = new Set<TS.Type>();
  private readonly calls = new Map<TS.Node, (TS.CallExpression | TS.NewExpression)[]>();
  /** Functions that are used other than to be called. */
  private readonly values = new Set<TS.Node>();

  constructor(private readonly index: ProgramIndex) {
    for (const file of index.program.getSourceFiles())
      if (isAnalysedFile(index.program, file)) this.collect(file);
  }

  givenTo(parameter: TS.Symbol, seen = new Set<TS.Symbol>()): ReadonlySet<TS.Type> {
    const found = new Set<TS.Type>();
    if (seen.has(parameter)) return found;
    seen.add(parameter);
    const declaration = parameter.valueDeclaration as TS.ParameterDeclaration;
    const { parent: owner, initializer } = declaration;
    const position = owner.parameters.indexOf(declaration);
    const isNamed = (ts.isFunctionDeclaration(owner) && !isOverloaded(owner)) || isConstant(owner);
    if (!isNamed || initializer || this.values.has(owner)) return this.anywhere;
    for (const { arguments: given = [] } of this.calls.get(owner) ?? []) {
      if (given.slice(0, position + 1).some(ts.isSpreadElement)) return this.anywhere;
      const argument = given[position];
      // What a literal makes is no object of the library.
      if (!argument || isLiteral(this.index.checker, skipWrappers(argument))) continue;
      if (!isAmongOpen(this.index.checker, this.index.checker.getTypeAtLocation(argument))) {
        this.note(argument, found);
        continue;
      }
      const passed = parameterNamed(this.index, argument);
      for (const each of passed ? this.givenTo(passed, seen) : this.anywhere) found.add(each);
    }
    return found;
  }

  private collect(node: TS.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.noteCall(node);
    else if (ts.isIdentifier(node)) this.noteName(node);
    if (ts.isExpression(node) && isGiven(this.index.checker, node)) this.note(node, this.anywhere);
    forEachChild(node, (child) => this.collect(child));
  }

  private noteCall(node: TS.CallExpression | TS.NewExpression): void {
    const signature = this.index.checker.getResolvedSignature(node);
    const declaration = signature?.declaration;
    if (declaration) this.calls.set(declaration, [...(this.calls.get(declaration) ?? []), node]);
    node.arguments?.forEach((argument, i) => {
      if (takesAnything(this.index, { node, signature, position: i })) this.note(argument, this.anywhere);
    });
  }

  private noteName(node: TS.Identifier): void {
    const { parent } = node;
    if (ts.isCallExpression(parent) && parent.expression === node) return;
    if (ts.isFunctionDeclaration(parent) || ts.isVariableDeclaration(parent)) {
      if (parent.name === node) return;
    }
    if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isExportSpecifier(parent)) return;
    const declaration = this.index.symbolOf(node)?.valueDeclaration;
    if (!declaration) return;
    if (ts.isFunctionDeclaration(declaration)) this.values.add(declaration);
    else if (ts.isVariableDeclaration(declaration) && declaration.initializer)
      this.values.add(skipWrappers(declaration.initializer));
  }

  /** The library's types that an expression's value, or an element of it, may be of. */
  private note(node: TS.Expression, found: Set<TS.Type>): void {
    const { checker } = this.index;
    const visit = (type: TS.Type, depth: number): void => {
      if (type.isUnionOrIntersection()) return type.types.forEach((each) => void visit(each, depth));
      const own = checker.getApparentType(type);
      const symbol = own.symbol as TS.Symbol | undefined;
      const isOfLibrary = symbol?.declarations?.some((each) => isLibrary(this.index, each));
      if (own.flags & ts.TypeFlags.Object && isOfLibrary) found.add(own);
      if (depth > 0 && isReference(own))
        for (const each of checker.getTypeArguments(own)) visit(each, depth - 1);
    };
    visit(checker.getTypeAtLocation(node), 2);
  }
}

/** Whether a function is what a constant is initialised with. */
function isConstant(node: TS.Node): boolean {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
  const { parent } = node;
  return ts.isVariableDeclaration(parent) && !!(ts.getCombinedNodeFlags(parent) & ts.NodeFlags.Const);
}

/** Calls of it are calls of other declarations. */
function isOverloaded(node: TS.FunctionDeclaration): boolean {
  const { symbol } = node as { symbol?: TS.Symbol };
  return symbol?.declarations?.length !== 1;
}

interface Passed {
  readonly node: TS.Expression;
  readonly signature: TS.Signature | undefined;
  readonly position: number;
}

/**
 * Whether anything may be passed: by how the function is declared, where `T` is anything, whatever it is in this call. Functions of the library
 * keep to their rows; but what comes into a `Map<string, unknown>` comes out as `unknown`.
 */
function takesAnything(index: ProgramIndex, { node, signature, position }: Passed): boolean {
  const { checker } = index;
  const declaration = signature?.declaration;
  if (!declaration || ts.isJSDocSignature(declaration)) return true;
  const last = declaration.parameters.length - 1;
  const parameter = declaration.parameters[Math.min(position, last)];
  const symbol = signature.parameters[Math.min(position, signature.parameters.length - 1)];
  if (!parameter || !symbol) return false;
  const elementOf = (type: TS.Type): TS.Type =>
    parameter.dotDotDotToken ? (checker.getIndexTypeOfType(type, ts.IndexKind.Number) ?? type) : type;
  const declared = elementOf(checker.getTypeAtLocation(parameter));
  if (!isLibrary(index, declaration)) return isAmongOpen(checker, declared);
  if (!(declared.flags & ts.TypeFlags.TypeParameter)) return false;
  return isAmongOpen(checker, elementOf(checker.getTypeOfSymbolAtLocation(symbol, node)));
}

/** Whether an expression stands where anything may be. */
function isGiven(checker: TS.TypeChecker, node: TS.Expression): boolean {
  const { parent } = node;
  if (ts.isAsExpression(parent) || ts.isTypeAssertionExpression(parent) || ts.isSatisfiesExpression(parent))
    return isAmongOpen(checker, checker.getTypeAtLocation(parent));
  const isValue =
    ts.isReturnStatement(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    (ts.isArrowFunction(parent) && parent.body === node) ||
    (ts.isBinaryExpression(parent) && parent.right === node) ||
    ((ts.isVariableDeclaration(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isParameter(parent)) &&
      parent.initializer === node);
  const type = isValue ? checker.getContextualType(node) : undefined;
  return type !== undefined && isAmongOpen(checker, type);
}

function isAmongOpen(checker: TS.TypeChecker, type: TS.Type): boolean {
  return type.isUnionOrIntersection()
    ? type.types.some((each) => isOpen(checker, each))
    : isOpen(checker, type);
}

function isReference(type: TS.Type): type is TS.TypeReference {
  const { Object: ofObject } = ts.TypeFlags;
  return !!(type.flags & ofObject) && !!((type as TS.ObjectType).objectFlags & ts.ObjectFlags.Reference);
}

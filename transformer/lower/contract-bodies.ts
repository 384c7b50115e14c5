/**
 * Finds the functions of the program that must keep a contract: the function that carries it, what implements or overrides
 * its declaration, and the functions that are given to what is declared with it, as far as the types show them.
 */
import type TS from "typescript";
import type { Contract } from "../ir/contract.js";
import { ts } from "../typescript.js";
import { functionNamed, returnedExpression } from "./callee.js";
import { functionHeldBy, isHolder, isSignature, signaturesWrittenIn } from "./contract-directives.js";
import type { Declared } from "./contracts.js";
import { forEachChild } from "./deep-syntax.js";
import type { ProgramIndex } from "./program-index.js";
import { isAnalysedFile, isFunctionNode, skipWrappers } from "./syntax.js";

type FunctionWithBody = TS.FunctionLikeDeclaration;

/** A function that is bound by a contract. */
export interface Obligation {
  readonly node: FunctionWithBody;
  readonly contract: Contract;
  readonly declared: Declared;
  /** The declaration whose parameters the contract counts. */
  readonly signature: TS.SignatureDeclaration;
}

export function obligationsOf(index: ProgramIndex): Obligation[] {
  const found = new Obligations(index);
  for (const each of index.contracts.all) found.addOwn(each);
  if (index.contracts.all.some(mayHaveOthers)) {
    for (const file of index.program.getSourceFiles())
      if (isAnalysedFile(index.program, file)) found.search(file);
  }
  return [...found.all.values()];
}

/** Whether other functions than its own may be called through a declaration: it is no plain function's. */
function mayHaveOthers({ declaration }: Declared): boolean {
  return !ts.isFunctionDeclaration(declaration) && !ts.isConstructorDeclaration(declaration);
}

class Obligations {
  readonly all = new Map<string, Obligation>();
  private readonly ids = new Map<TS.Node, number>();

  constructor(private readonly index: ProgramIndex) {}

  private add(node: TS.Node, declared: Declared, signature: TS.SignatureDeclaration): void {
    if (!isFunctionNode(node) || !isSignature(node)) return;
    if (!isAnalysedFile(this.index.program, node.getSourceFile())) return;
    const key = [node, declared.declaration, signature].map((each) => this.idOf(each)).join(" ");
    if (this.all.has(key)) return;
    const contract = this.index.contracts.contractOf(declared, signature);
    this.all.set(key, { node: node as FunctionWithBody, contract, declared, signature });
  }

  private idOf(node: TS.Node): number {
    const id = this.ids.get(node) ?? this.ids.size;
    this.ids.set(node, id);
    return id;
  }

  /** The functions that the declaration itself gives a body. */
  addOwn(declared: Declared): void {
    const { declaration } = declared;
    for (const signature of signaturesWrittenIn(declaration)) {
      this.add(signature, declared, signature);
      if ("body" in signature && signature.body) continue;
      // The body of an overload stands at another declaration of the same symbol.
      const symbol = (signature as { symbol?: TS.Symbol }).symbol;
      const isFunction =
        ts.isFunctionDeclaration(signature) ||
        ts.isMethodDeclaration(signature) ||
        ts.isConstructorDeclaration(signature);
      if (!isFunction) continue;
      for (const each of symbol?.declarations ?? []) this.add(each, declared, signature);
    }
  }

  // Others

  search(node: TS.Node): void {
    if (ts.isClassLike(node) && node.heritageClauses) this.addMembers(node);
    if (ts.isObjectLiteralExpression(node)) this.addProperties(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.addArguments(node);
    if (ts.isBinaryExpression(node)) this.addAssigned(node);
    if (ts.isExpression(node) && isValue(node)) this.addByType(node);
    forEachChild(node, (child) => this.search(child));
  }

  /** `value` takes the place of what `declarations` declare. */
  private addFor(value: TS.Node | null, declarations: readonly TS.Node[]): void {
    if (!value) return;
    for (const each of declarations) {
      const declared = this.index.contracts.declaredAt(each);
      if (!declared) continue;
      const signatures = isSignature(each) ? [each] : this.index.contracts.signaturesOf(each);
      for (const signature of signatures) this.add(value, declared, signature);
    }
  }

  /** What a class has, inherited or of its own, in the place of what it implements or overrides. */
  private addMembers(node: TS.ClassLikeDeclaration): void {
    const { symbol } = node as { symbol?: TS.Symbol };
    const own = symbol && this.index.checker.getDeclaredTypeOfSymbol(symbol);
    const ofClass = symbol && this.index.checker.getTypeOfSymbol(symbol);
    for (const type of this.ancestorsOf(node)) {
      for (const { name, declarations = [] } of type.getProperties()) {
        if (!declarations.some((each) => this.index.contracts.declaredAt(each))) continue;
        for (const found of [own, ofClass])
          for (const member of found?.getProperty(name)?.declarations ?? [])
            if (!declarations.includes(member)) this.addFor(this.functionOfMember(member), declarations);
      }
    }
  }

  private functionOfMember(member: TS.Node): TS.Node | null {
    return isHolder(member) ? functionHeldBy(member) : this.functionGot(member);
  }

  private ancestorsOf(node: TS.ClassLikeDeclaration): ReadonlySet<TS.Type> {
    const ancestors = new Set<TS.Type>();
    this.collectAncestors(node, ancestors);
    return ancestors;
  }

  /** A declaration, and those in the place of which it stands as the field of a class. */
  private placesOf(declaration: TS.Declaration): readonly TS.Declaration[] {
    const { parent } = declaration;
    const isParameter =
      ts.isParameter(declaration) && ts.isParameterPropertyDeclaration(declaration, declaration.parent);
    const owner = isParameter ? parent.parent : parent;
    const name = ts.getNameOfDeclaration(declaration);
    if (!name || !(isParameter || ts.isPropertyDeclaration(declaration)) || !ts.isClassLike(owner))
      return [declaration];
    const text = ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
    if (text === undefined) return [declaration];
    return [
      declaration,
      ...[...this.ancestorsOf(owner)].flatMap((type) => type.getProperty(text)?.declarations ?? []),
    ];
  }

  /** `this.write = (data) => …`: a field that implements what carries a contract. */
  private addAssigned({ left, operatorToken, right }: TS.BinaryExpression): void {
    const target = skipWrappers(left);
    const isMember = ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target);
    if (!isMember || !keepsValue(operatorToken.kind)) return;
    const key = ts.isPropertyAccessExpression(target) ? target.name : target.argumentExpression;
    const declarations = this.index.checker.getSymbolAtLocation(key)?.declarations ?? [];
    this.addFor(
      this.valueOf(right),
      declarations.flatMap((each) => this.placesOf(each)),
    );
  }

  private collectAncestors(
    node: TS.ClassLikeDeclaration | TS.InterfaceDeclaration,
    found: Set<TS.Type>,
  ): void {
    for (const clause of node.heritageClauses ?? []) {
      for (const each of clause.types) this.collectType(this.index.checker.getTypeAtLocation(each), found);
    }
  }

  private collectType(type: TS.Type, found: Set<TS.Type>): void {
    if (found.has(type)) return;
    found.add(type);
    if (type.isUnionOrIntersection()) for (const each of type.types) this.collectType(each, found);
    for (const each of type.symbol?.declarations ?? []) {
      if (ts.isClassLike(each) || ts.isInterfaceDeclaration(each)) this.collectAncestors(each, found);
    }
  }

  /** The members of an object literal that stands for an object of a declared type. */
  private addProperties(node: TS.ObjectLiteralExpression): void {
    const types = this.constituents(this.index.checker.getContextualType(node));
    for (const property of node.properties) {
      const name = property.name && nameOf(property.name);
      const value = this.functionOf(property);
      if (name === undefined || !value) continue;
      for (const type of types) this.addFor(value, type.getProperty(name)?.declarations ?? []);
    }
  }

  private functionOf(property: TS.ObjectLiteralElementLike): TS.Node | null {
    if (ts.isMethodDeclaration(property) || ts.isGetAccessor(property)) return this.functionGot(property);
    if (ts.isPropertyAssignment(property)) return this.valueOf(property.initializer);
    if (!ts.isShorthandPropertyAssignment(property)) return null;
    return functionNamed(this.index, property.name)?.declaration ?? null;
  }

  /** The function that a getter gives, or else the member itself. */
  private functionGot(member: TS.Node): TS.Node | null {
    const got = ts.isGetAccessor(member) ? returnedExpression(member) : null;
    return got ? this.valueOf(got) : member;
  }

  /** The function of the program that an expression is. */
  private valueOf(expression: TS.Expression): TS.Node | null {
    const value = skipWrappers(expression);
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return value;
    return ts.isIdentifier(value) || ts.isPropertyAccessExpression(value)
      ? (functionNamed(this.index, value)?.declaration ?? null)
      : null;
  }

  /** Arguments for parameters that carry a contract themselves. */
  private addArguments(node: TS.CallExpression | TS.NewExpression): void {
    const signature = this.index.checker.getResolvedSignature(node);
    node.arguments?.forEach((argument, i) => {
      const value = this.valueOf(argument);
      const declarations = signature?.parameters[i]?.declarations ?? [];
      if (value)
        this.addFor(
          value,
          declarations.flatMap((each) => this.placesOf(each)),
        );
    });
  }

  /** A function where the types ask for one that is declared with a contract. */
  private addByType(expression: TS.Expression): void {
    const value = this.valueOf(expression);
    if (!value) return;
    const whole = wrapped(expression);
    for (const type of this.constituents(this.index.checker.getContextualType(whole))) {
      for (const signature of type.getCallSignatures()) {
        const declaration = signature.getDeclaration() as TS.SignatureDeclaration | undefined;
        if (declaration) this.addFor(value, [declaration]);
      }
    }
    const { parent } = whole;
    if (isHolder(parent) && "initializer" in parent && parent.initializer === whole)
      this.addFor(value, [parent]);
  }

  private constituents(type: TS.Type | undefined): readonly TS.Type[] {
    if (!type) return [];
    return type.isUnionOrIntersection() ? type.types.flatMap((each) => this.constituents(each)) : [type];
  }
}

function nameOf(property: TS.PropertyName): string | undefined {
  const name = ts.isComputedPropertyName(property) ? property.expression : property;
  if (name !== property && ts.isIdentifier(name)) return undefined;
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)
    ? name.text
    : undefined;
}

/** An expression with the parentheses and assertions around it. */
function wrapped(node: TS.Expression): TS.Expression {
  let at = node;
  while (skipWrappers(at.parent as TS.Expression) !== at.parent) at = at.parent as TS.Expression;
  return at;
}

/** `a || b`, `a ?? b`: either may be the value. */
function isChoice({ operatorToken }: TS.BinaryExpression): boolean {
  const { kind } = operatorToken;
  return kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken;
}

/** Assigns the very value that stands to the right: `=`, `??=`, `||=`, `&&=`. */
function keepsValue(operator: TS.SyntaxKind): boolean {
  const { EqualsToken, QuestionQuestionEqualsToken, BarBarEqualsToken, AmpersandAmpersandEqualsToken } =
    ts.SyntaxKind;
  return [
    EqualsToken,
    QuestionQuestionEqualsToken,
    BarBarEqualsToken,
    AmpersandAmpersandEqualsToken,
  ].includes(operator);
}

/** An expression whose value goes somewhere, other than to be called or to have a member read. */
function isValue(node: TS.Expression): boolean {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return true;
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  const whole = wrapped(node);
  const { parent } = whole;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== whole;
  if (ts.isBinaryExpression(parent)) return parent.right === whole || isChoice(parent);
  return (
    (ts.isVariableDeclaration(parent) && parent.initializer === whole) ||
    (ts.isPropertyDeclaration(parent) && parent.initializer === whole) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === whole) ||
    ts.isReturnStatement(parent) ||
    ts.isConditionalExpression(parent) ||
    (ts.isArrowFunction(parent) && parent.body === whole) ||
    ts.isArrayLiteralExpression(parent)
  );
}

/**
 * The contracts of the program's declarations (`ir/contract.ts`): which directives there are, what is wrong with them, and
 * which contract holds for a call.
 *
 * A contract is looked up by the declaration of the signature that the compiler resolves the call to, and by the declaration
 * of the variable, parameter or property that is called. Where the callee's type is a union it may be a function of
 * another declaration, which promises nothing.
 */
import type TS from "typescript";
import { isLibrary, libraryInterfaceOf } from "../effects/lookup.js";
import { type Borrowing, type Contract, mergeContracts } from "../ir/contract.js";
import { type BufferType, bufferTypes } from "../ir/effect.js";
import { ts } from "../typescript.js";
import {
  type ContractDirective,
  declarationOf,
  findContractDirectives,
  functionHeldBy,
  isHolder,
  isSignature,
  mayHaveContracts,
  signaturesWrittenIn,
} from "./contract-directives.js";
import { mayBeObjectAt } from "./part-type.js";
import type { ProgramIndex } from "./program-index.js";
import { isReplacedProperty } from "./replaced-properties.js";
import { isAmbient, skipWrappers } from "./syntax.js";
import { watchedFiles } from "./watched-declarations.js";

/** What the directives before one declaration say. */
export interface Declared {
  readonly declaration: TS.Node;
  noescape: ContractDirective | null;
  fresh: ContractDirective | null;
  readonly names: Set<string>;
}

/** Why a directive cannot be what it says. */
export type Problem =
  | { readonly kind: "misplaced" | "no-list" | "fresh-with-body" | "no-buffer-type" }
  | { readonly kind: "no-parameter"; readonly name: string };

export interface DirectiveProblem {
  readonly file: TS.SourceFile;
  readonly pos: number;
  readonly end: number;
  readonly word: ContractDirective["word"];
  readonly problem: Problem;
}

export type CallLike = TS.CallExpression | TS.NewExpression | TS.TaggedTemplateExpression;

export class ContractIndex {
  private readonly found: Declared[] = [];
  /** By declaration, and by the signatures that are written in it. */
  private readonly byNode = new Map<TS.Node, Declared>();
  private readonly problemsFound: DirectiveProblem[] = [];
  private isCollected = false;
  private isTrusted = true;
  private watched: ReadonlySet<TS.SourceFile> | undefined;

  constructor(private readonly index: ProgramIndex) {}

  get all(): readonly Declared[] {
    this.collect();
    return this.found;
  }

  get problems(): readonly DirectiveProblem[] {
    this.collect();
    return this.problemsFound;
  }

  /** From now on no call has a contract: one of them is broken. */
  distrust(): void {
    this.isTrusted = false;
  }

  /** The directives before a declaration, or before the one that a signature is written in. */
  declaredAt(node: TS.Node): Declared | undefined {
    return this.byNode.get(node);
  }

  ofCall(node: CallLike): Contract | null {
    if (!this.isTrusted || this.all.length === 0) return null;
    const callee = calleeOf(node);
    const signature = this.index.checker.getResolvedSignature(node)?.declaration;
    if (!callee || !signature || ts.isJSDocSignature(signature)) return null;
    if (this.mayBeAnother(node, callee)) return null;
    const symbol = this.symbolOf(callee);
    if (symbol && isReplacedProperty(this.index, this.index.followAlias(symbol))) return null;
    const holders = symbol ? declarationsOfOne(symbol) : [];
    if (holders === null || (ts.isNewExpression(node) && !holders.some(isNamedClass))) return null;
    const declared = [signature, ...holders.filter(isHolder)].flatMap((each) => this.byNode.get(each) ?? []);
    const believed = [...new Set(declared)].filter((each) => this.isBelieved(each));
    const contracts = believed.map((each) => this.contractOf(each, signature));
    return contracts.length > 0 ? contracts.reduce(mergeContracts) : null;
  }

  private isBelieved({ declaration }: Declared): boolean {
    if (this.index.believesUnwatched) return true;
    this.watched ??= watchedFiles(this.index.program);
    return this.watched.has(declaration.getSourceFile());
  }

  private symbolOf(callee: TS.Expression): TS.Symbol | undefined {
    if (ts.isIdentifier(callee)) return this.index.symbolOf(callee);
    return ts.isPropertyAccessExpression(callee)
      ? this.index.checker.getSymbolAtLocation(callee.name)
      : undefined;
  }

  /** Whether the types say that the callee is one of several functions. */
  private mayBeAnother(node: CallLike, callee: TS.Expression): boolean {
    if (this.isSeveral(callee)) return true;
    const isMember = ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee);
    return !ts.isNewExpression(node) && isMember && this.isSeveral(callee.expression);
  }

  private isSeveral(expression: TS.Expression): boolean {
    const { checker } = this.index;
    const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
    const base = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : type;
    return !base || base.isUnionOrIntersection();
  }

  /** What `declared` promises of a function with that signature. */
  contractOf({ names, fresh }: Declared, signature: TS.SignatureDeclaration): Contract {
    const parameters = parametersOf(signature);
    const borrowing = (parameter: TS.ParameterDeclaration): Borrowing => {
      if (!ts.isIdentifier(parameter.name) || !names.has(parameter.name.text)) return "none";
      return this.holdsNumbersOnly(this.index.checker.getTypeAtLocation(parameter)) ? "numbers" : "objects";
    };
    return {
      receiver: names.has("this") ? "objects" : "none",
      parameters: parameters.map(borrowing),
      hasRest: parameters[parameters.length - 1]?.dotDotDotToken !== undefined,
      fresh: fresh ? this.returnedBuffer(signature) : null,
    };
  }

  /** The one type of buffers that a function returns, if it returns nothing else but `null` and `undefined`. */
  private returnedBuffer(declaration: TS.SignatureDeclaration): BufferType | null {
    const { checker } = this.index;
    const signature = checker.getSignatureFromDeclaration(declaration);
    const type = signature && checker.getNonNullableType(checker.getReturnTypeOfSignature(signature));
    const name = type && libraryInterfaceOf(this.index, type);
    return bufferTypes.find((each) => each === name) ?? null;
  }

  private holdsNumbersOnly(type: TS.Type): boolean {
    if (type.isUnion()) return type.types.every((each) => this.holdsNumbersOnly(each));
    if (!(type.flags & ts.TypeFlags.Object)) return !mayBeObjectAt(this.index, type, []);
    const name = libraryInterfaceOf(this.index, type);
    if (name === null) return false;
    if (name === "DataView" || name === "SharedArrayBuffer") return true;
    if ((bufferTypes as readonly string[]).includes(name)) return true;
    if (!/^(?:Readonly)?Array(?:Like)?$/.test(name)) return false;
    const element = this.index.checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    return element !== undefined && !mayBeObjectAt(this.index, element, []);
  }

  // Collecting

  private collect(): void {
    if (this.isCollected) return;
    this.isCollected = true;
    const { program } = this.index;
    for (const file of program.getSourceFiles()) {
      if (!mayHaveContracts(file) || isLibrary(this.index, file)) continue;
      const isForeign = program.isSourceFileFromExternalLibrary(file);
      for (const directive of findContractDirectives(file)) {
        const problem = this.add(directive);
        // What a package says wrongly its user can't mend.
        if (problem && !isForeign) this.problemsFound.push(problem);
      }
    }
  }

  private add(directive: ContractDirective): DirectiveProblem | null {
    const { file, word, pos, end, names } = directive;
    const wrong = (problem: Problem, at = { pos, end }): DirectiveProblem => ({ file, word, problem, ...at });
    const declaration = declarationOf(directive.before);
    const signatures = declaration && this.signaturesOf(declaration);
    if (!declaration || !signatures?.length) return wrong({ kind: "misplaced" });
    if (!names) return wrong({ kind: "no-list" });
    if (word === "fresh") {
      if (hasBody(declaration)) return wrong({ kind: "fresh-with-body" });
      if (!signatures.every((each) => this.returnedBuffer(each))) return wrong({ kind: "no-buffer-type" });
    }
    const declared = this.declare(declaration);
    declared[word] ??= directive;
    const known = new Set(signatures.flatMap(namesOf));
    let problem: DirectiveProblem | null = null;
    for (const { text, pos: at } of names) {
      if (known.has(text)) declared.names.add(text);
      else problem ??= wrong({ kind: "no-parameter", name: text }, { pos: at, end: at + text.length });
    }
    return problem;
  }

  private declare(declaration: TS.Node): Declared {
    const known = this.byNode.get(declaration);
    if (known) return known;
    const declared: Declared = { declaration, noescape: null, fresh: null, names: new Set() };
    this.found.push(declared);
    for (const each of [declaration, ...signaturesWrittenIn(declaration)]) this.byNode.set(each, declared);
    return declared;
  }

  /** The signatures that what is declared can be called with. */
  signaturesOf(declaration: TS.Node): readonly TS.SignatureDeclaration[] {
    const written = signaturesWrittenIn(declaration);
    if (written.length > 0 || !isHolder(declaration)) return written;
    const { checker } = this.index;
    const type = checker.getNonNullableType(checker.getTypeAtLocation(declaration));
    return type.getCallSignatures().flatMap((each) => {
      const found = each.getDeclaration() as TS.SignatureDeclaration | undefined;
      return found && isSignature(found) ? [found] : [];
    });
  }
}

/** Parameters that take arguments: all but a declared `this`. */
export function parametersOf(signature: TS.SignatureDeclaration): readonly TS.ParameterDeclaration[] {
  return signature.parameters.filter((each) => !(ts.isIdentifier(each.name) && each.name.text === "this"));
}

function namesOf(signature: TS.SignatureDeclaration): string[] {
  const names = parametersOf(signature).flatMap((each) =>
    ts.isIdentifier(each.name) ? [each.name.text] : [],
  );
  return hasOwnThis(signature) ? [...names, "this"] : names;
}

function hasOwnThis(signature: TS.SignatureDeclaration): boolean {
  return (
    !ts.isArrowFunction(signature) &&
    !ts.isConstructorDeclaration(signature) &&
    !ts.isConstructSignatureDeclaration(signature) &&
    !ts.isConstructorTypeNode(signature)
  );
}

function hasBody(declaration: TS.Node): boolean {
  if ("body" in declaration && declaration.body) return true;
  return isHolder(declaration) && functionHeldBy(declaration) !== null;
}

/** What is called, if no assertion stands around it: such are not believed. */
function calleeOf(node: CallLike): TS.Expression | null {
  let callee: TS.Expression = ts.isTaggedTemplateExpression(node) ? node.tag : node.expression;
  while (ts.isParenthesizedExpression(callee) || ts.isNonNullExpression(callee)) callee = callee.expression;
  return callee === skipWrappers(callee) ? callee : null;
}

/** The declarations of a symbol if they are of one thing, overloads included; `null` where types were mixed. */
function declarationsOfOne(symbol: TS.Symbol): readonly TS.Declaration[] | null {
  const declarations = symbol.declarations ?? [];
  const parents = new Set(declarations.map((each) => each.parent));
  return parents.size <= 1 || declarations.every(ts.isFunctionDeclaration) ? declarations : null;
}

/** A class by its own name; a variable may hold a subclass, with a constructor of its own. */
function isNamedClass(declaration: TS.Declaration): boolean {
  if (ts.isClassDeclaration(declaration)) return true;
  return ts.isVariableDeclaration(declaration) && !declaration.initializer && isAmbient(declaration);
}

/**
 * Finds the functions in constant objects: `const api = { f(x) { … } }`, called as `api.f(x)`, also where a function makes the
 * object: `const api = makeApi(options)`.
 *
 * An object can be changed by whoever has it. So its functions are known only while nobody has it but by its name, and the
 * name only ever stands before a member that is read: each use of it in the program is looked at, and each `this` in the
 * functions themselves; those of the objects in its members too. A namespace object gives its exports to whoever has that.
 *
 * # Invariants
 * - K1 The object is a literal with all members written out, and it is the constant's initialiser, or what each call of the
 *   function that is the initialiser returns: that no other name has it follows from the syntax.
 * - K2 No use of the constant gives the object, or an object in its members, to anybody, writes to a member or deletes one.
 *
 * # Example
 * `const codec = makeCodec(8)` with `const makeCodec = (n) => ({ bytes: { encode: (x) => { … } } })`: `codec.bytes.encode(x)` calls that
 * arrow function, in the frame of a call of `makeCodec` that is over.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { functionNamed, returnedExpression } from "./callee.js";
import { forEachChild } from "./deep-syntax.js";
import { findUses, isMemberBase, wrapped } from "./find-uses.js";
import type { ProgramIndex } from "./program-index.js";
import { isAnalysedFile, isAssignmentTarget, isFunctionNode, skipWrappers } from "./syntax.js";

type Member =
  | { readonly kind: "value"; readonly node: TS.Expression | TS.MethodDeclaration }
  | { readonly kind: "object"; readonly members: Members };
type Members = ReadonlyMap<string, Member>;

/** A constant object. */
interface ConstantObject {
  readonly members: Members;
  /** A function has made it: the variables around its functions are those of a call that is over. */
  readonly isMade: boolean;
}

/** What a member of a constant object is for good. */
export interface ConstantMember {
  readonly node: TS.Expression | TS.MethodDeclaration;
  readonly isMade: boolean;
}

export class ConstantObjects {
  private readonly known = new Map<TS.Symbol, ConstantObject | null>();

  constructor(private readonly index: ProgramIndex) {}

  /** What the member at `path` of the object that `symbol` names is for good. */
  memberOf(symbol: TS.Symbol, path: readonly string[]): ConstantMember | null {
    let found = this.known.get(symbol);
    if (found === undefined) {
      // While it is being found out, as for a function that uses the object that it makes, it is not known.
      this.known.set(symbol, null);
      found = this.find(symbol);
      this.known.set(symbol, found);
    }
    if (!found) return null;
    let { members } = found;
    for (const name of path.slice(0, -1)) {
      const member = members.get(name);
      if (member?.kind !== "object") return null;
      members = member.members;
    }
    const member = members.get(path.at(-1) ?? "");
    return member?.kind === "value" ? { node: member.node, isMade: found.isMade } : null;
  }

  private find(symbol: TS.Symbol): ConstantObject | null {
    const { index } = this;
    const initializer = initializerOf(symbol);
    if (!initializer || !isAnalysedFile(index.program, initializer.getSourceFile())) return null;
    const literal = this.literalOf(initializer);
    const members = literal && membersOf(literal);
    if (!members || !hasFunctions(members)) return null;
    const uses = findUses(index, symbol);
    if (!uses?.every((use) => this.isRead(use, members))) return null;
    return this.keepThis(members) ? { members, isMade: literal !== initializer } : null;
  }

  private literalOf(initializer: TS.Expression): TS.ObjectLiteralExpression | null {
    const value = ts.isCallExpression(initializer) ? this.madeBy(initializer) : initializer;
    return value && ts.isObjectLiteralExpression(value) ? value : null;
  }

  private madeBy(call: TS.CallExpression): TS.Expression | null {
    const maker = functionNamed(this.index, skipWrappers(call.expression));
    return maker && this.index.indexOf(maker.declaration) === this.index
      ? returnedExpression(maker.declaration)
      : null;
  }

  /**
   * Whether a use of the object just reads a member of it by name. A member that is called is given the object as its `this`,
   * so it must be one of the functions that are looked at, or one that has no use for it.
   */
  private isRead(use: TS.Expression, members: Members): boolean {
    if (!isMemberBase(use)) return false;
    const access = wrapped(use).parent as TS.PropertyAccessExpression;
    const outer = wrapped(access);
    const { parent } = outer;
    if (isAssignmentTarget(access) || ts.isDeleteExpression(parent)) return false;
    const member = members.get(access.name.text);
    if (member?.kind === "object") return this.isRead(access, member.members);
    const isCalled =
      (ts.isCallExpression(parent) && parent.expression === outer) ||
      (ts.isTaggedTemplateExpression(parent) && parent.tag === outer);
    return !isCalled || (member !== undefined && this.ignoresReceiver(member.node));
  }

  /** Whether a member that is called has no `this`, or is looked at for what it does with that. */
  private ignoresReceiver(node: TS.Expression | TS.MethodDeclaration): boolean {
    if (isWrittenFunction(node)) return true;
    if (ts.isMethodDeclaration(node)) return false;
    const known = functionNamed(this.index, node);
    return !!known && ts.isArrowFunction(known.declaration);
  }

  /** Whether all functions written in the object use their `this`, which may be the object, to read members only. */
  private keepThis(members: Members): boolean {
    return [...members.values()].every((member) =>
      member.kind === "object"
        ? this.keepThis(member.members)
        : !isWrittenFunction(member.node) || this.keepsThis(member.node, members),
    );
  }

  private keepsThis(method: WrittenFunction, members: Members): boolean {
    if (ts.isArrowFunction(method)) return true;
    const givesAway = (node: TS.Node): boolean => {
      if (node.kind === ts.SyntaxKind.ThisKeyword) return !this.isRead(node as TS.Expression, members);
      if (node.kind === ts.SyntaxKind.SuperKeyword) return true;
      // Another function has a `this` of its own, but in its computed name.
      if (isFunctionNode(node) && !ts.isArrowFunction(node) && node !== method)
        return "name" in node && !!node.name && givesAway(node.name);
      return forEachChild(node, (child) => givesAway(child) || undefined) ?? false;
    };
    return !givesAway(method);
  }
}

type WrittenFunction = TS.MethodDeclaration | TS.ArrowFunction | TS.FunctionExpression;

function isWrittenFunction(node: TS.Node): node is WrittenFunction {
  return ts.isMethodDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** What a constant is initialised with. */
function initializerOf(symbol: TS.Symbol): TS.Expression | null {
  const declaration = symbol.valueDeclaration;
  if (!declaration || symbol.declarations?.length !== 1 || !ts.isVariableDeclaration(declaration))
    return null;
  const { initializer, name } = declaration;
  const isConst = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return initializer && isConst && ts.isIdentifier(name) ? skipWrappers(initializer) : null;
}

/** The members of a literal, if every one is written out. */
function membersOf(literal: TS.ObjectLiteralExpression): Members | null {
  const members = new Map<string, Member>();
  for (const property of literal.properties) {
    const { name } = property;
    if (!name || !(ts.isIdentifier(name) || ts.isStringLiteral(name)) || name.text === "__proto__")
      return null;
    if (members.has(name.text) || ts.isAccessor(property)) return null;
    const member = memberOf(property);
    if (!member) return null;
    members.set(name.text, member);
  }
  return members;
}

function memberOf(property: TS.ObjectLiteralElementLike): Member | null {
  if (ts.isMethodDeclaration(property)) return { kind: "value", node: property };
  if (ts.isShorthandPropertyAssignment(property)) return { kind: "value", node: property.name };
  if (!ts.isPropertyAssignment(property)) return null;
  const node = skipWrappers(property.initializer);
  if (!ts.isObjectLiteralExpression(node)) return { kind: "value", node };
  const members = membersOf(node);
  return members && { kind: "object", members };
}

function hasFunctions(members: Members): boolean {
  return [...members.values()].some((member) =>
    member.kind === "object" ? hasFunctions(member.members) : !ts.isLiteralExpression(member.node),
  );
}

/**
 * Which members of the library's objects the program replaces (M3 in `substitutes.ts`): `console.log = f`, `Object.assign(set, { has })`.
 *
 * # Idea
 * The type of what is assigned to says whose member it is. But types are compared by their members: a Set may be behind
 * `interface Filter { has(x: Float64Array): boolean }`, and behind `object`, or a type parameter, may be anything.
 *
 * # Invariants
 * - W1 A member is replaced that is assigned, deleted or defined under its name, or under one that isn't known, on what is of its library
 *   type, of a type of which that library type has all required members, or of one that has all of that library type's (an Array is behind
 *   a `ReadonlyArray`). With another prototype all members of an object are others.
 * - W2 Where the object's type may be anything, it is of those library types of which something comes to a place where anything may be
 *   (`open-types.ts`): to the parameter that is named, or else to any.
 * - W3 What an array's methods make, its `constructor` makes, which may be given to it.
 *
 * # Example
 * `const stub = <T, K extends keyof T>(o: T, key: K, f: T[K]) => { o[key] = f; }` replaces no method of a Map unless some Map is given to a `T`.
 */
import type TS from "typescript";
import { isLiteral, mayBeFunction, mayBeName, typeAssigned } from "../lower/dynamic-keys.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { isAssignmentTarget, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { isLibrary } from "./lookup.js";
import { parameterNamed, typesGivenTo } from "./open-types.js";
import { hasAll, hasMember, isNamed } from "./substitutes.js";

/** Members that are replaced on what is of some type: under these names, or (`null`) any. */
interface Replacement {
  readonly type: TS.Type;
  readonly names: ReadonlySet<string> | null;
  /** The parameter that holds the object, where its type says nothing. */
  readonly parameter: TS.Symbol | null;
}

interface Replaced extends Omit<Replacement, "parameter"> {
  readonly of: TS.Expression;
  /** What is stored there: nothing but a function takes a method's place. `null` where that isn't known. */
  readonly value: TS.Type | null;
}

export class Replacements {
  /** The library's members that are replaced on some object; and those that are on a prototype, so that new objects have them too. */
  private readonly replaced = new Set<TS.Declaration>();
  private readonly inherited = new Set<TS.Declaration>();
  private readonly elsewhere: Replacement[] = [];
  private readonly known = new Map<TS.Declaration, boolean>();
  /** W3: whether some array may have been given a `constructor` of its own. */
  changesConstructors = false;

  /** @param declared takes the names of all members that are defined */
  constructor(
    private readonly index: ProgramIndex,
    private readonly declared: Set<string>,
  ) {}

  /** Whether an object of the library may have been given another member in the place of this one. */
  has(
    member: TS.Declaration,
    { isNew, interfaceType }: { readonly isNew: boolean; readonly interfaceType: TS.Type | null },
  ): boolean {
    if ((isNew ? this.inherited : this.replaced).has(member)) return true;
    if (!interfaceType) return false;
    let isReplaced = this.known.get(member);
    if (isReplaced === undefined) {
      const name = ts.getNameOfDeclaration(member)?.getText() ?? "";
      isReplaced = this.elsewhere.some(
        (each) => (!each.names || each.names.has(name)) && this.mayBeBehind(each, interfaceType),
      );
      this.known.set(member, isReplaced);
    }
    return isReplaced;
  }

  /** W1, W2: whether an object of the library's interface may be what is replaced in. */
  private mayBeBehind({ type, parameter }: Replacement, interfaceType: TS.Type): boolean {
    if (isOpen(this.index.checker, type))
      return [...typesGivenTo(this.index, parameter)].some((each) => hasAll(each, interfaceType));
    // An interface without required members takes what has one of them.
    const isShared = type.getProperties().some((each) => hasMember(interfaceType, each));
    return isShared && (hasAll(interfaceType, type) || hasAll(type, interfaceType));
  }

  /** Whether some object of the interface may have been given a method of its own, one under a symbol among them. */
  hasAny(interfaceType: TS.Type): boolean {
    return this.elsewhere.some((each) => this.mayBeBehind(each, interfaceType));
  }

  note(node: TS.Node): void {
    if (ts.isCallExpression(node)) this.noteDefinition(node);
    else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      if (isAssignmentTarget(node) || ts.isDeleteExpression(node.parent)) this.noteAssigned(node);
    }
  }

  /** `x.m = …` of a member `m`, which may be the library's; under a name that isn't known, any member of `x`. */
  private noteAssigned(node: TS.PropertyAccessExpression | TS.ElementAccessExpression): void {
    const { checker } = this.index;
    const names = ts.isPropertyAccessExpression(node)
      ? unlessPrototype(new Set([node.name.text]))
      : this.nameOfElement(node);
    if (names?.size === 0) return;
    const type = typeAssigned(checker, node);
    if (names) {
      // By a pattern, something that the member's type allows.
      const allowed = ts.isDeleteExpression(node.parent) ? null : checker.getTypeAtLocation(node);
      this.noteMembersOf(node.expression, names, type ?? allowed);
    }
    // A prototype is no function, but has some.
    else if (!type || !isPlainValue(type)) this.noteMembersOf(node.expression, null, null);
  }

  /** The name that an element is stored under: `null` where it isn't known, none where it is a number. */
  private nameOfElement({ argumentExpression }: TS.ElementAccessExpression): ReadonlySet<string> | null {
    const key = this.index.checker.getTypeAtLocation(skipWrappers(argumentExpression));
    if (mayBeName(key)) return literalName(argumentExpression);
    return new Set(key.flags & ts.TypeFlags.ESSymbolLike ? [anySymbol] : []);
  }

  /** `Object.assign(x, …)`, `Object.defineProperty(x, …)`, `Reflect.set(x, …)` and the like: the members that they name, or any of what `x` is. */
  private noteDefinition(node: TS.CallExpression): void {
    const callee = skipWrappers(node.expression);
    if (!ts.isPropertyAccessExpression(callee)) return;
    const { text } = callee.name;
    const isReflecting = isNamed(callee.expression, "Reflect");
    const isDefining =
      /^(?:assign|setPrototypeOf|definePropert(?:y|ies))$/.test(text) || (isReflecting && text === "set");
    const [target, ...rest] = node.arguments;
    if (!isDefining || !target || !(isReflecting || isNamed(callee.expression, "Object"))) return;
    const takesName = text === "defineProperty" || text === "set";
    const names = takesName ? literalName(rest[0]) : literalNames(rest);
    this.noteMembersOf(target, names, null);
    if (text !== "assign") return;
    for (const each of node.arguments) this.declare(this.index.checker.getTypeAtLocation(each));
  }

  private declare(type: TS.Type): void {
    for (const each of type.getProperties()) this.declared.add(each.name);
  }

  private noteMembersOf(of: TS.Expression, names: ReadonlySet<string> | null, value: TS.Type | null): void {
    const { checker } = this.index;
    for (const each of names ?? []) this.declared.add(each);
    if (isLiteral(checker, skipWrappers(of))) return;
    // Behind an assertion it is what it was before.
    const types = new Set([of, skipWrappers(of)].map((each) => checker.getTypeAtLocation(each)));
    for (const type of types)
      for (const part of type.isUnion() ? type.types : [type]) {
        this.changesConstructors ||= names?.has("constructor") === true && mayBeArray(checker, part);
        this.noteMembers({ type: part, names, of, value });
      }
  }

  /** Members of a type that are replaced on an object: those of that name, or all. */
  private noteMembers({ type, names, of, value }: Replaced): void {
    const { checker } = this.index;
    const isFunction = value === null || mayBeFunction(value);
    const constraint = checker.getBaseConstraintOfType(type) ?? type;
    if (isOpen(checker, constraint)) {
      const parameter = parameterNamed(this.index, of);
      if (isFunction) this.elsewhere.push({ type: constraint, names, parameter });
      return;
    }
    let isMethod = false;
    const members = names
      ? [...names].flatMap((each) => membersNamed(constraint, each))
      : constraint.getProperties();
    for (const member of members) {
      this.noteMember(member, of);
      isMethod ||= isFunction && mayBeFunction(checker.getTypeOfSymbol(member));
    }
    // A name that isn't known may be one that the type doesn't have.
    isMethod ||= isFunction && names === null;
    // No object of the library is a record of something.
    const isRecord = checker.getIndexTypeOfType(constraint, ts.IndexKind.String) !== undefined;
    if (isMethod && !isRecord) this.elsewhere.push({ type: constraint, names, parameter: null });
  }

  private noteMember(member: TS.Symbol, of: TS.Expression): void {
    const object = skipWrappers(of);
    const isPrototype = ts.isPropertyAccessExpression(object) && object.name.text === "prototype";
    const declarations = (member.declarations ?? []).filter((each) => isLibrary(this.index, each));
    for (const each of declarations) {
      this.replaced.add(each);
      if (isPrototype) this.inherited.add(each);
    }
  }
}

/** W1: whether a value of that type is neither an object nor `null`, which may be a prototype. */
function isPlainValue(type: TS.Type): boolean {
  const { NumberLike, StringLike, BooleanLike, BigIntLike, ESSymbolLike } = ts.TypeFlags;
  return type.isUnion()
    ? type.types.every(isPlainValue)
    : (type.flags & (NumberLike | StringLike | BooleanLike | BigIntLike | ESSymbolLike)) !== 0;
}

/** Stands for the name of any property under a symbol. */
const anySymbol = "__@";

function membersNamed(type: TS.Type, name: string): TS.Symbol[] {
  if (name === anySymbol) return type.getProperties().filter((each) => each.name.startsWith(anySymbol));
  const member = type.getProperty(name);
  return member ? [member] : [];
}

/** Whether an array may be of that type; it is no instance of a class that the program declares, unless that extends one. */
function mayBeArray(checker: TS.TypeChecker, type: TS.Type): boolean {
  const { symbol } = (checker.getBaseConstraintOfType(type) ?? type) as { symbol?: TS.Symbol };
  const isAny = (type.flags & ts.TypeFlags.Any) !== 0;
  return !isAny && !(symbol && symbol.flags & ts.SymbolFlags.Class);
}

/** Whether anything may be of that type: a type parameter without a constraint, `object`, `unknown`, `{}`, `Record<string, any>`. */
export function isOpen(checker: TS.TypeChecker, type: TS.Type): boolean {
  const { Unknown, NonPrimitive, TypeParameter, IndexedAccess, Object: ofObject } = ts.TypeFlags;
  if (type.flags & (Unknown | NonPrimitive)) return true;
  if (type.flags & (TypeParameter | IndexedAccess)) {
    const constraint = checker.getBaseConstraintOfType(type);
    return !constraint || constraint === type || isOpen(checker, constraint);
  }
  if (!(type.flags & ofObject)) return false;
  return (
    type.getProperties().length + type.getCallSignatures().length + type.getConstructSignatures().length ===
      0 && checker.getIndexInfosOfType(type).every((each) => each.type.flags & ts.TypeFlags.Any)
  );
}

/** The name that a property is defined under; `null` where it isn't known. */
function literalName(node: TS.Expression | undefined): ReadonlySet<string> | null {
  const name = node && skipWrappers(node);
  return name && ts.isStringLiteralLike(name) ? unlessPrototype(new Set([name.text])) : null;
}

/** Names under which members are defined; `null`, for any, if a prototype with members of its own is among them. */
function unlessPrototype(names: ReadonlySet<string>): ReadonlySet<string> | null {
  return names.has("__proto__") ? null : names;
}

/** The names of all properties of object literals; `null` where they aren't known. */
function literalNames(nodes: readonly TS.Expression[]): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const node of nodes) {
    const literal = skipWrappers(node);
    if (!ts.isObjectLiteralExpression(literal)) return null;
    for (const { name } of literal.properties) {
      if (!name || !(ts.isIdentifier(name) || ts.isStringLiteralLike(name))) return null;
      names.add(name.text);
    }
  }
  return unlessPrototype(names);
}

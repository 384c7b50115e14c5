/**
 * Finds what is known of a class: its chain of bases, its members, what `new` runs (see `ir/class.ts`).
 *
 * A class is understood if its base classes are, down to one that extends nothing, and nothing about it is decided at run
 * time: no decorators, no computed names but symbols, no constructor that returns another object.
 */
import type TS from "typescript";
import { type ClassInfo, findMember, type Member } from "../ir/class.js";
import { isIndex, isReserved } from "../ir/field.js";
import type { ClassId, FunctionId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import { collectMemberFacts, type MemberFacts } from "./member-facts.js";
import type { ProgramIndex } from "./program-index.js";
import { isReplacedProperty } from "./replaced-properties.js";
import { isAmbient, isAnalysedFile, isFunctionNode, isStatic, skipWrappers } from "./syntax.js";

type ClassNode = TS.ClassLikeDeclaration;

export class ClassIndex {
  private readonly infos = new Map<ClassNode, ClassInfo | null>();
  private subclasses: Map<ClassNode, ClassNode[]> | null = null;
  /** Some class extends a value that may be any class: a mixin's argument. */
  private extendsAnything = false;
  private facts: MemberFacts | null = null;

  constructor(private readonly index: ProgramIndex) {}

  get memberFacts(): MemberFacts {
    this.facts ??= collectMemberFacts(this.index);
    return this.facts;
  }

  classId(node: ClassNode): ClassId {
    return this.index.identities.classId(node);
  }

  /** What is known of the class that an expression names, of the program or of a dependency; `null` if nothing is. */
  infoNamed(expression: TS.Expression): ClassInfo | null {
    const node = this.classOf(expression);
    if (node && !node.getSourceFile().isDeclarationFile) return this.info(node);
    if (this.index.packages) return this.index.packages.constructorNamed(expression);
    return this.index.dependencies?.classNamed(expression) ?? null;
  }

  infoOfSymbol(symbol: TS.Symbol): ClassInfo | null {
    const node = this.classOfSymbol(symbol);
    return node ? this.info(node) : (this.index.packages?.constructorOf(symbol) ?? null);
  }

  /** What could replace the methods of a class that `node` declares. */
  private replacementsAt(node: TS.Node): Pick<MemberFacts, "assigned" | "tampers"> {
    return this.index.packages ? this.index.packages.factsAt(node) : this.memberFacts;
  }

  /** The class that an expression names for good; `null` for any other expression. */
  classOf(expression: TS.Expression): ClassNode | null {
    const node = skipWrappers(expression);
    if (ts.isClassExpression(node)) return node;
    if (!ts.isIdentifier(node)) return null;
    const symbol = this.index.symbolOf(node);
    return symbol ? this.classOfSymbol(symbol) : null;
  }

  private classOfSymbol(symbol: TS.Symbol): ClassNode | null {
    const { valueDeclaration } = symbol;
    if (!valueDeclaration) return null;
    const binding = this.index.factsOfBinding(symbol);
    if (binding && (binding.assignedElsewhere || binding.reassigned)) return null;
    if (isReplacedProperty(this.index, symbol)) return null;
    if (ts.isClassDeclaration(valueDeclaration)) return valueDeclaration;
    if (!ts.isVariableDeclaration(valueDeclaration) || !valueDeclaration.initializer) return null;
    if (!(ts.getCombinedNodeFlags(valueDeclaration) & ts.NodeFlags.Const)) return null;
    const value = skipWrappers(valueDeclaration.initializer);
    return ts.isClassExpression(value) ? value : null;
  }

  /** What is known of a class; `null` if it is not understood. */
  info(node: ClassNode): ClassInfo | null {
    const known = this.infos.get(node);
    if (known !== undefined) return known;
    this.infos.set(node, null);
    const info = this.build(node);
    this.infos.set(node, info);
    if (info) this.index.identities.noteClass(info);
    return info;
  }

  private build(node: ClassNode): ClassInfo | null {
    if (!isAnalysedFile(this.index.program, node.getSourceFile())) return null;
    if (node.modifiers?.some(ts.isDecorator) || isAmbient(node)) return null;
    const symbol = (node as { symbol?: TS.Symbol }).symbol;
    const { packages } = this.index;
    if (packages ? packages.factsAt(node).tampers : this.isPatched(symbol)) return null;
    const base = this.baseOf(node);
    if (
      base === "unknown" ||
      !node.members.every((each) => isPlainMember(each) && !this.isUnnamedAccessor(each))
    )
      return null;
    const own = node.members.find(
      (each): each is TS.ConstructorDeclaration => ts.isConstructorDeclaration(each) && !!each.body,
    );
    if (own?.body && returnsValue(own.body)) return null;
    const info: ClassInfo = {
      id: this.classId(node),
      name: node.name?.text ?? "<class>",
      base,
      construct: this.constructorOf(node, base, own),
      members: this.membersOf(node, false),
      fields: this.fieldsOf(node, false),
      statics: this.membersOf(node, true),
      isOfPackage: packages !== null || (base?.isOfPackage ?? false),
    };
    return hidesAccessor(info) ? null : info;
  }

  /** Whether a class may be given a test for `instanceof` by others. */
  definesInstanceTests(node: ClassNode): boolean {
    if (this.index.packages) return node.getSourceFile().text.includes("hasInstance");
    return this.memberFacts.definesInstanceTests;
  }

  /** Whether the prototype of the class may have been changed. */
  private isPatched(symbol: TS.Symbol | undefined): boolean {
    const { patched, changesPrototypes } = this.memberFacts;
    return changesPrototypes || (symbol !== undefined && patched.has(symbol));
  }

  /** The fields that the class declares, by the name of the IR. */
  private fieldsOf(node: ClassNode, ofClass: boolean): Set<string> {
    const fields = new Set<string>();
    for (const each of node.members) {
      if (ts.isPropertyDeclaration(each) && isStatic(each) === ofClass) {
        const name = this.memberName(each.name);
        if (name !== null) fields.add(name);
      } else if (ts.isConstructorDeclaration(each) && !ofClass) {
        for (const parameter of each.parameters) {
          const { name } = parameter;
          if (ts.isParameterPropertyDeclaration(parameter, each) && ts.isIdentifier(name))
            fields.add(name.text);
        }
      }
    }
    return fields;
  }

  private constructorOf(
    node: ClassNode,
    base: ClassInfo | null,
    own: TS.ConstructorDeclaration | undefined,
  ): FunctionId {
    const hasFields = node.members.some(
      (each) => ts.isPropertyDeclaration(each) && !isStatic(each) && each.initializer !== undefined,
    );
    // Without a constructor and fields of its own, `new` runs the base's.
    return !own && base && !hasFields ? base.construct : this.index.functionId(own ?? node);
  }

  private baseOf(node: ClassNode): ClassInfo | null | "unknown" {
    const heritage = node.heritageClauses?.find((each) => each.token === ts.SyntaxKind.ExtendsKeyword);
    const expression = heritage?.types[0]?.expression;
    if (!expression) return null;
    return this.infoNamed(expression) ?? "unknown";
  }

  private membersOf(node: ClassNode, ofClass: boolean): Map<string, Member> {
    const members = new Map<string, Member>();
    const { assigned } = this.replacementsAt(node);
    if (ofClass) for (const name of this.fieldsOf(node, true)) members.set(name, { kind: "replaced" });
    for (const each of node.members) {
      if (isStatic(each) !== ofClass || !each.name || !isFunctionNode(each)) continue;
      if (!ts.isMethodDeclaration(each) && !ts.isAccessor(each)) continue;
      const name = this.memberName(each.name);
      if (name === null) continue;
      const id = this.index.functionId(each);
      const isReplaced = ts.isMethodDeclaration(each) && assigned.has(name);
      members.set(name, isReplaced ? { kind: "replaced" } : withFunction(members.get(name), each, id));
    }
    return members;
  }

  /** The field of the IR that a member's name stands for; `null` for one that has none of its own: a symbol's, a reserved name's. */
  memberName(name: TS.PropertyName): string | null {
    if (ts.isPrivateIdentifier(name)) return this.privateName(name);
    const text = ts.isComputedPropertyName(name) ? literalText(name.expression) : name.text;
    return text === null || isReserved(text) ? null : text;
  }

  /**
   * An accessor under a name that no field of the IR has, or that a number may select: what reads or writes such a property of an instance
   * does not say that it runs.
   */
  private isUnnamedAccessor(member: TS.ClassElement): boolean {
    if (!ts.isAccessor(member) || isStatic(member)) return false;
    const name = this.memberName(member.name);
    return name === null || isIndex(name);
  }

  /** `#x` of one class is another field than `#x` of a subclass. */
  privateName(name: TS.PrivateIdentifier): string {
    const declaration = this.index.checker.getSymbolAtLocation(name)?.valueDeclaration;
    const owner = declaration?.parent;
    return owner && ts.isClassLike(owner) ? `${name.text}@${this.classId(owner)}` : name.text;
  }

  /** Whether the class is one that only itself and its subclasses can stand for: its instances have a private or protected member. */
  isNominal(node: ClassNode): boolean {
    for (let at: ClassNode | null = node; at; at = this.baseNode(at)) {
      if (at.members.some((each) => !isStatic(each) && isPrivate(each))) return true;
    }
    return false;
  }

  /** Whether what is of that type is of the class, or of one that extends it: `Pick<C, "m">` has its `m`, and any object may be one. */
  isOfClass(type: TS.Type, node: ClassNode): boolean {
    const { checker } = this.index;
    if (type.isUnion()) return type.types.every((each) => this.isOfClass(each, node));
    if (type.isIntersection()) return type.types.some((each) => this.isOfClass(each, node));
    if (type.flags & ts.TypeFlags.TypeParameter) {
      const constraint = checker.getBaseConstraintOfType(type);
      return !!constraint && constraint !== type && this.isOfClass(constraint, node);
    }
    const symbol = type.symbol as TS.Symbol | undefined;
    if (!symbol || !(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return false;
    if (symbol.declarations?.includes(node)) return true;
    const declared = checker.getDeclaredTypeOfSymbol(symbol);
    return declared.getBaseTypes()?.some((each) => this.isOfClass(each, node)) ?? false;
  }

  baseNode(node: ClassNode): ClassNode | null {
    const heritage = node.heritageClauses?.find((each) => each.token === ts.SyntaxKind.ExtendsKeyword);
    const expression = heritage?.types[0]?.expression;
    return expression ? this.classOf(expression) : null;
  }

  /**
   * All functions that method `name` of an instance of `node`, or of a subclass of it in the program, can be; `null`
   * if there may be others.
   */
  implementations(node: ClassNode, name: string): FunctionId[] | null {
    const { tampers, assigned } = this.replacementsAt(node);
    if (tampers || assigned.has(name)) return null;
    const isOpen = this.index.isOpenWorld;
    const found = new Set<FunctionId>();
    const queue = [node];
    for (let at = queue.pop(); at; at = queue.pop()) {
      const info = this.info(at);
      const derived = this.subclassesOf(at);
      if (!info || derived === null || (isOpen && this.isExported(at))) return null;
      const isAbstract = !!(ts.getCombinedModifierFlags(at) & ts.ModifierFlags.Abstract);
      const member = findMember(info, name);
      if (member?.kind === "method") found.add(member.function);
      else if (member || !isAbstract) return null;
      queue.push(...derived);
    }
    return found.size > 0 ? [...found] : null;
  }

  private isExported(node: ClassNode): boolean {
    const symbol =
      ts.isClassDeclaration(node) && node.name
        ? this.index.checker.getSymbolAtLocation(node.name)
        : undefined;
    const facts = symbol && this.index.factsOfBinding(symbol);
    const { exposed, exposesItself } = this.memberFacts;
    return !symbol || !facts || facts.exported || exposesItself || exposed.has(symbol);
  }

  /** The classes that extend `node` directly; `null` if it is extended in a way that is not understood. */
  private subclassesOf(node: ClassNode): ClassNode[] | null {
    this.subclasses ??= this.collectSubclasses();
    return this.extendsAnything ? null : (this.subclasses.get(node) ?? []);
  }

  private collectSubclasses(): Map<ClassNode, ClassNode[]> {
    const found = new Map<ClassNode, ClassNode[]>();
    const visit = (node: TS.Node): void => {
      if (ts.isClassLike(node)) {
        const heritage = node.heritageClauses?.find((each) => each.token === ts.SyntaxKind.ExtendsKeyword);
        const expression = heritage?.types[0]?.expression;
        const base = expression ? this.classOf(expression) : null;
        if (base) found.set(base, [...(found.get(base) ?? []), node]);
        else if (expression && !this.isDeclaredElsewhere(expression)) this.extendsAnything = true;
      }
      forEachChild(node, visit);
    };
    for (const file of this.index.program.getSourceFiles()) {
      if (isAnalysedFile(this.index.program, file) && /\bextends\b/.test(file.text)) visit(file);
    }
    return found;
  }

  /** Whether the expression names a class that no file of the program defines. */
  private isDeclaredElsewhere(expression: TS.Expression): boolean {
    const node = skipWrappers(expression);
    const name = ts.isPropertyAccessExpression(node) ? node.name : node;
    const symbol = ts.isIdentifier(name) ? this.index.symbolOf(name) : undefined;
    const declarations = symbol?.declarations ?? [];
    if (declarations.length === 0 || !areDeclaredElsewhere(declarations)) return false;
    // A property of a type of the library (`result.value`) may hold any class: which, its own type says.
    return !(symbol && symbol.flags & ts.SymbolFlags.Property) || this.makesForeign(node);
  }

  private makesForeign(expression: TS.Expression): boolean {
    const made = this.index.checker
      .getTypeAtLocation(expression)
      .getConstructSignatures()
      .map((each) => each.getReturnType().symbol as TS.Symbol | undefined);
    return (
      made.length > 0 && made.every((each) => !!each?.declarations && areDeclaredElsewhere(each.declarations))
    );
  }
}

function areDeclaredElsewhere(declarations: readonly TS.Declaration[]): boolean {
  return declarations.every((each) => each.getSourceFile().isDeclarationFile);
}

/** Whether a field and an accessor of one name meet: which of them an assignment reaches depends on the target. */
function hidesAccessor(info: ClassInfo): boolean {
  const fields = new Set<string>();
  const accessors = new Set<string>();
  for (let at: ClassInfo | null = info; at; at = at.base) {
    for (const name of at.fields) fields.add(name);
    for (const [name, member] of at.members) if (member.kind === "accessor") accessors.add(name);
  }
  return [...accessors].some((name) => fields.has(name));
}

function withFunction(
  known: Member | undefined,
  node: TS.MethodDeclaration | TS.AccessorDeclaration,
  id: FunctionId,
): Member {
  if (ts.isMethodDeclaration(node)) return { kind: "method", function: id };
  const accessor = known?.kind === "accessor" ? known : { kind: "accessor" as const, get: null, set: null };
  return ts.isGetAccessor(node) ? { ...accessor, get: id } : { ...accessor, set: id };
}

function literalText(expression: TS.Expression): string | null {
  const literal = skipWrappers(expression);
  return ts.isStringLiteralLike(literal) ? literal.text : null;
}

/** Nothing about the member is decided at run time; a symbol as its name selects nothing that the IR tracks. */
function isPlainMember(member: TS.ClassElement): boolean {
  const parameters = ts.isFunctionLike(member) ? member.parameters : [];
  if ([member, ...parameters].some((each) => ts.canHaveDecorators(each) && ts.getDecorators(each)?.length))
    return false;
  if (
    ts.isPropertyDeclaration(member) &&
    member.modifiers?.some((each) => each.kind === ts.SyntaxKind.AccessorKeyword)
  )
    return false;
  if (!member.name || !ts.isComputedPropertyName(member.name)) return true;
  const { expression } = member.name;
  return (
    ts.isStringLiteralLike(expression) ||
    (ts.isPropertyAccessExpression(expression) && expression.expression.getText() === "Symbol")
  );
}

function isPrivate(member: TS.ClassElement): boolean {
  const { Private, Protected } = ts.ModifierFlags;
  if (member.name && ts.isPrivateIdentifier(member.name)) return true;
  if (ts.isConstructorDeclaration(member)) {
    return member.parameters.some((each) => ts.getCombinedModifierFlags(each) & (Private | Protected));
  }
  return (ts.getCombinedModifierFlags(member) & (Private | Protected)) !== 0;
}

function returnsValue(node: TS.Node): boolean {
  if (ts.isReturnStatement(node)) return node.expression !== undefined;
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  return forEachChild(node, (child) => returnsValue(child) || undefined) ?? false;
}

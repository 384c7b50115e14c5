/**
 * Which objects have members selected by names that are known at run time only (`o[key]`), and whether these may be methods of a class.
 *
 * # Idea
 * `o[key]` selects a method of a class if the type of `o` has methods, or may be anything. If its type is an interface without any
 * (`{ run: (x: Float64Array) => number }`), an instance of a class may still be behind it: types are compared by their members. So such types are
 * kept, and compared with the classes of the program in the end.
 *
 * # Invariants
 * - K0 A primitive value that is stored selects no method, and is none. It is one by the type that it is declared with, or by its operator: what
 *   comes out of a pattern, and what is typed `void`, may be anything.
 * - K1 An instance is behind an interface only if its class has all of the members that this requires, and a method of it is selected only if
 *   the interface names one, or the key may be any name; behind a record only if its class has an index signature, or the record takes anything (`Record<string, any>`).
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { isAssignmentTarget, outermost, skipWrappers } from "./syntax.js";

export class DynamicKeys {
  /** Something that may be a function has been stored under a name that isn't known, in what may be anything. */
  definesMembers = false;
  /** Something that is no primitive value has been. */
  definesObjects = false;
  /** A member that is certainly a method, or of something that is not known, has been selected. */
  private isSelected = false;
  /** Types of objects whose members may be functions. */
  private readonly suspects = new Set<TS.Type>();
  /** Types of objects of which a member may be selected that the type doesn't name. */
  private readonly anyNamed = new Set<TS.Type>();
  private readonly classes: TS.Type[] = [];

  private readonly checker: TS.TypeChecker;

  constructor(private readonly program: TS.Program) {
    this.checker = program.getTypeChecker();
  }

  /** Whether a method of a class of the program may have been selected. */
  get selectMethods(): boolean {
    return (
      this.isSelected ||
      [...this.suspects].some((each) => this.classes.some((type) => this.fits(type, each))) ||
      [...this.anyNamed].some((each) => this.classes.some((type) => isWhole(type, each)))
    );
  }

  /** A class, whose instances and whose class object may be behind an interface. */
  noteClass(node: TS.ClassLikeDeclaration): void {
    const { symbol } = node as { symbol?: TS.Symbol };
    if (!symbol) return;
    const types = [this.checker.getDeclaredTypeOfSymbol(symbol), this.checker.getTypeOfSymbol(symbol)];
    this.classes.push(...types.filter(hasMethods));
  }

  /** `o[key]`. */
  noteAccess(node: TS.ElementAccessExpression): void {
    const base = skipWrappers(node.expression);
    if (!this.mayBeName(node.argumentExpression) || isLiteral(this.checker, base)) return;
    if (isAssignmentTarget(node)) {
      const type = typeAssigned(this.checker, node);
      // Nothing is selected, and nothing that is called takes a method's place.
      if (type && isPrimitive(type)) return;
      this.definesObjects = true;
      this.definesMembers ||= !type || mayBeFunction(type);
    }
    this.noteType(this.checker.getTypeAtLocation(base), node.argumentExpression);
  }

  /** `const { [key]: x } = o`, or such a pattern in an assignment. */
  noteTaken(key: TS.Expression, pattern: TS.ObjectBindingPattern | TS.ObjectLiteralExpression): void {
    if (this.mayBeName(key)) this.noteType(this.checker.getTypeAtLocation(pattern), key);
  }

  private mayBeName(key: TS.Expression): boolean {
    return mayBeName(this.checker.getTypeAtLocation(skipWrappers(key)));
  }

  /** The type of what a member is selected of. */
  private noteType(type: TS.Type, key: TS.Expression): void {
    if (!(type.flags & ts.TypeFlags.Object) || (hasMethods(type) && !this.isLibraryArray(type))) {
      this.isSelected = true;
      return;
    }
    const ofRecord = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const { flags } = this.checker.getTypeAtLocation(skipWrappers(key));
    if (!ofRecord && flags & (ts.TypeFlags.Any | ts.TypeFlags.String)) this.anyNamed.add(type);
    const held = [...type.getProperties().map((each) => this.checker.getTypeOfSymbol(each)), ofRecord];
    if (held.some((each) => each && mayBeFunction(each))) this.suspects.add(type);
  }

  /** An array or typed array of the language's: what is selected is a method of a class only if an instance is behind it (K1). */
  private isLibraryArray(type: TS.Type): boolean {
    const declarations = (type.symbol as TS.Symbol | undefined)?.declarations ?? [];
    return (
      declarations.length > 0 &&
      declarations.every((each) => this.program.isSourceFileDefaultLibrary(each.getSourceFile())) &&
      this.checker.getIndexTypeOfType(type, ts.IndexKind.Number) !== undefined
    );
  }

  /** K1: whether an object of a class may be behind `type`. */
  private fits(ofClass: TS.Type, type: TS.Type): boolean {
    const ofRecord = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const isRecord = ofRecord !== undefined;
    const takesAnything = isRecord && (ofRecord.flags & ts.TypeFlags.Any) !== 0;
    if (isRecord && !takesAnything && !this.checker.getIndexTypeOfType(ofClass, ts.IndexKind.String))
      return false;
    const namesMethod = type.getProperties().some(({ name }) => isMethod(ofClass.getProperty(name)));
    return isWhole(ofClass, type) && (isRecord || namesMethod);
  }
}

/** Whether a class has all members that a type requires. What every object has, a class needs not declare. */
function isWhole(ofClass: TS.Type, type: TS.Type): boolean {
  return type
    .getProperties()
    .every(
      ({ flags, name }) =>
        flags & ts.SymbolFlags.Optional || ofClass.getProperty(name) || name in Object.prototype,
    );
}

/** Whether a key of that type may be the name of a method: it is no number, and no symbol. */
export function mayBeName({ flags }: TS.Type): boolean {
  return (flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.ESSymbolLike)) === 0;
}

/** The type of what is assigned to a member; `null` where it comes out of a pattern or a loop's header, or the member is deleted. */
export function typeAssigned(checker: TS.TypeChecker, node: TS.Expression): TS.Type | null {
  const value = assignedTo(node);
  return value && (typeBeforeTests(checker, value) ?? checker.getTypeAtLocation(value));
}

/** The type that a variable or property has wherever it is used: what a test has told of it, a call may have changed. */
function typeBeforeTests(checker: TS.TypeChecker, node: TS.Expression): TS.Type | null {
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  if (!ts.isIdentifier(name)) return null;
  const symbol = checker.getSymbolAtLocation(name);
  const declaration = symbol?.valueDeclaration;
  const isConst = declaration && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return symbol && !isConst ? checker.getTypeOfSymbol(symbol) : null;
}

/** What is assigned to a member, if that can be told. */
function assignedTo(node: TS.Expression): TS.Expression | null {
  const target = outermost(node);
  const { parent } = target;
  // A number.
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) return parent;
  // In a pattern it is a default value.
  if (!ts.isBinaryExpression(parent) || parent.left !== target || isAssignmentTarget(parent)) return null;
  const { operatorToken, right } = parent;
  if (operatorToken.kind === ts.SyntaxKind.EqualsToken) return skipWrappers(right);
  return isLogicalAssignment(operatorToken.kind) ? skipWrappers(right) : parent;
}

/** An object literal, or a constant that is initialised with one: no instance of a class, and no object of the library. */
export function isLiteral(checker: TS.TypeChecker, node: TS.Expression): boolean {
  if (ts.isObjectLiteralExpression(node)) return true;
  const declaration = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node)?.valueDeclaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  const isConst = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return !!isConst && ts.isObjectLiteralExpression(skipWrappers(declaration.initializer));
}

function isLogicalAssignment(operator: TS.SyntaxKind): boolean {
  const { AmpersandAmpersandEqualsToken, BarBarEqualsToken, QuestionQuestionEqualsToken } = ts.SyntaxKind;
  return (
    operator === AmpersandAmpersandEqualsToken ||
    operator === BarBarEqualsToken ||
    operator === QuestionQuestionEqualsToken
  );
}

function hasMethods(type: TS.Type): boolean {
  return type.getProperties().some(isMethod);
}

function isMethod(member: TS.Symbol | undefined): boolean {
  return member !== undefined && (member.flags & ts.SymbolFlags.Method) !== 0;
}

/** What is typed `void` may be anything: a function that returns a value is one that returns `void`. */
function isPrimitive(type: TS.Type): boolean {
  if (type.isUnion()) return type.types.every(isPrimitive);
  const { NumberLike, StringLike, BooleanLike, BigIntLike, ESSymbolLike, Null, Undefined, Never } =
    ts.TypeFlags;
  const primitive =
    NumberLike | StringLike | BooleanLike | BigIntLike | ESSymbolLike | Null | Undefined | Never;
  return (type.flags & primitive) !== 0;
}

/** Whether a value of that type may be a function. */
export function mayBeFunction(type: TS.Type): boolean {
  const { Any, Unknown, Void, NonPrimitive, InstantiableNonPrimitive } = ts.TypeFlags;
  if (type.flags & (Any | Unknown | Void | NonPrimitive | InstantiableNonPrimitive)) return true;
  if (type.isUnionOrIntersection()) return type.types.some(mayBeFunction);
  return isCalled(type) || (!!(type.flags & ts.TypeFlags.Object) && type.getProperties().length === 0);
}

function isCalled(type: TS.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some(isCalled);
  return type.getCallSignatures().length > 0 || type.symbol?.name === "Function";
}

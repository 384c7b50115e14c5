/**
 * Which objects have members selected by names that are known at run time only (`o[key]`), and whether these may be methods of a class.
 *
 * # Idea
 * `o[key]` selects a method of a class if the type of `o` has methods, or may be anything. If its type is an interface without any
 * (`{ run: (x: Float64Array) => number }`), an instance of a class may still be behind it: types are compared by their members. So such types are
 * kept, and compared with the classes of the program in the end.
 *
 * # Invariants
 * - K0 A primitive value that is stored selects no method, and is none.
 * - K1 An instance is behind an interface only if its class has all of the members that this requires, and a method of it is selected only if
 *   the interface names one; behind a record only if its class has an index signature, or the record takes anything (`Record<string, any>`).
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { isAssignmentTarget, skipWrappers } from "./syntax.js";

export class DynamicKeys {
  /** Something that may be a function has been stored under a name that isn't known, in what may be anything. */
  definesMembers = false;
  /** Something that is no primitive value has been. */
  definesObjects = false;
  /** A member that is certainly a method, or of something that is not known, has been selected. */
  private isSelected = false;
  /** Types of objects whose members may be functions. */
  private readonly suspects = new Set<TS.Type>();
  private readonly classes: TS.Type[] = [];

  private readonly checker: TS.TypeChecker;

  constructor(private readonly program: TS.Program) {
    this.checker = program.getTypeChecker();
  }

  /** Whether a method of a class of the program may have been selected. */
  get selectMethods(): boolean {
    return (
      this.isSelected || [...this.suspects].some((each) => this.classes.some((type) => this.fits(type, each)))
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
    const type = this.checker.getTypeAtLocation(base);
    this.noteType(type, isAssignmentTarget(node) ? this.assignedTo(node) : null);
  }

  /** `const { [key]: x } = o`, or such a pattern in an assignment. */
  noteTaken(key: TS.Expression, pattern: TS.ObjectBindingPattern | TS.ObjectLiteralExpression): void {
    if (this.mayBeName(key)) this.noteType(this.checker.getTypeAtLocation(pattern), null);
  }

  private mayBeName(key: TS.Expression): boolean {
    return mayBeName(this.checker.getTypeAtLocation(skipWrappers(key)));
  }

  /** @param assigned what is stored there; `null` where a member is read */
  private noteType(type: TS.Type, assigned: TS.Type | null): void {
    this.definesMembers ||= assigned !== null && mayBeFunction(assigned);
    this.definesObjects ||= assigned !== null && !isPrimitive(assigned);
    // Nothing is selected, and nothing that is called takes a method's place.
    if (assigned !== null && isPrimitive(assigned)) return;
    if (!(type.flags & ts.TypeFlags.Object) || (hasMethods(type) && !this.isLibraryArray(type))) {
      this.isSelected = true;
      return;
    }
    const ofRecord = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (ofRecord && ofRecord.flags & ts.TypeFlags.Any)
      this.isSelected ||= assigned !== null && isCalled(assigned);
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

  /** The type of what is assigned to an element; of a pattern or an operator that of the element. */
  private assignedTo(node: TS.ElementAccessExpression): TS.Type {
    const { parent } = node;
    const isPlain = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    return this.checker.getTypeAtLocation(isPlain ? skipWrappers(parent.right) : node);
  }

  /** K1: whether an object of a class may be behind `type`. */
  private fits(ofClass: TS.Type, type: TS.Type): boolean {
    const isRecord = this.checker.getIndexTypeOfType(type, ts.IndexKind.String) !== undefined;
    if (isRecord && this.checker.getIndexTypeOfType(ofClass, ts.IndexKind.String) === undefined) return false;
    const named = type.getProperties();
    // What every object has, a class needs not declare.
    const isWhole = named.every(
      ({ flags, name }) =>
        flags & ts.SymbolFlags.Optional || ofClass.getProperty(name) || name in Object.prototype,
    );
    return isWhole && (isRecord || named.some(({ name }) => isMethod(ofClass.getProperty(name))));
  }
}

/** Whether a key of that type may be the name of a method: it is no number, and no symbol. */
export function mayBeName({ flags }: TS.Type): boolean {
  return (flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.ESSymbolLike)) === 0;
}

/** An object literal, or a constant that is initialised with one: no instance of a class, and no object of the library. */
export function isLiteral(checker: TS.TypeChecker, node: TS.Expression): boolean {
  if (ts.isObjectLiteralExpression(node)) return true;
  const declaration = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node)?.valueDeclaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  const isConst = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return !!isConst && ts.isObjectLiteralExpression(skipWrappers(declaration.initializer));
}

function hasMethods(type: TS.Type): boolean {
  return type.getProperties().some(isMethod);
}

function isMethod(member: TS.Symbol | undefined): boolean {
  return member !== undefined && (member.flags & ts.SymbolFlags.Method) !== 0;
}

function isPrimitive(type: TS.Type): boolean {
  if (type.isUnion()) return type.types.every(isPrimitive);
  const { NumberLike, StringLike, BooleanLike, BigIntLike, ESSymbolLike, Null, Undefined, Void, Never } =
    ts.TypeFlags;
  const primitive =
    NumberLike | StringLike | BooleanLike | BigIntLike | ESSymbolLike | Null | Undefined | Void | Never;
  return (type.flags & primitive) !== 0;
}

/** Whether a value of that type may be a function. */
export function mayBeFunction(type: TS.Type): boolean {
  const { Any, Unknown, NonPrimitive, InstantiableNonPrimitive } = ts.TypeFlags;
  if (type.flags & (Any | Unknown | NonPrimitive | InstantiableNonPrimitive)) return true;
  if (type.isUnionOrIntersection()) return type.types.some(mayBeFunction);
  return isCalled(type) || (!!(type.flags & ts.TypeFlags.Object) && type.getProperties().length === 0);
}

function isCalled(type: TS.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some(isCalled);
  return type.getCallSignatures().length > 0 || type.symbol?.name === "Function";
}

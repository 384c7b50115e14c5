/**
 * Reads lengths, bounds and indices: an expression becomes a sum of atoms, or nothing where its value isn't certain to be the same
 * each time it is evaluated.
 *
 * # Idea
 * A variable that is never assigned again is an atom. So is an expression of such variables, by its structure: the same
 * operators on the same values give the same number. `x.length` is an atom only where the caller says that lengths hold still
 * ({@link LengthSettings.lengthsAreSteady}), since code could detach a buffer or push to an array.
 *
 * # Invariants
 * L1 and L2 of `linear.ts`. A sum has the value of the expression, whenever that is evaluated in the region at hand.
 */
import type TS from "typescript";
import type { ProgramIndex } from "../lower/program-index.js";
import { classifyConstruction } from "../lower/site.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import {
  type Atom,
  add,
  atomSum,
  atomsOf,
  constant,
  isConstant,
  isExact,
  isWhole,
  keyOf,
  productOf,
  type Sum,
  scale,
  singleAtom,
  timesAtom,
} from "./linear.js";
import {
  hasOwnLength,
  isNaturalExpression,
  isNumber,
  isWholeExpression,
  mathFunction,
  steadyDeclaration,
} from "./sure-values.js";

export interface LengthSettings {
  /** Whether `x.length` has one value throughout the region. */
  readonly lengthsAreSteady: boolean;
  /** Whether a declaration lies in the region, so that what its initialiser says of lengths holds to the end of it. */
  readonly isInRegion: (node: TS.Node) => boolean;
}

/** The most that a constant may be: far below what loses precision when it is multiplied with a length. */
const largestConstant = 2 ** 16;

export class Lengths {
  /** Variables with a value of their own for a while: those of loops, parameters of a callee. */
  private readonly known = new Map<TS.Symbol, Sum | null>();
  private readonly ids = new Map<object, number>();
  private readonly pending = new Set<TS.Symbol>();
  private readonly wholeKeys = new Set<string>();
  /** The declarations whose initialisers were taken for what they say of lengths. */
  readonly unsteadySources = new Set<TS.Node>();

  constructor(
    readonly index: ProgramIndex,
    private readonly settings: LengthSettings,
  ) {}

  /** Gives a variable a value while `body` is looked at; `null` for none that is known. */
  withKnown<T>(symbol: TS.Symbol, value: Sum | null, body: () => T): T {
    const before = this.known.get(symbol);
    this.known.set(symbol, value);
    const result = body();
    if (before === undefined) this.known.delete(symbol);
    else this.known.set(symbol, before);
    return result;
  }

  /** From now on, takes the one atom that `sum` is for a whole number that is not negative. */
  assumeWhole(sum: Sum): void {
    const atom = singleAtom(sum);
    if (atom) this.wholeKeys.add(atom.key);
  }

  /** The atom of a variable. */
  variable(symbol: TS.Symbol, { isWhole: whole, isNatural }: Pick<Atom, "isWhole" | "isNatural">): Atom {
    return this.made({
      key: `v${this.idOf(symbol)}`,
      isWhole: whole,
      isNatural,
      isUnsteady: false,
      variables: new Set([symbol]),
      factors: null,
      quotient: null,
    });
  }

  private made(atom: Atom): Atom {
    return this.wholeKeys.has(atom.key) ? { ...atom, isWhole: true, isNatural: true } : atom;
  }

  private idOf(object: object): number {
    const id = this.ids.get(object) ?? this.ids.size;
    this.ids.set(object, id);
    return id;
  }

  /** The value of an expression; `null` where it isn't certain to be the same each time. */
  of(expression: TS.Expression): Sum | null {
    const node = skipWrappers(expression);
    if (ts.isNumericLiteral(node)) return this.literal(Number(node.text));
    if (ts.isPrefixUnaryExpression(node)) return this.unary(node);
    if (!isNumber(this.index, node)) return null;
    if (ts.isIdentifier(node)) return this.identifier(node);
    if (ts.isPropertyAccessExpression(node)) return this.property(node);
    if (ts.isBinaryExpression(node)) return this.binary(node);
    if (ts.isCallExpression(node)) return this.mathCall(node);
    return null;
  }

  private literal(value: number): Sum | null {
    return Number.isInteger(value) && value <= largestConstant ? constant(value) : null;
  }

  private unary(node: TS.PrefixUnaryExpression): Sum | null {
    const operand = this.of(node.operand);
    if (!operand || node.operator !== ts.SyntaxKind.MinusToken) return null;
    return isConstant(operand) ? constant(-operand.constant) : null;
  }

  private identifier(node: TS.Identifier): Sum | null {
    const symbol = this.index.symbolOf(node);
    if (!symbol) return null;
    const known = this.known.get(symbol);
    if (known !== undefined) return known;
    const declaration = steadyDeclaration(this.index, symbol);
    if (!declaration || this.pending.has(symbol)) return null;
    const initialiser = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    if (!initialiser) return atomSum(this.variable(symbol, { isWhole: false, isNatural: false }));
    this.pending.add(symbol);
    const value = this.of(initialiser);
    this.pending.delete(symbol);
    if (value && this.isTaken(declaration, value)) return value;
    return atomSum(
      this.variable(symbol, {
        isWhole: isWholeExpression(this.index, initialiser),
        isNatural: isNaturalExpression(this.index, initialiser),
      }),
    );
  }

  /** Whether a variable counts as what its initialiser is. */
  private isTaken(declaration: TS.Node, value: Sum): boolean {
    if (!atomsOf(value).some((each) => each.isUnsteady)) return true;
    if (!this.settings.isInRegion(declaration)) return false;
    this.unsteadySources.add(declaration);
    return true;
  }

  private property(node: TS.PropertyAccessExpression): Sum | null {
    const object = skipWrappers(node.expression);
    return node.name.text === "length" && ts.isIdentifier(object) ? this.lengthOfVariable(object) : null;
  }

  /** The length of what a variable holds. */
  lengthOfVariable(object: TS.Identifier): Sum | null {
    const symbol = this.index.symbolOf(object);
    if (!symbol) return null;
    // The length of the buffer at hand is known by the buffer's own symbol.
    const known = this.known.get(symbol);
    if (known !== undefined) return known;
    if (!this.settings.lengthsAreSteady) return null;
    const declaration = steadyDeclaration(this.index, symbol);
    if (!declaration || !hasOwnLength(this.index, object)) return null;
    return this.lengthOfNew(declaration) ?? atomSum(this.lengthOf(symbol));
  }

  /** The length of what a declaration in the region makes: `const lower = new Float64Array(n)`. */
  private lengthOfNew(declaration: TS.Declaration): Sum | null {
    if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return null;
    const made = skipWrappers(declaration.initializer);
    if (!ts.isNewExpression(made) || !this.settings.isInRegion(declaration)) return null;
    const construction = classifyConstruction(this.index, made);
    const [length] = made.arguments ?? [];
    if (construction.kind !== "buffer" || construction.form !== "length" || !length) return null;
    const value = this.of(length);
    if (!value || !isWhole(value)) return null;
    this.unsteadySources.add(declaration);
    return value;
  }

  private lengthOf(symbol: TS.Symbol): Atom {
    const key = `length${this.idOf(symbol)}`;
    const variables = new Set([symbol]);
    return {
      key,
      isWhole: true,
      isNatural: true,
      isUnsteady: true,
      variables,
      factors: null,
      quotient: null,
    };
  }

  private binary(node: TS.BinaryExpression): Sum | null {
    const left = this.of(node.left);
    const right = left && this.of(node.right);
    if (!left || !right) return null;
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return this.sumOf(left, right, 1) ?? this.structure(node, [left, right]);
      case ts.SyntaxKind.MinusToken:
        return this.sumOf(left, right, -1) ?? this.structure(node, [left, right]);
      case ts.SyntaxKind.AsteriskToken:
        return productOfSums(left, right) ?? this.structure(node, [left, right]);
      case ts.SyntaxKind.SlashToken:
        return this.structure(node, [left, right], quotientOf(left, right));
      case ts.SyntaxKind.PercentToken:
      case ts.SyntaxKind.AsteriskAsteriskToken:
      case ts.SyntaxKind.LessThanLessThanToken:
      case ts.SyntaxKind.GreaterThanGreaterThanToken:
      case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      case ts.SyntaxKind.AmpersandToken:
      case ts.SyntaxKind.BarToken:
      case ts.SyntaxKind.CaretToken:
        return this.structure(node, [left, right]);
      default:
        return null;
    }
  }

  private sumOf(left: Sum, right: Sum, times: 1 | -1): Sum | null {
    return isWhole(left) && isWhole(right) && isExact(left, right, times) ? add(left, right, times) : null;
  }

  private mathCall(node: TS.CallExpression): Sum | null {
    const name = mathFunction(this.index, node);
    if (name === null) return null;
    const values = node.arguments.map((each) => (ts.isSpreadElement(each) ? null : this.of(each)));
    if (values.some((each) => each === null)) return null;
    return this.structure(node, values as Sum[]);
  }

  /** An expression as one atom, by its operator and operands. */
  private structure(
    node: TS.BinaryExpression | TS.CallExpression,
    operands: readonly Sum[],
    quotient: Atom["quotient"] = null,
  ): Sum {
    const atoms = operands.flatMap(atomsOf);
    const operator = ts.isCallExpression(node)
      ? node.expression.getText()
      : ts.tokenToString(node.operatorToken.kind);
    const atom = this.made({
      key: `${operator}${operands.map(keyOf).join(",")}`,
      isWhole: isWholeExpression(this.index, node),
      isNatural: isNaturalExpression(this.index, node),
      isUnsteady: atoms.some((each) => each.isUnsteady),
      variables: new Set(atoms.flatMap((each) => [...each.variables])),
      factors: null,
      quotient,
    });
    return atomSum(atom);
  }
}

function productOfSums(left: Sum, right: Sum): Sum | null {
  if (isConstant(left)) return multiple(right, left.constant);
  if (isConstant(right)) return multiple(left, right.constant);
  const [a, b] = [singleAtom(left), singleAtom(right)];
  if (a && b && (a.isWhole || b.isWhole)) return atomSum(productOf(a, b));
  if (!isWhole(left) || !isWhole(right)) return null;
  if (b?.isNatural) return timesAtom(left, b);
  if (a?.isNatural) return timesAtom(right, a);
  return null;
}

function multiple(sum: Sum, times: number): Sum | null {
  if (times === 0) return isWhole(sum) ? constant(0) : null;
  if (times < 0 || times > largestConstant || !(isWhole(sum) || singleAtom(sum))) return null;
  if (Math.abs(sum.constant * times) > largestConstant) return null;
  return scale(sum, times);
}

/** A division that multiplying undoes exactly. */
function quotientOf(left: Sum, right: Sum): Atom["quotient"] {
  return isConstant(right) && [2, 4, 8].includes(right.constant) ? { of: left, by: right.constant } : null;
}

/** `sum` with `value` in the place of a variable, also where that is a factor; `null` where that is no sum. */
export function substitute(sum: Sum, variable: Atom, value: Sum): Sum | null {
  let result: Sum = constant(sum.constant);
  for (const { atom, coefficient } of sum.terms.values()) {
    let replaced: Sum | null = atomSum(atom);
    if (atom.key === variable.key) replaced = coefficient > 0 ? scale(value, coefficient) : value;
    else if (atom.factors?.some((each) => each.key === variable.key)) {
      const [a, b] = atom.factors;
      replaced = productOfSums(
        a.key === variable.key ? value : atomSum(a),
        b.key === variable.key ? value : atomSum(b),
      );
    } else if (mentions(atom, variable)) return null;
    if (!replaced) return null;
    const isScaled = atom.key === variable.key && coefficient > 0;
    result = add(result, replaced, isScaled ? 1 : coefficient);
  }
  return result;
}

/** Whether an atom is made of a variable. */
export function mentions(atom: Atom, variable: Atom): boolean {
  return [...variable.variables].some((each) => atom.variables.has(each));
}

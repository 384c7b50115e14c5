/**
 * Whole numbers as sums: `2 * n + r * w - 1` is the constant −1 and a coefficient for each of `n` and `r * w`. Two sums can be
 * compared if their difference is a constant; nothing else is known of them.
 *
 * # Invariants
 * - L1 An **atom** has one value for as long as sums with it are compared: who makes it answers for that.
 * - L2 A sum of several parts has only whole atoms (below 2^53, but for products), so that adding in another order gives the same
 *   number, or one that is too large for an index either way. A single atom, or a multiple of one, may be any number.
 *
 * # Example
 * `n - 1` and `n + 1` differ by −2; `n` and `m` are not comparable.
 */

/** Something that has one value: a variable that never changes, a length, a product, an expression of such. */
export interface Atom {
  readonly key: string;
  /** Known to be a whole number. */
  readonly isWhole: boolean;
  /** Known not to be negative. */
  readonly isNatural: boolean;
  /** A length that code could change, had it the chance (detaching, resizing, pushing). */
  readonly isUnsteady: boolean;
  /** The variables that it is made of, each by an object that stands for it. */
  readonly variables: ReadonlySet<object>;
  /** The two factors of a product. */
  readonly factors: readonly [Atom, Atom] | null;
  /** `of / by`, for a `by` that divides exactly: a power of two. */
  readonly quotient: { readonly of: Sum; readonly by: number } | null;
}

export interface Sum {
  readonly constant: number;
  /** By the atoms' keys; no coefficient is 0. */
  readonly terms: ReadonlyMap<string, { readonly atom: Atom; readonly coefficient: number }>;
}

export function constant(value: number): Sum {
  return { constant: value, terms: new Map() };
}

export const zero: Sum = constant(0);

export function atomSum(atom: Atom): Sum {
  return { constant: 0, terms: new Map([[atom.key, { atom, coefficient: 1 }]]) };
}

export function atomsOf(sum: Sum): Atom[] {
  return [...sum.terms.values()].map((each) => each.atom);
}

export function isConstant(sum: Sum): boolean {
  return sum.terms.size === 0;
}

/** The one atom that a sum is; `null` for any other sum. */
export function singleAtom(sum: Sum): Atom | null {
  const [first] = sum.terms.values();
  return first && sum.terms.size === 1 && sum.constant === 0 && first.coefficient === 1 ? first.atom : null;
}

export function isWhole(sum: Sum): boolean {
  return atomsOf(sum).every((each) => each.isWhole);
}

/** A text that equal sums share. */
export function keyOf(sum: Sum): string {
  const terms = [...sum.terms.values()].map(({ atom, coefficient }) => `${coefficient}*${atom.key}`).sort();
  return `(${[...terms, sum.constant].join("+")})`;
}

/** `a + times * b`. */
export function add(a: Sum, b: Sum, times = 1): Sum {
  const terms = new Map(a.terms);
  for (const [key, { atom, coefficient }] of b.terms) {
    const all = (terms.get(key)?.coefficient ?? 0) + coefficient * times;
    if (all === 0) terms.delete(key);
    else terms.set(key, { atom, coefficient: all });
  }
  return { constant: a.constant + b.constant * times, terms };
}

/**
 * Whether `a + times * b` is what the program computes. What may be 2^53 or more was rounded when something was added to it: if
 * it is taken away again, the rest isn't what the sum says.
 */
export function isExact(a: Sum, b: Sum, times: 1 | -1): boolean {
  return [...b.terms].every(([key, { atom, coefficient }]) => {
    const other = a.terms.get(key)?.coefficient ?? 0;
    if (other * coefficient * times >= 0) return true;
    return atom.factors === null && Math.abs(other) === 1 && Math.abs(coefficient) === 1;
  });
}

export function plus(a: Sum, value: number): Sum {
  return { ...a, constant: a.constant + value };
}

/** `times * sum`; a quotient that this undoes gives what was divided. */
export function scale(sum: Sum, times: number): Sum {
  const quotient = singleAtom(sum)?.quotient;
  if (quotient && quotient.by === times) return quotient.of;
  return add(zero, sum, times);
}

/** The product with a whole natural atom. */
export function timesAtom(sum: Sum, factor: Atom): Sum {
  let result = add(zero, atomSum(factor), sum.constant);
  for (const { atom, coefficient } of sum.terms.values())
    result = add(result, atomSum(productOf(atom, factor)), coefficient);
  return result;
}

export function productOf(a: Atom, b: Atom): Atom {
  const [first, second] = a.key <= b.key ? [a, b] : [b, a];
  return {
    key: `[${first.key}*${second.key}]`,
    isWhole: a.isWhole && b.isWhole,
    isNatural: a.isNatural && b.isNatural,
    isUnsteady: a.isUnsteady || b.isUnsteady,
    variables: new Set([...a.variables, ...b.variables]),
    factors: [first, second],
    quotient: null,
  };
}

/** `a - b` where that is a constant, else `null`. */
export function difference(a: Sum, b: Sum): number | null {
  const rest = add(a, b, -1);
  return isConstant(rest) ? rest.constant : null;
}

/** Whether `a >= b` for certain. */
export function isAtLeast(a: Sum, b: Sum): boolean {
  const by = difference(a, b);
  return by !== null && by >= 0;
}

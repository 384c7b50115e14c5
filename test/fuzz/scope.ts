/** What a generated program may name at a place: variables and functions, with their types. */
import type { Random } from "./random.js";

/** The types of generated values; {@link typeTexts} writes them in TypeScript. */
export type Type =
  | "num"
  | "buf"
  | "ints"
  | "maybe"
  | "storage"
  | "box"
  | "list"
  | "pair"
  | "map"
  | "set"
  | "toNum"
  | "toBuf"
  | "mapper";

export const typeTexts: Readonly<Record<Type, string>> = {
  num: "number",
  buf: "Float64Array",
  ints: "Int32Array",
  maybe: "Float64Array | undefined",
  storage: "ArrayBufferLike",
  box: "Box",
  list: "Float64Array[]",
  pair: "[Float64Array, Float64Array]",
  map: "Map<number, Float64Array>",
  set: "Set<Float64Array>",
  toNum: "() => number",
  toBuf: "() => Float64Array",
  mapper: "(x: Float64Array) => Float64Array",
};

export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly mutable: boolean;
}

export type Flavour = "plain" | "async" | "generator";

export interface Callable {
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly result: Type | null;
  readonly flavour: Flavour;
}

/** Where a statement or expression is generated. */
export interface Scope {
  readonly random: Random;
  readonly variables: readonly Variable[];
  readonly callables: readonly Callable[];
  readonly result: Type | null;
  readonly flavour: Flavour;
  /** Labels of enclosing loops, `""` for a loop without one; none across a function boundary. */
  readonly loops: readonly string[];
  /** Statements nest so much deeper. */
  readonly depth: number;
  readonly fresh: (prefix: string) => string;
}

export function withVariables(scope: Scope, ...added: readonly Variable[]): Scope {
  return { ...scope, variables: [...scope.variables, ...added] };
}

export function variablesOf(scope: Scope, type: Type): Variable[] {
  return scope.variables.filter((each) => each.type === type);
}

/** A variable of the type, recent ones more often; `null` if there is none. */
export function pickVariable(scope: Scope, type: Type, mutable = false): Variable | null {
  const found = variablesOf(scope, type).filter((each) => !mutable || each.mutable);
  if (found.length === 0) return null;
  const from = scope.random.chance(60) ? found.slice(-3) : found;
  return scope.random.pick(from);
}

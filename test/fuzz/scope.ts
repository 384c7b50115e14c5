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
  | "mapper"
  | "reader"
  | "sink"
  | "flag"
  | "opts"
  | "cell"
  | "grid"
  | "boxes"
  | "named"
  | "holder"
  | "ctor"
  | "task"
  | "gen"
  | "agen";

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
  reader: "(x: Float64Array) => number",
  sink: "(x: Float64Array) => void",
  flag: "boolean",
  opts: "Options",
  cell: "Cell",
  grid: "Float64Array[][]",
  boxes: "Box[]",
  named: "Map<string, Box>",
  holder: "Holder",
  ctor: "HolderClass",
  task: "Promise<Float64Array>",
  gen: "Gen",
  agen: "AsyncGen",
};

/** What a program may be rich in; each has some of them, so that they meet in all combinations. */
export const features = [
  "globals",
  "classes",
  "patching",
  "options",
  "callbacks",
  "async",
  "generators",
  "owners",
  "modules",
  "fills",
] as const;
export type Feature = (typeof features)[number];

/** Methods and accessors that the classes of a program may have. */
export const members = [
  "borrow",
  "fresh",
  "get",
  "pass",
  "store",
  "swap",
  "self",
  "each",
  "configured",
  "later",
  "walk",
  "cur",
] as const;
export type Member = (typeof members)[number];

/** What holds in all of a program. */
export interface World {
  readonly features: ReadonlySet<Feature>;
  /** Classes that may be named here, and functions that make object literals of their shape. */
  readonly classes: readonly string[];
  readonly literals: readonly string[];
  readonly members: ReadonlySet<Member>;
  /** Functions `f(buffer, length, source)` that fill a buffer, or nearly. */
  readonly fillers: readonly string[];
}

export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly mutable: boolean;
}

/** `generator` is one of values that are only listed; `gen` and `stream` are handed buffers by `next` too. */
export type Flavour = "plain" | "async" | "generator" | "gen" | "stream";

export interface Callable {
  readonly name: string;
  readonly parameters: readonly Type[];
  /** So many of the last parameters may be left out. */
  readonly optional?: number;
  readonly result: Type | null;
  readonly flavour: Flavour;
}

/** Where a statement or expression is generated. */
export interface Scope {
  readonly random: Random;
  readonly world: World;
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

export function has(scope: Scope, feature: Feature): boolean {
  return scope.world.features.has(feature);
}

/** `weight` in a program with that feature, otherwise 0. */
export function ifHas(scope: Scope, feature: Feature, weight: number): number {
  return has(scope, feature) ? weight : 0;
}

export function waitsIn({ flavour }: Scope): boolean {
  return flavour === "async" || flavour === "stream";
}

export function yieldsIn({ flavour }: Scope): boolean {
  return flavour === "gen" || flavour === "stream";
}

/** Inside a nested arrow function: no awaiting, no jumping out. */
export function inner(scope: Scope): Scope {
  return { ...scope, flavour: "plain", loops: [] };
}

/** Inside a nested `function`, which has a `this` of its own. */
export function detached(scope: Scope): Scope {
  const own = (each: { readonly name: string }): boolean => !/^(this|super)\b/.test(each.name);
  return { ...scope, variables: scope.variables.filter(own), callables: scope.callables.filter(own) };
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

/** 1 if there is a variable of the type, otherwise 0: a weight. */
export function knows(scope: Scope, type: Type): number {
  return scope.variables.some((each) => each.type === type) ? 1 : 0;
}

/** Random expressions of a given type, as text. Compound ones come in parentheses. */
import { asyncGenerators, bufferFlows, generators, maybeFlows, tasks } from "./flow-expressions.js";
import {
  bufferMembers,
  cells,
  constructors,
  holders,
  mapperMembers,
  maybeMembers,
  numberMembers,
  optionObjects,
  options,
  sinkMembers,
  supplierMembers,
} from "./object-expressions.js";
import {
  type Callable,
  ifHas,
  inner,
  knows,
  pickVariable,
  type Scope,
  type Type,
  waitsIn,
  withVariables,
} from "./scope.js";

export type Choice = readonly [weight: number, make: () => string];

/** Lengths: some small enough to be special, most not; few, so that recycled storage meets the same length. */
export function length({ random, variables }: Scope): string {
  const size = variables.some(({ name }) => name === "n") ? "n" : "8";
  return random.pick(["16", "16", "16", "12", "4", size]);
}

export function expression(scope: Scope, type: Type, depth = 2): string {
  const { random } = scope;
  const variable = pickVariable(scope, type);
  const calls = scope.callables.filter((each) => canCall(scope, each) && each.result === type);
  const choices: Choice[] = [
    [variable ? (depth <= 0 ? 60 : 14) : 0, () => variable?.name ?? ""],
    [depth > 0 && calls.length > 0 ? 6 : 0, () => call(scope, random.pick(calls), depth - 1)],
    ...producers[type](scope, depth - 1),
  ];
  return random.weighted(choices)();
}

/** Whether a function's plain result can be had here. */
export function canCall(scope: Scope, callable: Callable): boolean {
  return callable.flavour === "plain" || (callable.flavour === "async" && waitsIn(scope));
}

export function call(scope: Scope, callable: Callable, depth: number): string {
  const { random } = scope;
  const args = callable.parameters.map((type) => expression(scope, type, depth));
  for (let left = callable.optional ?? 0; left > 0 && random.chance(40); left--) args.pop();
  const text = `${callable.name}(${args.join(", ")})`;
  return callable.flavour === "async" ? `(await ${text})` : text;
}

export function condition(scope: Scope): string {
  const { random } = scope;
  const buf = () => expression(scope, "buf", 0);
  const flag = pickVariable(scope, "flag");
  return random.weighted<() => string>([
    [flag ? 4 : 0, () => flag?.name ?? ""],
    [ifHas(scope, "options", 1), () => `!!${options(scope)}.inPlace`],
    [5, () => `${expression(scope, "num", 1)} > ${random.int(4)}`],
    [3, () => `(${expression(scope, "num", 0)} & 1) === ${random.int(2)}`],
    [2, () => `${buf()} === ${buf()}`],
    [1, () => `${expression(scope, "maybe", 0)} !== undefined`],
    [1, () => `${expression(scope, "list", 0)}.length > ${1 + random.int(2)}`],
    [1, () => `(${buf()}[0] ?? 0) < (${buf()}[1] ?? 0)`],
  ])();
}

const producers: Readonly<Record<Type, (scope: Scope, depth: number) => Choice[]>> = {
  num: numbers,
  buf: buffers,
  ints: (scope, depth) => [
    [6, () => `new Int32Array(${length(scope)})`],
    [depth >= 0 ? 2 : 0, () => `new Int32Array(${expression(scope, "storage", depth)})`],
    [depth >= 0 ? 2 : 0, () => `${expression(scope, "ints", depth)}.subarray(1)`],
    [depth >= 0 ? 1 : 0, () => `${expression(scope, "ints", depth)}.map((v) => v + 1)`],
  ],
  maybe: (scope, depth) => [
    [3, () => expression(scope, "buf", depth)],
    [1, () => "none()"],
    [3, () => `${expression(scope, "box", 0)}.m`],
    [2, () => `${expression(scope, "map", 0)}.get(${scope.random.int(3)})`],
    [2, () => `${expression(scope, "list", 0)}.at(${scope.random.pick(["0", "-1", "1"])})`],
    [1, () => `${expression(scope, "list", 0)}.find((v) => (v[0] ?? 0) > ${scope.random.int(3)})`],
    [1, () => `${expression(scope, "box", 0)}.o?.b`],
    ...maybeMembers(scope),
    ...maybeFlows(scope, depth),
  ],
  storage: (scope, depth) => [
    [3, () => `${expression(scope, "buf", depth)}.buffer`],
    [2, () => "new ArrayBuffer(128)"],
    [1, () => `${expression(scope, "ints", 0)}.buffer`],
  ],
  box: boxes,
  list: lists,
  pair: (scope, depth) => [
    [4, () => `([${expression(scope, "buf", depth)}, ${expression(scope, "buf", depth)}] as Pair)`],
  ],
  map: (scope, depth) => [
    [4, () => `new Map<number, Float64Array>().set(0, ${expression(scope, "buf", depth)})`],
    [1, () => `new Map<number, Float64Array>([[1, ${expression(scope, "buf", depth)}]])`],
  ],
  set: (scope, depth) => [
    [3, () => `new Set<Float64Array>([${expression(scope, "buf", depth)}])`],
    [2, () => `new Set<Float64Array>().add(${expression(scope, "buf", depth)})`],
  ],
  toNum: (scope, depth) => [[4, () => `(() => ${expression(inner(scope), "num", depth)})`]],
  toBuf: (scope, depth) => [
    [4, () => `(() => ${expression(inner(scope), "buf", depth)})`],
    ...supplierMembers(scope),
  ],
  mapper: (scope, depth) => [
    [4, () => lambda(scope, "buf", depth)],
    [2, () => named(scope, "mapper") ?? lambda(scope, "buf", depth)],
    ...mapperMembers(scope),
  ],
  reader: (scope, depth) => [
    [4, () => lambda(scope, "num", depth)],
    [2, () => named(scope, "reader") ?? lambda(scope, "num", depth)],
  ],
  sink: (scope, depth) => [[1, () => "show"], [3, () => sink(scope, depth)], ...sinkMembers(scope)],
  flag: (scope) => [
    [2, () => "true"],
    [2, () => "false"],
    [1, () => `(${condition(scope)})`],
  ],
  opts: optionObjects,
  cell: cells,
  grid: (scope, depth) => [
    [3, () => `[${expression(scope, "list", depth)}]`],
    [1, () => `[${expression(scope, "list", 0)}, ${expression(scope, "list", depth)}]`],
    [1, () => `${expression(scope, "list", 0)}.map((v) => [v])`],
  ],
  boxes: (scope, depth) => [
    [3, () => `[${expression(scope, "box", depth)}]`],
    [2, () => `[${expression(scope, "box", 0)}, ${expression(scope, "box", depth)}]`],
    [1, () => `${expression(scope, "list", 0)}.map((v): Box => ({ b: v }))`],
  ],
  named: (scope, depth) => [
    [3, () => `new Map<string, Box>([["a", ${expression(scope, "box", depth)}]])`],
    [1, () => `new Map<string, Box>(${expression(scope, "named", 0)})`],
  ],
  holder: holders,
  ctor: constructors,
  task: tasks,
  gen: generators,
  agen: asyncGenerators,
};

/** An arrow function of a buffer. */
function lambda(scope: Scope, result: Type, depth: number): string {
  const name = scope.fresh("x");
  const body = withVariables(inner(scope), { name, type: "buf", mutable: false });
  return `((${name}: Float64Array) => ${expression(body, result, depth)})`;
}

function sink(scope: Scope, depth: number): string {
  const { random } = scope;
  const name = scope.fresh("x");
  const body = withVariables(inner(scope), { name, type: "buf", mutable: false });
  const target = pickVariable(scope, "buf", true);
  const text = random.weighted<() => string>([
    [2, () => `out(${expression(body, "num", depth)});`],
    [target ? 3 : 0, () => `${target?.name} = ${name};`],
    [2, () => `(${expression(body, "list", 0)} as Float64Array[]).push(${name});`],
    [2, () => `${expression(body, "box", 0)}.b = ${name};`],
    [1, () => `${name}[0] = 4;`],
    [1, () => `${name}.set(${expression(body, "buf", 0)}.subarray(0, 3));`],
  ])();
  return `((${name}: Float64Array): void => { ${text} })`;
}

/** A function that is declared somewhere, as a value. */
function named(scope: Scope, type: "mapper" | "reader"): string | null {
  const result = type === "mapper" ? "buf" : "num";
  const found = scope.callables.filter(
    ({ name, parameters, result: own, flavour }) =>
      parameters.length === 1 &&
      parameters[0] === "buf" &&
      own === result &&
      flavour === "plain" &&
      !name.startsWith("super"),
  );
  return found.length === 0 ? null : scope.random.pick(found).name;
}

function numbers(scope: Scope, depth: number): Choice[] {
  const { random } = scope;
  const buf = () => expression(scope, "buf", depth);
  const deep = depth >= 0 ? 1 : 0;
  return [
    [depth < 0 ? 4 : 1, () => `${random.int(5)}`],
    [6, () => `(${expression(scope, "buf", 0)}[${random.int(4)}] ?? 0)`],
    [deep * 5, () => `(${buf()}[${random.int(4)}] ?? 0)`],
    [deep, () => `${buf()}.length`],
    [deep * 2, () => `${buf()}.reduce((s, v) => s + v, 0)`],
    [deep * 2, () => `(${expression(scope, "num", depth)} + ${expression(scope, "num", depth)})`],
    [deep, () => `(${buf()} === ${buf()} ? 1 : 2)`],
    [deep, () => `${expression(scope, "list", 0)}.length`],
    [deep, () => `(${expression(scope, "ints", depth)}[0] ?? 0)`],
    [deep, () => `(${expression(scope, "maybe", depth)}?.[0] ?? 7)`],
    [deep, () => `new DataView(${expression(scope, "storage", depth)}).getInt8(${random.int(3)})`],
    [deep, () => `${expression(scope, "toNum", 0)}()`],
    [deep, () => `${expression(scope, "list", 0)}.reduce((s, v) => s + (v[0] ?? 0), 0)`],
    [deep * ifHas(scope, "callbacks", 1), () => `${expression(scope, "reader", depth)}(${buf()})`],
    ...numberMembers(scope, depth),
  ];
}

function buffers(scope: Scope, depth: number): Choice[] {
  const { random } = scope;
  const deep = depth >= 0 ? 1 : 0;
  const buf = () => expression(scope, "buf", depth);
  const flat = () => expression(scope, "buf", 0);
  const mutable = pickVariable(scope, "buf", true);
  const spare = () => (random.chance(50) ? `new Float64Array(${length(scope)})` : flat());
  return [
    [depth < 0 ? 6 : 4, () => `new Float64Array(${length(scope)})`],
    [3, () => `new Float64Array(${length(scope)}).fill(${random.int(9)})`],
    [deep, () => `Float64Array.from(${flat()}, (v) => v + 1)`],
    [deep, () => `Float64Array.of(1, ${expression(scope, "num", depth)}, 3)`],
    [deep, () => `new Float64Array(${expression(scope, "storage", depth)})`],
    [deep * 2, () => `${buf()}.${random.pick(["slice()", "map((v) => v * 2)", "filter((v) => v > 0)"])}`],
    [deep * 2, () => `${buf()}.subarray(${random.pick(["0", "1", "0, 3"])})`],
    [deep, () => `${buf()}.${random.pick(["fill(3)", "reverse()", "sort()"])}`],
    [deep * 2, () => `(${condition(scope)} ? ${buf()} : ${buf()})`],
    [deep * 2, () => `(${expression(scope, "maybe", depth)} ?? ${spare()})`],
    [deep, () => `(${expression(scope, "maybe", depth)} || ${spare()})`],
    [2, () => `${expression(scope, "box", 0)}.b`],
    [2, () => element(scope)],
    [deep, () => `(${expression(scope, "list", 0)}.pop() ?? ${spare()})`],
    [deep, () => `(${expression(scope, "list", 0)}.shift() ?? ${spare()})`],
    [2, () => `${expression(scope, "pair", 0)}[${random.int(2)}]`],
    [deep && mutable ? 2 : 0, () => `(${mutable?.name} = ${buf()})`],
    [deep, () => `${expression(scope, "toBuf", 0)}()`],
    [deep, () => `${expression(scope, "mapper", 0)}(${buf()})`],
    [deep, () => `[${flat()}, ${flat()}].reduce((p, c) => ((p[0] ?? 0) > (c[0] ?? 0) ? p : c))`],
    [deep && waitsIn(scope) ? 2 : 0, () => `(await Promise.resolve(${buf()}))`],
    [
      Math.max(deep, knows(scope, "cell")) * ifHas(scope, "callbacks", 2),
      () => `${expression(scope, "cell", 0)}.get()`,
    ],
    [deep * ifHas(scope, "owners", 1), () => `(${expression(scope, "grid", 0)}[0]?.[0] ?? ${flat()})`],
    [deep * ifHas(scope, "owners", 1), () => `(${expression(scope, "boxes", 0)}[0]?.b ?? ${flat()})`],
    [deep * ifHas(scope, "owners", 1), () => `(${expression(scope, "named", 0)}.get("a")?.b ?? ${flat()})`],
    ...bufferMembers(scope, depth),
    ...bufferFlows(scope, depth),
  ];
}

function element(scope: Scope): string {
  const list = pickVariable(scope, "list");
  if (!list) return expression(scope, "buf", -1);
  const index = scope.random.pick(["0", "0", "1", `${list.name}.length - 1`]);
  return `(${list.name}[${index}] ?? ${expression(scope, "buf", -1)})`;
}

function boxes(scope: Scope, depth: number): Choice[] {
  const deep = depth >= 0 ? 1 : 0;
  const buf = () => expression(scope, "buf", depth);
  return [
    [3, () => `({ b: ${buf()} } as Box)`],
    [3, () => `({ b: ${buf()}, m: ${expression(scope, "maybe", depth)} } as Box)`],
    [deep, () => `({ b: ${buf()}, o: ${expression(scope, "box", 0)} } as Box)`],
    [deep, () => `({ ...${expression(scope, "box", 0)} } as Box)`],
    [deep, () => `({ ...${expression(scope, "box", 0)}, b: ${buf()} } as Box)`],
    [deep, () => `(${expression(scope, "box", 0)}.o ?? ${expression(scope, "box", 0)})`],
    [deep * ifHas(scope, "classes", 1), () => `${expression(scope, "holder", 0)}.box`],
    [
      deep * ifHas(scope, "owners", 1),
      () => `({ b: ${buf()}, o: { b: ${buf()}, o: { b: ${buf()} } } } as Box)`,
    ],
    [
      deep * ifHas(scope, "owners", 1),
      () => `(${expression(scope, "boxes", 0)}.at(-1) ?? ${expression(scope, "box", 0)})`,
    ],
    [
      deep * ifHas(scope, "owners", 1),
      () => `(${expression(scope, "named", 0)}.get("a") ?? ${expression(scope, "box", 0)})`,
    ],
  ];
}

function lists(scope: Scope, depth: number): Choice[] {
  const { random } = scope;
  const deep = depth >= 0 ? 1 : 0;
  const buf = () => expression(scope, "buf", depth);
  const list = () => expression(scope, "list", 0);
  return [
    [3, () => `[${buf()}]`],
    [3, () => `[${buf()}, ${buf()}]`],
    [deep, () => `[${buf()}, ...${list()}]`],
    [deep, () => `[...${list()}, ${buf()}]`],
    [deep, () => `${list()}.${random.pick(["slice()", "slice(1)", "filter((v) => v.length > 3)"])}`],
    [deep, () => `${list()}.map((v) => ${random.pick(["v", "v.slice()", "v.subarray(1)"])})`],
    [deep, () => `${list()}.reverse()`],
    [deep, () => `[...${expression(scope, "set", 0)}]`],
    [deep, () => `Array.from(${expression(scope, "set", 0)})`],
    [deep, () => `[...${expression(scope, "map", 0)}.values()]`],
    [deep, () => `Array.from(${list()}, (v) => v)`],
    [deep * ifHas(scope, "owners", 2), () => `(${expression(scope, "grid", 0)}[0] ?? ${list()})`],
    [deep * ifHas(scope, "owners", 1), () => `${expression(scope, "grid", 0)}.flat()`],
    [deep * ifHas(scope, "owners", 1), () => `${expression(scope, "boxes", 0)}.map((o) => o.b)`],
    [deep * ifHas(scope, "classes", 1), () => `${expression(scope, "holder", 0)}.items`],
    [deep * ifHas(scope, "generators", 1), () => `[...${expression(scope, "gen", depth)}]`],
  ];
}

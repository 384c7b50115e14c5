/** Random expressions of a given type, as text. Compound ones come in parentheses. */
import { type Callable, pickVariable, type Scope, type Type, withVariables } from "./scope.js";

type Choice = readonly [weight: number, make: () => string];

/** Lengths: some small enough to be special, most not; few, so that recycled storage meets the same length. */
export function length({ random }: Scope): string {
  return random.pick(["16", "16", "16", "12", "4", "n"]);
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
  return callable.flavour === "plain" || (callable.flavour === "async" && scope.flavour === "async");
}

export function call(scope: Scope, callable: Callable, depth: number): string {
  const args = callable.parameters.map((type) => expression(scope, type, depth));
  const text = `${callable.name}(${args.join(", ")})`;
  return callable.flavour === "async" ? `(await ${text})` : text;
}

export function condition(scope: Scope): string {
  const { random } = scope;
  const buf = () => expression(scope, "buf", 0);
  return random.weighted<() => string>([
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
  toBuf: (scope, depth) => [[4, () => `(() => ${expression(inner(scope), "buf", depth)})`]],
  mapper: (scope, depth) => {
    const name = scope.fresh("x");
    const body = withVariables(inner(scope), { name, type: "buf", mutable: false });
    return [[4, () => `((${name}: Float64Array) => ${expression(body, "buf", depth)})`]];
  },
};

/** Inside a nested function: no awaiting, no jumping out. */
export function inner(scope: Scope): Scope {
  return { ...scope, flavour: "plain", loops: [] };
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
    [deep && scope.flavour === "async" ? 2 : 0, () => `(await Promise.resolve(${buf()}))`],
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
  ];
}

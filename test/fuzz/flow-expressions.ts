/** Random expressions that have to do with promises and generators. */
import { type Choice, expression } from "./expressions.js";
import { has, ifHas, inner, type Scope, waitsIn, yieldsIn } from "./scope.js";

export function tasks(scope: Scope, depth: number): Choice[] {
  const { random } = scope;
  const deep = depth >= 0 ? 1 : 0;
  const buf = () => expression(scope, "buf", depth);
  const task = () => expression(scope, "task", depth);
  const inside: Scope = { ...inner(scope), flavour: "async" };
  const later = () => expression(inside, "buf", depth);
  return [
    [2, () => `Promise.resolve(${buf()})`],
    [2, () => `(async () => { await null; return ${later()}; })()`],
    [1, () => `(async () => { const t = ${buf()}; await null; return t; })()`],
    [1, () => `Promise.resolve().then(() => ${expression(inner(scope), "buf", depth)})`],
    [deep, () => `Promise.race([${task()}, ${task()}])`],
    [deep, () => `Promise.any([${task()}, ${task()}])`],
    [deep, () => `${task()}.then((v) => ${random.pick(["v", "v.slice()", "v.subarray(1)", "v.fill(2)"])})`],
    [deep, () => `${task()}.finally(() => out(1))`],
    [deep, () => `Promise.all([${task()}, ${task()}]).then((v) => v[${random.int(2)}])`],
    [
      has(scope, "classes") && scope.world.members.has("later") ? 3 : 0,
      () => `${expression(scope, "holder", 0)}.later(${buf()})`,
    ],
  ];
}

export function generators(scope: Scope, depth: number): Choice[] {
  const buf = () => expression(scope, "buf", depth);
  return [
    [2, () => `chunks(${buf()})`],
    [
      has(scope, "classes") && scope.world.members.has("walk") ? 3 : 0,
      () => `${expression(scope, "holder", 0)}.walk(${buf()})`,
    ],
    [1, () => `(function* (t: Float64Array): Gen { yield t; return t; })(${buf()})`],
  ];
}

export function asyncGenerators(scope: Scope, depth: number): Choice[] {
  return [[2, () => `stream(${expression(scope, "buf", depth)})`]];
}

export function bufferFlows(scope: Scope, depth: number): Choice[] {
  const deep = depth >= 0 ? 1 : 0;
  const waits = waitsIn(scope) ? 1 : 0;
  const flat = () => expression(scope, "buf", 0);
  return [
    [deep * waits * ifHas(scope, "async", 8), () => `(await ${expression(scope, "task", depth)})`],
    [
      deep * ifHas(scope, "generators", 3),
      () =>
        `(${expression(scope, "gen", 0)}.next(${scope.random.chance(40) ? flat() : ""}).value ?? ${flat()})`,
    ],
    [
      deep * waits * ifHas(scope, "generators", 2),
      () => `((await ${expression(scope, "agen", 0)}.next()).value ?? ${flat()})`,
    ],
  ];
}

export function maybeFlows(scope: Scope, depth: number): Choice[] {
  const yields = yieldsIn(scope) ? 3 : 0;
  return [
    [yields, () => `(yield ${expression(scope, "buf", Math.max(0, depth))})`],
    [ifHas(scope, "generators", 1), () => `${expression(scope, "gen", 0)}.return(undefined).value`],
  ];
}

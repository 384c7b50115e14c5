/** Random statements about owners: what they held is filled in, moved, shared, read out after they are gone. */
import { condition, expression } from "./expressions.js";
import { ifHas, pickVariable, type Scope, type Variable, withVariables } from "./scope.js";
import type { Made, StatementChoice } from "./statements.js";

export function ownerStatements(scope: Scope): StatementChoice[] {
  return [
    [ifHas(scope, "owners", 3), () => filledList(scope)],
    [ifHas(scope, "owners", 2), () => filledMap(scope)],
    [ifHas(scope, "owners", 2), () => overwritten(scope)],
    [ifHas(scope, "owners", 2), () => scoped(scope)],
    [ifHas(scope, "owners", 2), () => spread(scope)],
    [ifHas(scope, "owners", 2), () => taken(scope)],
    [ifHas(scope, "owners", 3), () => storeDeep(scope)],
  ];
}

const buffer = (name: string, mutable = false): Variable => ({ name, type: "buf", mutable });

/** Fresh more often than not: what an owner alone knows dies with it. */
function value(scope: Scope): string {
  const { random } = scope;
  return random.chance(60) ? `new Float64Array(16).fill(${random.int(9)})` : expression(scope, "buf", 1);
}

function filledList(scope: Scope): Made {
  const { random, fresh } = scope;
  const [list, i, each, seen] = [fresh("l"), fresh("i"), fresh("v"), fresh("v")];
  const own: Variable = { name: list, type: "list", mutable: false };
  const inside = withVariables(scope, own, { name: i, type: "num", mutable: false }, buffer(each));
  const other = () => expression(scope, "list", 0);
  const more = random.weighted<() => string>([
    [2, () => `${list}.push(${each});`],
    [2, () => `${list}.push(${each}, ${each});`],
    [1, () => `if (${condition(inside)}) ${list}.push(${each});`],
    [1, () => `${list}[${i}] = ${each};`],
    [1, () => `${list}.unshift(${each});`],
  ])();
  const after = random.weighted<() => string>([
    [2, () => ""],
    [2, () => `${other()}.push(${list}[${random.int(3)}] ?? ${value(scope)});`],
    [1, () => `${other()}[0] = ${list}.pop() ?? ${value(scope)};`],
    [1, () => `${list}[1] = ${list}[0] ?? ${value(scope)};`],
    [1, () => `${list}.length = 0;`],
    [1, () => `${list}.splice(0, 1, ${value(scope)});`],
    [1, () => `${list}.sort((p, q) => (q[0] ?? 0) - (p[0] ?? 0));`],
  ])();
  const read = random.pick([
    `${list}[0]`,
    `${list}[1]`,
    `${list}.at(-1)`,
    `${list}.find((v) => v.length > 4)`,
  ]);
  return {
    lines: [
      `const ${list}: Float64Array[] = [];`,
      `for (let ${i} = 0; ${i} < 3; ${i}++) {`,
      `  const ${each} = ${value(scope)};`,
      `  ${more}`,
      "}",
      ...(after ? [after] : []),
      `const ${seen} = ${read} ?? ${expression(scope, "buf", 0)};`,
    ],
    declared: [own, buffer(seen)],
  };
}

function filledMap(scope: Scope): Made {
  const { random, fresh } = scope;
  const [map, i, seen, each] = [fresh("m"), fresh("i"), fresh("v"), fresh("v")];
  const own: Variable = { name: map, type: "map", mutable: false };
  const use = random.weighted<() => string>([
    [2, () => `for (const ${each} of ${map}.values()) show(${each});`],
    [1, () => `${map}.forEach((v, k) => ${expression(scope, "map", 0)}.set(k, v));`],
    [1, () => `${map}.set(0, ${value(scope)});`],
    [1, () => `${map}.set(2, ${map}.get(1) ?? ${value(scope)});`],
    [1, () => `${map}.clear();`],
  ])();
  return {
    lines: [
      `const ${map} = new Map<number, Float64Array>();`,
      `for (let ${i} = 0; ${i} < 3; ${i}++) ${map}.set(${random.pick([i, "0", `${i} & 1`])}, ${value(scope)});`,
      ...(random.chance(50) ? [`const ${seen}0 = ${map}.get(0);`] : []),
      use,
      `const ${seen} = ${map}.get(${random.int(3)}) ?? ${expression(scope, "buf", 0)};`,
    ],
    declared: [own, buffer(seen)],
  };
}

/** An owner that a loop replaces, with something that remembers what one of them held. */
function overwritten(scope: Scope): Made {
  const { random, fresh } = scope;
  const [own, best, i] = [fresh("b"), fresh("v"), fresh("i")];
  const owner: Variable = { name: own, type: "box", mutable: true };
  const inside = withVariables(scope, owner, buffer(best, true), { name: i, type: "num", mutable: false });
  const next = random.weighted<() => string>([
    [3, () => `{ b: ${value(inside)} }`],
    [2, () => `{ b: ${value(inside)}, o: ${own} }`],
    [1, () => `{ ...${own}, m: ${value(inside)} }`],
    [1, () => `{ b: ${own}.b, m: ${value(inside)} }`],
  ])();
  return {
    lines: [
      `let ${own}: Box = { b: ${value(scope)} };`,
      `let ${best}: Float64Array = ${random.pick([`${own}.b`, value(scope)])};`,
      `for (let ${i} = 0; ${i} < 3; ${i}++) {`,
      ...(random.chance(60) ? [`  if (${condition(inside)}) ${best} = ${own}.b;`] : []),
      `  ${own} = ${next};`,
      ...(random.chance(40) ? [`  if (${condition(inside)}) ${best} = ${own}.m ?? ${own}.b;`] : []),
      "}",
    ],
    declared: [owner, buffer(best, true)],
  };
}

/** What an owner held goes on after the block that the owner lived in. */
function scoped(scope: Scope): Made {
  const { random, fresh } = scope;
  const [out, own] = [fresh("v"), fresh("b")];
  const [make, read] = random.weighted<readonly [string, string]>([
    [
      2,
      [`const ${own}: Box = { b: ${value(scope)}, o: { b: ${value(scope)} } };`, `${own}.o?.b ?? ${own}.b`],
    ],
    [
      2,
      [`const ${own} = [${value(scope)}, ${value(scope)}];`, `${own}[${random.int(2)}] ?? ${value(scope)}`],
    ],
    [1, [`const ${own} = [[${value(scope)}], [${value(scope)}]];`, `${own}[0]?.[0] ?? ${value(scope)}`]],
    [1, [`const ${own} = new Map([["a", ${value(scope)}]]);`, `${own}.get("a") ?? ${value(scope)}`]],
    [1, [`const ${own} = { p: { q: ${value(scope)} }, r: ${value(scope)} };`, `${own}.p.q`]],
  ]);
  return {
    lines: [`let ${out}: Float64Array;`, "{", `  ${make}`, `  ${out} = ${read};`, "}"],
    declared: [buffer(out, true)],
  };
}

function spread(scope: Scope): Made {
  const { random, fresh } = scope;
  const [one, two] = [fresh("b"), fresh("b")];
  const declared: Variable[] = [one, two].map((name) => ({ name, type: "box", mutable: false }));
  const copy = random.pick([`{ ...${one} }`, `Object.assign({}, ${one})`, `{ ...${one}, m: ${one}.b }`]);
  const change = random.weighted<() => string>([
    [2, () => `${two}.b = ${value(scope)};`],
    [2, () => `${one}.b = ${value(scope)};`],
    [1, () => `${one}.b.fill(1);`],
    [1, () => `${two}.o = ${one};`],
  ])();
  return {
    lines: [
      `const ${one}: Box = { b: ${value(scope)}, m: ${value(scope)} };`,
      `const ${two}: Box = ${copy};`,
      change,
    ],
    declared,
  };
}

/** A part of an owner by destructuring; the rest of it lives on or does not. */
function taken(scope: Scope): Made {
  const { random, fresh } = scope;
  const [a, b] = [fresh("v"), fresh("v")];
  const made = (name: string): Variable => buffer(name);
  return random.weighted<() => Made>([
    [
      2,
      () => ({
        lines: [`const { p: ${a}, q: { r: ${b} } } = { p: ${value(scope)}, q: { r: ${value(scope)} } };`],
        declared: [made(a), made(b)],
      }),
    ],
    [
      2,
      () => ({
        lines: [`const [${a}, ...${b}] = [${value(scope)}, ${value(scope)}, ${value(scope)}];`],
        declared: [made(a), { name: b, type: "list", mutable: false }],
      }),
    ],
    [
      1,
      () => ({
        lines: [`const { b: ${a}, ...${b} } = { b: ${value(scope)}, m: ${value(scope)} };`],
        declared: [made(a), made(`${b}.m`)],
      }),
    ],
    [
      2,
      () => ({
        lines: [`const [, ${a}] = ${expression(scope, "pair", 1)};`],
        declared: [made(a)],
      }),
    ],
  ])();
}

function storeDeep(scope: Scope): Made {
  const { random } = scope;
  const list = () => expression(scope, "list", 0);
  const boxes = () => expression(scope, "boxes", 0);
  const one = pickVariable(scope, "list");
  const text = random.weighted<() => string>([
    [2, () => `${expression(scope, "grid", 0)}.push(${expression(scope, "list", 1)});`],
    [1, () => `${expression(scope, "grid", 0)}[0]?.push(${value(scope)});`],
    [2, () => `${boxes()}.push(${expression(scope, "box", 1)});`],
    [1, () => `for (const o of ${boxes()}) o.b = ${value(scope)};`],
    [1, () => `${expression(scope, "named", 0)}.set("a", ${expression(scope, "box", 1)});`],
    [1, () => `${list()}.push(...${list()});`],
    [one ? 2 : 0, () => `${one?.name}.push(${one?.name}[0] ?? ${value(scope)});`],
    [1, () => `${list()}.push(${list()}.shift() ?? ${value(scope)});`],
  ])();
  return { lines: [text] };
}

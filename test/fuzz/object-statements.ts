/** Random statements that have to do with instances, option objects and callbacks. */
import { condition, expression } from "./expressions.js";
import { options } from "./object-expressions.js";
import { has, ifHas, inner, type Scope, type Variable, withVariables } from "./scope.js";
import { line, type Made, observe, type StatementChoice } from "./statements.js";

export function objectStatements(scope: Scope): StatementChoice[] {
  const statics = scope.world.classes.length > 0 ? 1 : 0;
  return [
    [ifHas(scope, "classes", 7), () => line(storeInHolder(scope))],
    [statics * ifHas(scope, "classes", 4), () => ownHolder(scope)],
    [ifHas(scope, "classes", 2), () => manyHolders(scope)],
    [ifHas(scope, "classes", 1), () => takenMethod(scope)],
    [ifHas(scope, "classes", 1) * ifHas(scope, "patching", 3), () => line(replaceMethod(scope))],
    [ifHas(scope, "options", 3), () => line(changeOptions(scope))],
    [ifHas(scope, "options", 3), () => aliasedOptions(scope)],
    [ifHas(scope, "callbacks", 3), () => line(useCallback(scope))],
  ];
}

function storeInHolder(scope: Scope): string {
  const { random, world } = scope;
  const own = expression(scope, "holder", 0);
  const value = expression(scope, "buf", 1);
  const named = (name: "store" | "cur" | "each" | "swap" | "borrow", weight: number) =>
    world.members.has(name) ? weight : 0;
  return random.weighted<() => string>([
    [3, () => `${own}.a = ${value};`],
    [2, () => `${own}.m = ${expression(scope, "maybe", 1)};`],
    [named("store", 5), () => `${own}.store(${value});`],
    [named("swap", 2), () => `${own}.swap(${value});`],
    [named("borrow", 2), () => `${own}.borrow(${value});`],
    [named("cur", 2), () => `${own}.cur = ${value};`],
    [named("each", 1), () => `${own}.each(${expression(scope, "mapper", 1)});`],
    [2, () => `${own}.items.push(${value});`],
    [1, () => `${own}.items = [${value}];`],
    [1, () => `${own}.box = ${expression(scope, "box", 1)};`],
    [1, () => `${own}.box.b = ${value};`],
    [1, () => `${own}.next = ${expression(scope, "holder", 1)};`],
    [world.classes.length > 0 ? 1 : 0, () => `${random.pick(world.classes)}.note(${value});`],
    [ifHas(scope, "globals", 1), () => `globalHolders.unshift(${own});`],
  ])();
}

/** An instance of this function's own, used a few times; what it held is looked at later. */
function ownHolder(scope: Scope): Made {
  const { random, world } = scope;
  const name = scope.fresh("o");
  const kept = scope.fresh("v");
  const own: Variable = { name, type: "holder", mutable: false };
  const inside = withVariables(scope, own);
  const lines = [`const ${name} = new ${random.pick(world.classes)}(${expression(scope, "buf", 1)});`];
  for (let i = random.int(3); i > 0; i--) {
    const target: Scope = {
      ...inside,
      variables: random.chance(60) ? [own, ...buffersOf(scope)] : inside.variables,
    };
    lines.push(storeInHolder(target));
  }
  const only: Scope = { ...inside, variables: [own, ...buffersOf(scope)] };
  if (random.chance(60)) lines.push(`const ${kept} = ${expression(only, "buf", 1)};`);
  else lines.push(`let ${kept}: Float64Array = ${name}.a;`);
  if (random.chance(50)) lines.push(storeInHolder(only));
  return { lines, declared: [own, { name: kept, type: "buf", mutable: false }] };
}

function buffersOf(scope: Scope): Variable[] {
  return scope.variables.filter(({ type }) => type === "buf");
}

/** Instances in an array or a map, and a loop over them. */
function manyHolders(scope: Scope): Made {
  const { random, fresh } = scope;
  const [list, each, i] = [fresh("s"), fresh("o"), fresh("i")];
  const holder = () => expression(scope, "holder", 1);
  const inside = withVariables(scope, { name: each, type: "holder", mutable: false });
  const [start, over] = random.weighted<readonly [string, string]>([
    [3, [`const ${list}: Holder[] = [${holder()}, ${holder()}];`, list]],
    [
      1,
      [
        `const ${list} = new Map<number, Holder>([[0, ${holder()}]]).set(1, ${holder()});`,
        `${list}.values()`,
      ],
    ],
    [1, [`const ${list} = new Set<Holder>([${holder()}]);`, list]],
    [1, [`const ${list} = { l: ${holder()}, r: ${holder()} };`, `Object.values(${list})`]],
  ]);
  const lines = [start];
  if (random.chance(40)) {
    const counter = withVariables(scope, { name: i, type: "num", mutable: false });
    lines[0] = `const ${list}: Holder[] = [];`;
    const filling = expression(counter, "holder", 1);
    lines.push(`for (let ${i} = 0; ${i} < 3; ${i}++) ${list}.push(${filling});`);
    lines.push(`for (const ${each} of ${list}) {`);
  } else lines.push(`for (const ${each} of ${over}) {`);
  lines.push(`  ${storeInHolder(inside)}`, `  ${observe(inside)}`, "}");
  return { lines };
}

/** A method as a value, called on something else or later. */
function takenMethod(scope: Scope): Made {
  const { random, world } = scope;
  const name = scope.fresh("f");
  const own = () => expression(scope, "holder", 0);
  if (world.members.has("get") && random.chance(50)) {
    return {
      lines: [`const ${name} = ${own()}.get;`, `show(${name}.call(${own()}));`],
      declared: [],
    };
  }
  if (!world.members.has("store")) return line(observe(scope));
  return {
    lines: [
      `const ${name} = ${own()}.store;`,
      `${name}.${random.pick(["call", "call", "apply"])}(${own()}, ${"#"});`,
    ].map((text) =>
      text.replace(
        "#",
        text.includes(".apply(") ? `[${expression(scope, "buf", 1)}]` : expression(scope, "buf", 1),
      ),
    ),
  };
}

/** Another function in the place of a method: of one instance, or of the whole class. */
function replaceMethod(scope: Scope): string {
  const { random, world } = scope;
  const target =
    world.classes.length > 0 && random.chance(30)
      ? `${random.pick(world.classes)}.prototype`
      : expression(scope, "holder", 0);
  const found = (["get", "pass", "store", "borrow", "self"] as const).filter((each) =>
    world.members.has(each),
  );
  if (found.length === 0) return observe(scope);
  const inside = inner(scope);
  const x = scope.fresh("x");
  const given = withVariables(inside, { name: x, type: "buf", mutable: false });
  return {
    get: () => `${target}.get = () => ${expression(inside, "buf", 1)};`,
    pass: () => `${target}.pass = (${x}) => ${expression(given, "buf", 1)};`,
    store: () => `${target}.store = (${x}) => { ${expression(given, "box", 0)}.b = ${x}; };`,
    borrow: () => `${target}.borrow = function (${x}) { this.m = ${x}; return 1; };`,
    self: () => `${target}.self = () => ${expression(inside, "holder", 0)};`,
  }[random.pick(found)]();
}

function changeOptions(scope: Scope): string {
  const { random } = scope;
  const target = options(scope);
  return random.weighted<() => string>([
    [3, () => `${target}.inPlace = ${expression(scope, "flag", 1)};`],
    [3, () => `${target}.out = ${expression(scope, "buf", 1)};`],
    [1, () => `${target}.out = undefined;`],
    [1, () => `delete ${target}.inPlace;`],
    [1, () => `${target}.done = ${expression(scope, "sink", 1)};`],
  ])();
}

/** Options that are known by two names, and changed by one of them before, between or after the calls. */
function aliasedOptions(scope: Scope): Made {
  const { random, fresh } = scope;
  const [name, alias, result] = [fresh("p"), fresh("p"), fresh("v")];
  const own: Variable = { name, type: "opts", mutable: false };
  const other: Variable = { name: alias, type: "opts", mutable: false };
  const inside = withVariables(scope, own, other);
  const functions = scope.callables.filter(
    ({ parameters, result: type }) => parameters.includes("opts") && type === "buf",
  );
  const input = expression(scope, "buf", 1);
  const called = functions.length > 0 ? random.pick(functions) : null;
  const args = (called?.parameters ?? []).map((type) =>
    type === "opts" ? name : type === "buf" ? input : expression(scope, type, 0),
  );
  const lines = [
    `const ${name}: Options = ${expression(scope, "opts", 1)};`,
    `const ${alias}${random.chance(50) ? ": Options" : ""} = ${random.pick([name, name, `{ ...${name} }`])};`,
  ];
  if (random.chance(60)) lines.push(changeOptions({ ...inside, variables: [other, ...buffersOf(scope)] }));
  lines.push(`const ${result}: Float64Array = ${called ? `${called.name}(${args.join(", ")})` : input};`);
  if (random.chance(40)) lines.push(changeOptions({ ...inside, variables: [other, ...buffersOf(scope)] }));
  return { lines, declared: [own, other, { name: result, type: "buf", mutable: false }] };
}

function useCallback(scope: Scope): string {
  const { random } = scope;
  const buf = () => expression(scope, "buf", 1);
  return random.weighted<() => string>([
    [3, () => `${expression(scope, "sink", 1)}(${buf()});`],
    [2, () => `${expression(scope, "cell", 0)}.set(${buf()});`],
    [2, () => `${expression(scope, "list", 0)}.forEach(${expression(scope, "sink", 1)});`],
    [has(scope, "globals") ? 2 : 0, () => `subscribe(${expression(scope, "sink", 1)});`],
    [has(scope, "globals") ? 2 : 0, () => `fire(${buf()});`],
    [1, () => `if (${condition(scope)}) out(${expression(scope, "reader", 1)}(${buf()}));`],
  ])();
}

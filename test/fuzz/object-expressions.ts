/** Random expressions that have to do with instances, option objects and closures that share a variable. */
import { type Choice, condition, expression } from "./expressions.js";
import { ifHas, inner, knows, type Member, type Scope, withVariables } from "./scope.js";

function member(scope: Scope, name: Member, weight: number): number {
  return scope.world.members.has(name) ? ifHas(scope, "classes", weight) : 0;
}

const holder = (scope: Scope): string => expression(scope, "holder", 0);

/** An instance, or an object literal that looks like one. */
export function holders(scope: Scope, depth: number): Choice[] {
  const { random, world } = scope;
  const deep = depth >= 0 ? 1 : 0;
  const buf = () => expression(scope, "buf", depth);
  const name = () => random.pick(world.classes);
  const statics = (weight: number) => (world.classes.length > 0 ? weight : 0);
  return [
    [statics(6), () => `new ${name()}(${buf()})`],
    [statics(2), () => `new ${name()}(${buf()}, ${buf()})`],
    [world.literals.length > 0 ? 2 : 0, () => `${random.pick(world.literals)}(${buf()})`],
    [statics(1), () => `${name()}.make(${expression(scope, "num", -1)})`],
    [deep, () => `new (${expression(scope, "ctor", depth)})(${buf()})`],
    [deep, () => `(${holder(scope)}.next ?? ${holder(scope)})`],
    [deep, () => `Object.assign(${holder(scope)}, { a: ${buf()} })`],
    [deep, () => `(${condition(scope)} ? ${holder(scope)} : ${expression(scope, "holder", depth)})`],
    [deep * member(scope, "self", 2), () => `${holder(scope)}.self()`],
    [deep * ifHas(scope, "globals", 1), () => `(globalHolders[0] ?? ${holder(scope)})`],
  ];
}

export function constructors(scope: Scope): Choice[] {
  const name = () => scope.random.pick(scope.world.classes);
  return [
    [4, name],
    [1, () => `(${condition(scope)} ? ${name()} : ${name()})`],
  ];
}

export function bufferMembers(scope: Scope, depth: number): Choice[] {
  const { random } = scope;
  const deep = depth >= 0 ? 1 : 0;
  const known = Math.max(deep, knows(scope, "holder"));
  const own = () => holder(scope);
  const buf = () => expression(scope, "buf", depth);
  const statics = scope.world.classes.length > 0 ? 1 : 0;
  return [
    [known * ifHas(scope, "classes", 2), () => `${own()}.a`],
    [known * member(scope, "cur", 1), () => `${own()}.cur`],
    [known * member(scope, "get", 3), () => `${own()}.get()`],
    [deep * member(scope, "pass", 3), () => `${own()}.pass(${buf()})`],
    [deep * member(scope, "swap", 2), () => `${own()}.swap(${buf()})`],
    [known * member(scope, "fresh", 2), () => `${own()}.fresh(${expression(scope, "num", -1)})`],
    [deep * member(scope, "each", 2), () => `${own()}.each(${expression(scope, "mapper", depth)})`],
    [
      deep * member(scope, "configured", 2),
      () =>
        `${own()}.configured(${buf()}${random.chance(70) ? `, ${expression(scope, "opts", depth)}` : ""})`,
    ],
    [
      deep * member(scope, "get", 1),
      () => `((o: Holder) => { const f = o.get; return f.call(o); })(${own()})`,
    ],
    [deep * member(scope, "pass", 1), () => `${own()}.pass.bind(${own()})(${buf()})`],
    [deep * member(scope, "pass", 1), () => `${own()}["pass"](${buf()})`],
    [deep * statics * ifHas(scope, "classes", 1), () => `${random.pick(scope.world.classes)}.peek()`],
    [deep * ifHas(scope, "classes", 1), () => `({ ...${own()} }).a`],
  ];
}

export function maybeMembers(scope: Scope): Choice[] {
  const known = knows(scope, "holder");
  return [
    [known * ifHas(scope, "classes", 2), () => `${holder(scope)}.m`],
    [known * ifHas(scope, "classes", 1), () => `${holder(scope)}.items[${scope.random.int(2)}]`],
    [known * ifHas(scope, "classes", 1), () => `${holder(scope)}.next?.a`],
    [ifHas(scope, "options", 2), () => `${options(scope)}.out`],
  ];
}

export function numberMembers(scope: Scope, depth: number): Choice[] {
  const deep = depth >= 0 ? 1 : 0;
  const buf = () => expression(scope, "buf", depth);
  return [
    [deep * member(scope, "borrow", 4), () => `${holder(scope)}.borrow(${buf()})`],
    [deep * ifHas(scope, "classes", 1), () => `${holder(scope)}.items.length`],
  ];
}

export function mapperMembers(scope: Scope): Choice[] {
  return [
    [member(scope, "pass", 2), () => `((x: Float64Array) => ${holder(scope)}.pass(x))`],
    [
      member(scope, "pass", 1),
      () => {
        const own = holder(scope);
        return `${own}.pass.bind(${own})`;
      },
    ],
    [member(scope, "swap", 1), () => `((x: Float64Array) => ${holder(scope)}.swap(x))`],
  ];
}

export function supplierMembers(scope: Scope): Choice[] {
  return [
    [member(scope, "get", 1), () => `${holder(scope)}.get.bind(${holder(scope)})`],
    [ifHas(scope, "callbacks", 1), () => `${expression(scope, "cell", 0)}.get`],
  ];
}

export function sinkMembers(scope: Scope): Choice[] {
  return [
    [member(scope, "store", 2), () => `((x: Float64Array): void => ${holder(scope)}.store(x))`],
    [member(scope, "store", 1), () => `${holder(scope)}.store.bind(${holder(scope)})`],
    [ifHas(scope, "callbacks", 1), () => `${expression(scope, "cell", 0)}.set`],
  ];
}

/** Something to ask an option of. */
export function options(scope: Scope): string {
  const text = expression(scope, "opts", 0);
  return text.startsWith("{") ? `(${text} as Options)` : text;
}

export function optionObjects(scope: Scope, depth: number): Choice[] {
  const deep = depth >= 0 ? 1 : 0;
  const buf = () => expression(scope, "buf", depth);
  const cond = () => expression(scope, "flag", depth);
  const some = () => expression(scope, "opts", 0);
  return [
    [2, () => "{}"],
    [4, () => "{ inPlace: true }"],
    [3, () => "{ inPlace: false }"],
    [3, () => `{ out: ${buf()} }`],
    [1, () => `{ inPlace: false, out: ${buf()} }`],
    [deep * 2, () => `{ inPlace: ${cond()}, out: ${buf()} }`],
    [deep, () => `{ ...${some()}, inPlace: ${cond()} }`],
    [deep, () => `{ out: ${buf()}, ...${options(scope)} }`],
    [deep, () => `{ inPlace: ${cond()}, done: ${expression(scope, "sink", depth)} }`],
    [deep, () => `{ get out() { return ${expression(inner(scope), "buf", depth)}; } }`],
  ];
}

/** Two closures that share a variable. */
export function cells(scope: Scope, depth: number): Choice[] {
  const { fresh } = scope;
  const [name, x] = [fresh("c"), fresh("x")];
  const buf = () => expression(scope, "buf", depth);
  const inside = withVariables(inner(scope), { name, type: "buf", mutable: true });
  const given = withVariables(inside, { name: x, type: "buf", mutable: false });
  return [
    [3, () => `makeCell(${buf()})`],
    [
      depth >= 0 ? 2 : 0,
      () =>
        `((${name}: Float64Array): Cell => ({ get: () => ${expression(inside, "buf", depth)}, ` +
        `set: (${x}) => { ${name} = ${expression(given, "buf", depth)}; } }))(${buf()})`,
    ],
  ];
}

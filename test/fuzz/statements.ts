/** Random statements, as lines of text. Every loop is bounded; every jump but the last return is conditional. */
import { call, canCall, condition, expression } from "./expressions.js";
import { fillStatements } from "./fill-statements.js";
import { flowStatements } from "./flow-statements.js";
import { objectStatements } from "./object-statements.js";
import { ownerStatements } from "./owner-statements.js";
import {
  detached,
  type Feature,
  has,
  ifHas,
  inner,
  pickVariable,
  type Scope,
  type Type,
  typeTexts,
  type Variable,
  waitsIn,
  withVariables,
  yieldsIn,
} from "./scope.js";

export interface Made {
  readonly lines: readonly string[];
  /** What the statement declares, for the statements after it. */
  readonly declared?: readonly Variable[];
}

export type StatementChoice = readonly [weight: number, make: () => Made];
type Choice = StatementChoice;

export const line = (text: string, ...declared: readonly Variable[]): Made => ({ lines: [text], declared });

const declarable: readonly (readonly [number, Type])[] = [
  [12, "buf"],
  [3, "maybe"],
  [2, "num"],
  [1, "ints"],
  [1, "storage"],
  [3, "box"],
  [3, "list"],
  [2, "pair"],
  [1, "map"],
  [1, "set"],
  [2, "toNum"],
  [2, "toBuf"],
  [1, "mapper"],
];

/** Types that only programs with a certain feature declare variables of. */
const featured: readonly (readonly [number, Type, Feature])[] = [
  [6, "holder", "classes"],
  [1, "ctor", "classes"],
  [4, "opts", "options"],
  [1, "flag", "options"],
  [2, "cell", "callbacks"],
  [2, "mapper", "callbacks"],
  [2, "sink", "callbacks"],
  [1, "reader", "callbacks"],
  [4, "task", "async"],
  [4, "gen", "generators"],
  [2, "grid", "owners"],
  [2, "boxes", "owners"],
  [2, "named", "owners"],
];

function declarables(scope: Scope): (readonly [number, Type])[] {
  const more = featured.map(([weight, type, feature]) => [ifHas(scope, feature, weight), type] as const);
  return [...declarable, ...more];
}

/** A statement list of about `count` statements, indented. */
export function block(scope: Scope, count: number): string[] {
  const lines: string[] = [];
  let here = scope;
  for (let i = 0; i < count; i++) {
    const made = statement(here);
    lines.push(...made.lines.map((each) => `  ${each}`));
    here = withVariables(here, ...(made.declared ?? []));
  }
  return lines;
}

/** A function's body: statements, then what it returns. */
export function body(scope: Scope, count: number): string[] {
  const lines: string[] = [];
  let here = scope;
  for (let i = 0; i < count; i++) {
    const made = statement(here);
    lines.push(...made.lines.map((each) => `  ${each}`));
    here = withVariables(here, ...(made.declared ?? []));
  }
  if (scope.result !== null && scope.flavour !== "generator") {
    if (scope.random.chance(40)) lines.push(`  ${observe(here)}`);
    lines.push(`  return ${expression(here, scope.result, 2)};`);
  }
  return lines;
}

export function statement(scope: Scope): Made {
  const nests = scope.depth > 0;
  const choices: Choice[] = [
    [18, () => declaration(scope)],
    [3, () => destructuring(scope)],
    [14, () => assignment(scope)],
    [2, () => sharedBox(scope)],
    [9, () => line(write(scope))],
    [10, () => line(observe(scope))],
    [8, () => line(store(scope))],
    [5, () => callStatement(scope)],
    [nests ? 7 : 0, () => ifStatement(scope)],
    [nests ? 9 : 0, () => loop(scope)],
    [nests ? 2 : 0, () => switchStatement(scope)],
    [nests ? 4 : 0, () => tryStatement(scope)],
    [nests ? 2 : 0, () => localFunction(scope)],
    [4, () => jump(scope)],
    [waitsIn(scope) ? 5 : 0, () => line("await null;")],
    [yieldsIn(scope) ? 7 : 0, () => line(`yield ${expression(scope, "buf")};`)],
    [
      scope.flavour === "generator" && scope.result ? 6 : 0,
      () => line(`yield ${expression(scope, scope.result ?? "num")};`),
    ],
  ];
  choices.push(...objectStatements(scope), ...flowStatements(scope), ...ownerStatements(scope));
  choices.push(...fillStatements(scope));
  return scope.random.weighted(choices)();
}

/** Types for which the initializer's own type is a better one to go on with, now and then. */
const inferred: ReadonlySet<Type> = new Set([
  "num",
  "buf",
  "ints",
  "storage",
  "box",
  "pair",
  "map",
  "set",
  "holder",
]);

export function declaration(scope: Scope): Made {
  return declarationOf(scope, scope.random.weighted(declarables(scope)));
}

export function declarationOf(scope: Scope, type: Type): Made {
  const mutable = scope.random.chance(type === "holder" ? 25 : 50);
  const name = scope.fresh("v");
  const annotated = mutable || !inferred.has(type);
  const annotation = annotated ? `: ${typeTexts[type]}` : "";
  const value = expression(scope, type);
  return line(`${mutable ? "let" : "const"} ${name}${annotation} = ${value};`, { name, type, mutable });
}

/** A box of this function's own that others come to know, and that changes afterwards. */
function sharedBox(scope: Scope): Made {
  const own = scope.fresh("v");
  const old = scope.fresh("v");
  const owner = expression(scope, "box", 0);
  return {
    lines: [
      `const ${own}: Box = { b: ${expression(scope, "buf", 1)} };`,
      `${owner}.o = ${own};`,
      `const ${old}: Float64Array = (${expression(scope, "box", 0)}.o ?? ${own}).b;`,
      `${own}.b = ${expression(scope, "buf", 1)};`,
    ],
    declared: [
      { name: own, type: "box", mutable: false },
      { name: old, type: "buf", mutable: false },
    ],
  };
}

function destructuring(scope: Scope): Made {
  const { random } = scope;
  const mutable = random.chance(30);
  const keyword = mutable ? "let" : "const";
  const [a, b] = [scope.fresh("v"), scope.fresh("v")];
  const made = (type: Type, name: string): Variable => ({ name, type, mutable });
  return random.weighted<() => Made>([
    [2, () => line(`${keyword} { b: ${a} } = ${expression(scope, "box")};`, made("buf", a))],
    [
      2,
      () =>
        line(
          `${keyword} { b: ${a}, m: ${b} = ${expression(scope, "buf")} } = ${expression(scope, "box")};`,
          made("buf", a),
          made("buf", b),
        ),
    ],
    [
      3,
      () => line(`${keyword} [${a}, ${b}] = ${expression(scope, "pair")};`, made("buf", a), made("buf", b)),
    ],
    [
      1,
      () =>
        line(
          `${keyword} [${a} = ${expression(scope, "buf")}, ...${b}] = ${expression(scope, "list")};`,
          made("buf", a),
          made("list", b),
        ),
    ],
    [
      1,
      () =>
        line(`const { b: ${a}, ...${b} } = ${expression(scope, "box")};`, {
          ...made("buf", a),
          mutable: false,
        }),
    ],
  ])();
}

function assignment(scope: Scope): Made {
  const { random } = scope;
  const first = pickVariable(scope, "buf", true);
  const second = pickVariable(scope, "buf", true);
  const maybe = pickVariable(scope, "maybe", true);
  const other = random.weighted(declarables(scope));
  const any = pickVariable(scope, other, true);
  const name = first?.name ?? "";
  const choices: Choice[] = [
    [first ? 8 : 0, () => line(`${name} = ${expression(scope, "buf")};`)],
    [first && second ? 2 : 0, () => line(`${name} = ${second?.name} = ${expression(scope, "buf")};`)],
    [
      first && second && first !== second ? 4 : 0,
      () => line(`[${name}, ${second?.name}] = [${second?.name}, ${name}];`),
    ],
    [first ? 2 : 0, () => growth(scope, name)],
    [
      maybe ? 3 : 0,
      () => line(`${maybe?.name} ${random.pick(["=", "??=", "||="])} ${expression(scope, "buf")};`),
    ],
    [maybe ? 1 : 0, () => line(`${maybe?.name} = undefined;`)],
    [any ? 5 : 0, () => line(`${any?.name} = ${expression(scope, other)};`)],
    [1, () => declaration(scope)],
  ];
  return random.weighted(choices)();
}

function growth(scope: Scope, name: string): Made {
  const bigger = scope.fresh("v");
  return {
    lines: [
      `if (${name}.length < ${scope.random.pick([5, 13, 20])}) {`,
      `  const ${bigger} = new Float64Array(${name}.length * 2);`,
      `  ${bigger}.set(${name});`,
      `  ${name} = ${bigger};`,
      "}",
    ],
  };
}

function write(scope: Scope): string {
  const { random } = scope;
  const buf = expression(scope, "buf", random.int(2));
  const value = expression(scope, "num", 1);
  return random.weighted<() => string>([
    [5, () => `${buf}[${random.int(4)}] = ${value};`],
    [2, () => `${buf}.fill(${value});`],
    [1, () => `${buf}.set(${expression(scope, "buf", 0)}.subarray(0, 2));`],
    [1, () => `${buf}[0] += ${value};`],
    [1, () => `${expression(scope, "ints", 0)}[1] = ${value};`],
    [1, () => `new DataView(${buf}.buffer).setInt8(1, 5);`],
  ])();
}

export function observe(scope: Scope): string {
  const { random } = scope;
  return random.weighted<() => string>([
    [6, () => `out(${expression(scope, "num", 2)});`],
    [3, () => `show(${expression(scope, "buf", 1)});`],
    [1, () => `for (const v of ${expression(scope, "buf", 1)}) out(v);`],
    [1, () => `${expression(scope, "list", 1)}.forEach((v) => out(v[0] ?? -5));`],
  ])();
}

function store(scope: Scope): string {
  const { random } = scope;
  const box = expression(scope, "box", 0);
  const found = expression(scope, "list", 0);
  const list = found.startsWith("[") ? `(${found} as Float64Array[])` : found;
  const value = expression(scope, "buf", 1);
  return random.weighted<() => string>([
    [4, () => `${box}.b = ${value};`],
    [2, () => `${box}.m = ${expression(scope, "maybe", 1)};`],
    [3, () => `${box}.o = ${expression(scope, "box", 1)};`],
    [1, () => `delete ${box}.m;`],
    [4, () => `${list}.push(${value});`],
    [1, () => `${list}.unshift(${value});`],
    [2, () => `${list}[${random.int(2)}] = ${value};`],
    [1, () => `${list}.pop();`],
    [
      1,
      () =>
        `${list}.${random.pick(["shift()", "reverse()", "length = 1", "splice(0, 1)", `fill(${value})`])};`,
    ],
    [2, () => `${expression(scope, "pair", 0)}[${random.int(2)}] = ${value};`],
    [2, () => `${expression(scope, "map", 0)}.set(${random.int(3)}, ${value});`],
    [1, () => `${expression(scope, "map", 0)}.delete(0);`],
    [1, () => `${expression(scope, "set", 0)}.add(${value});`],
    [ifHas(scope, "globals", 2), () => `keep(${value});`],
    [1, () => `void ${value};`],
  ])();
}

function callStatement(scope: Scope): Made {
  const found = scope.callables.filter((each) => canCall(scope, each));
  if (found.length === 0) return declaration(scope);
  return line(`${call(scope, scope.random.pick(found), 1)};`);
}

export function deeper(scope: Scope): Scope {
  return { ...scope, depth: scope.depth - 1 };
}

function ifStatement(scope: Scope): Made {
  const inside = deeper(scope);
  const lines = [`if (${condition(scope)}) {`, ...block(inside, 1 + scope.random.int(3))];
  if (scope.random.chance(50)) lines.push("} else {", ...block(inside, 1 + scope.random.int(2)));
  return { lines: [...lines, "}"] };
}

function loop(scope: Scope): Made {
  const { random } = scope;
  const label = random.chance(25) ? scope.fresh("L") : "";
  const at = scope.fresh("i");
  const each = scope.fresh("v");
  const inside = { ...deeper(scope), loops: [...scope.loops, label] };
  const counter: Variable = { name: at, type: "num", mutable: false };
  const buf: Variable = { name: each, type: "buf", mutable: false };
  const forms: readonly (readonly [number, readonly [string, readonly Variable[], string]])[] = [
    [8, [`for (let ${at} = 0; ${at} < ${2 + random.int(2)}; ${at}++) {`, [counter], "}"]],
    [2, [`for (const ${each} of ${expression(scope, "list")}.slice(0, 3)) {`, [buf], "}"]],
    [1, [`for (const ${each} of [...${expression(scope, "set")}]) {`, [buf], "}"]],
    [1, [`for (const [${at}, ${each}] of new Map(${expression(scope, "map")})) {`, [counter, buf], "}"]],
    [1, [`for (const ${each} of ${expression(scope, "pair")}) {`, [buf], "}"]],
  ];
  const [head, declared, tail] = random.weighted(forms);
  const lines = [
    `${label ? `${label}: ` : ""}${head}`,
    ...block(withVariables(inside, ...declared), 2 + random.int(3)),
    tail,
  ];
  return { lines: random.chance(15) ? asWhile(scope, label, inside) : lines };
}

function asWhile(scope: Scope, label: string, inside: Scope): string[] {
  const left = scope.fresh("k");
  const count = 1 + scope.random.int(3);
  const start = label ? `${label}: ` : "";
  const lines = block(inside, 2 + scope.random.int(3));
  return scope.random.chance(50)
    ? [`let ${left} = ${count};`, `${start}while (${left}-- > 0) {`, ...lines, "}"]
    : [`let ${left} = ${count};`, `${start}do {`, ...lines, `} while (${left}-- > 0);`];
}

function switchStatement(scope: Scope): Made {
  const { random } = scope;
  const inside = { ...deeper(scope), depth: scope.depth - 1 };
  const lines = [`switch (${expression(scope, "num", 1)} & 3) {`];
  const cases = 2 + random.int(2);
  for (let i = 0; i < cases; i++) {
    lines.push(i === cases - 1 && random.chance(60) ? "  default: {" : `  case ${i}: {`);
    lines.push(...block(inside, 1 + random.int(2)).map((each) => `  ${each}`), "  }");
    if (random.chance(60)) lines.push("  break;");
  }
  return { lines: [...lines, "}"] };
}

function tryStatement(scope: Scope): Made {
  const { random } = scope;
  // A buffer that only the handler reads again, once the body has thrown.
  const own = random.chance(40) ? declarationOf(scope, "buf") : { lines: [], declared: [] };
  const seen = (own.declared ?? []).map(({ name }) => `  show(${name});`);
  const inside = deeper(withVariables(scope, ...(own.declared ?? [])));
  const lines = [...own.lines, "try {", ...seen, ...block(inside, 1 + random.int(3))];
  if (random.chance(50)) lines.push(`  if (${condition(inside)}) throw new Error("e${random.int(9)}");`);
  else if (random.chance(60)) lines.push(`  failIf(${condition(scope)});`);
  const form = random.int(3);
  if (form !== 1) lines.push("} catch {", ...seen, ...block(inside, random.int(3)));
  if (form !== 0) lines.push("} finally {", ...(form === 1 ? seen : []), ...block(inside, 1 + random.int(2)));
  return { lines: [...lines, "}"] };
}

/** The types of local functions, with what they give and whether they are handed a buffer. */
const localTypes = {
  toNum: ["num", false],
  toBuf: ["buf", false],
  mapper: ["buf", true],
  reader: ["num", true],
  sink: [null, true],
} as const;

function localFunction(scope: Scope): Made {
  const { random } = scope;
  const plain = ["toNum", "toBuf", "mapper"] as const;
  const type = random.pick(has(scope, "callbacks") ? ([...plain, "reader", "sink"] as const) : plain);
  const name = scope.fresh("f");
  const [result, isHanded] = localTypes[type];
  const isArrow = random.chance(50);
  const parameter: Variable = { name: scope.fresh("x"), type: "buf", mutable: true };
  const around = isArrow ? inner(deeper(scope)) : detached(inner(deeper(scope)));
  const inside = withVariables({ ...around, result }, ...(isHanded ? [parameter] : []));
  const parameters = isHanded ? `${parameter.name}: Float64Array` : "";
  const lines = body(inside, 1 + random.int(2));
  const text = result === null ? "void" : typeTexts[result];
  const head = isArrow
    ? [`const ${name} = (${parameters}): ${text} => {`, ...lines, "};"]
    : [`function ${name}(${parameters}): ${text} {`, ...lines, "}"];
  return { lines: head, declared: [{ name, type, mutable: false }] };
}

function jump(scope: Scope): Made {
  const { random, loops } = scope;
  const test = condition(scope);
  const label = random.chance(50) ? loops.filter((each) => each !== "").at(-1) : undefined;
  const choices: Choice[] = [
    [
      scope.result !== null && scope.flavour !== "generator" ? 3 : 0,
      () => line(`if (${test}) return ${expression(scope, scope.result ?? "num")};`),
    ],
    [
      loops.length > 0 ? 3 : 0,
      () => line(`if (${test}) ${random.pick(["break", "continue"])}${label ? ` ${label}` : ""};`),
    ],
    [1, () => line(`if (${test}) throw new Error("t${random.int(9)}");`)],
    [1, () => line(observe(scope))],
  ];
  return random.weighted(choices)();
}

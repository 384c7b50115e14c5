/** Random classes of one shape, `Holder`: a base, subclasses, a look-alike, and functions that make object literals of it. */
import { type Helper, helper } from "./helpers.js";
import { type MethodPlace, methodBody, signatures } from "./methods.js";
import { type Callable, type Member, members, type Scope, type Variable } from "./scope.js";

const F = "Float64Array";
type Method = Exclude<Member, "cur">;
const methods = members.filter((each): each is Method => each !== "cur");

/** What instances have, seen from inside their methods. */
const fields: readonly Variable[] = [
  { name: "this.a", type: "buf", mutable: true },
  { name: "this.m", type: "maybe", mutable: true },
  { name: "this.items", type: "list", mutable: true },
  { name: "this.box", type: "box", mutable: true },
  { name: "this", type: "holder", mutable: false },
];

/** The classes' text; `scope` is that of their module, and names them all. */
export function classesModule(scope: Scope): string {
  const { world, random } = scope;
  const [base, ...others] = world.classes as [string, ...string[]];
  const parts = [interfaceText(scope), classText(scope, base, null)];
  const known = [base];
  for (const name of others) {
    const parent = random.chance(75) ? random.pick(known) : null;
    parts.push(classText(scope, name, parent));
    known.push(name);
  }
  for (const name of world.literals) parts.push(literalText(scope, name));
  return parts.join("\n");
}

function interfaceText({ world }: Scope): string {
  const heads = methods.filter((each) => world.members.has(each)).map((each) => signatures[each].head);
  const own = heads.map((head) => `  ${head.replace("o: Options = {}", "o?: Options")};`);
  return [
    "export interface Holder {",
    `  a: ${F};`,
    `  m: ${F} | undefined;`,
    `  items: ${F}[];`,
    "  box: Box;",
    "  next: Holder | undefined;",
    ...(world.members.has("cur") ? [`  cur: ${F};`] : []),
    ...own,
    "}",
    `export interface HolderClass { new (a: ${F}, m?: ${F}): Holder; }`,
    "export const globalHolders: Holder[] = [];",
  ].join("\n");
}

function classText(scope: Scope, name: string, parent: string | null): string {
  const { random } = scope;
  const isSub = parent !== null;
  const place: MethodPlace = { isSub, hasPrivate: random.chance(40) };
  const heads = isSub ? `class ${name} extends ${parent}` : `class ${name} implements Holder`;
  const chosen = methods.filter((each) => scope.world.members.has(each) && (!isSub || random.chance(50)));
  const inside: Scope = { ...scope, variables: [...scope.variables, ...fields] };
  const lines = [`export ${heads} {`, ...(isSub ? subStart(inside, place) : baseStart(inside, place))];
  if (place.hasPrivate) lines.push(...privateMembers(inside));
  for (const each of chosen) {
    const { head, flavour } = signatures[each];
    const prefix = { plain: "", async: "async ", gen: "*" }[flavour];
    lines.push(`  ${prefix}${head} {`, ...methodBody(each, inside, place), "  }");
  }
  if (scope.world.members.has("cur") && (!isSub || random.chance(40)))
    lines.push(...accessors(inside, isSub));
  lines.push(...statics(scope, name), "}");
  return lines.join("\n");
}

/** Fields and constructor of a class that extends nothing. */
function baseStart(scope: Scope, { hasPrivate }: MethodPlace): string[] {
  const { random } = scope;
  const itemStart = random.pick(["[]", "[]", `[new ${F}(16).fill(1)]`]);
  const isProperty = random.chance(40);
  const field = isProperty ? [] : [`  a: ${F}${random.pick(["", ` = new ${F}(16)`])};`];
  const sure = !field[0]?.includes("=");
  const stored = random.pick(sure ? ["a", "a", "a", "a.slice()", "m ?? a"] : ["a", "a", "a.slice()"]);
  const assign = isProperty ? [] : [`    this.a = ${stored};`];
  return [
    ...field,
    `  m: ${F} | undefined;`,
    `  items: ${F}[] = ${itemStart};`,
    "  next: Holder | undefined = undefined;",
    "  box: Box;",
    `  constructor(${isProperty ? "public " : ""}a: ${F}, m?: ${F}) {`,
    ...assign,
    `    ${random.pick(["this.m = m;", "this.m = m;", "", `this.m = m ?? new ${F}(16).fill(7);`, "this.m = this.a;"])}`,
    `    this.box = { b: ${random.pick(["a", "this.a", `new ${F}(16).fill(2)`])} };`,
    `    ${constructorEffect(scope, hasPrivate)}`,
    "  }",
  ];
}

function subStart(scope: Scope, { hasPrivate }: MethodPlace): string[] {
  const { random } = scope;
  const lines = random.chance(30) ? [`  extra = new ${F}(16).fill(4);`] : [];
  if (random.chance(40)) return lines;
  const passed = random.pick(["a, m", "a", "a.slice(), m", `new ${F}(16).fill(3), a`, "a, a", "m ?? a"]);
  return [
    ...lines,
    `  constructor(a: ${F}, m?: ${F}) {`,
    `    super(${passed});`,
    `    ${constructorEffect(scope, hasPrivate)}`,
    "  }",
  ];
}

/** What else a constructor does: most often nothing. */
function constructorEffect(scope: Scope, hasPrivate: boolean): string {
  const { random } = scope;
  return random.weighted<string>([
    [10, ""],
    [2, "this.items.push(a);"],
    [1, "if ((a[0] ?? 0) > 4) globalHolders.push(this);"],
    [1, "if (m) this.items = [m, a];"],
    [1, "keep(a);"],
    [hasPrivate ? 4 : 0, "this.#own = a;"],
    [1, `this.a = new ${F}(16).fill(1);`],
    [1, "a[0] = 5;"],
  ]);
}

function privateMembers({ random }: Scope): string[] {
  const took = random.pick([
    "return x;",
    "this.#own = x; return x;",
    "return this.#own ?? x;",
    "const t = x.map((v) => v + 1); return t;",
    "const old = this.#own; this.#own = x; return old ?? this.a;",
  ]);
  return [`  #own: ${F} | undefined;`, `  #take(x: ${F}): ${F} { ${took} }`];
}

function accessors({ random }: Scope, isSub: boolean): string[] {
  const get = random.pick([
    "return this.a;",
    `return (this.m ??= new ${F}(16).fill(9));`,
    "return this.a.subarray(0, 4);",
    "return this.box.b;",
    `return new ${F}(16).fill(1);`,
    ...(isSub ? ["return super.cur;", "return super.cur.slice();"] : []),
  ]);
  const set = random.pick([
    "this.a = x;",
    "this.m = x;",
    "this.a = x.slice();",
    "this.box.b = x;",
    "if ((x[0] ?? 0) > 1) this.items.push(x);",
    ...(isSub ? ["super.cur = x;"] : []),
  ]);
  return [`  get cur(): ${F} { ${get} }`, `  set cur(x: ${F}) { ${set} }`];
}

function statics(scope: Scope, name: string): string[] {
  const { random } = scope;
  const filled = `new ${F}(16).fill(n)`;
  const note = random.pick([
    "this.last = x;",
    `${name}.last = x;`,
    `${name}.last = x.slice();`,
    "",
    `if ((x[0] ?? 0) > 2) ${name}.last = x;`,
  ]);
  const peek = random.pick(["this.last", `${name}.last`]);
  return [
    `  static last: ${F} | undefined;`,
    `  static make(n: number): Holder { return new ${random.pick([name, "this"])}(${filled}); }`,
    `  static note(x: ${F}): void { ${note} }`,
    `  static peek(): ${F} { return ${peek} ?? new ${F}(16).fill(5); }`,
  ];
}

/** A function that makes an object literal of the shape; some of its methods use what they captured. */
function literalText(scope: Scope, name: string): string {
  const { random, world } = scope;
  const inside: Scope = {
    ...scope,
    variables: [...scope.variables, ...fields, { name: "given", type: "buf", mutable: true }],
  };
  const place = { isSub: false, hasPrivate: false };
  const lines = [`export function ${name}(given: ${F}): Holder {`, "  return {"];
  lines.push(`    a: ${random.pick(["given", "given.slice()", `new ${F}(16)`])},`);
  lines.push(`    m: ${random.pick(["undefined", "given"])}, items: [], box: { b: given }, next: undefined,`);
  for (const each of methods.filter((method) => world.members.has(method))) {
    const { head, flavour, result } = signatures[each];
    const prefix = { plain: "", async: "async ", gen: "*" }[flavour];
    const captured = result === "buf" && random.chance(30);
    const kept = each === "get" || each === "fresh" ? "given" : "(given[0] ?? 0) > 2 ? given : this.a";
    const text = captured ? [`    return ${kept};`] : methodBody(each, inside, place);
    lines.push(`    ${prefix}${head} {`, ...text, "    },");
  }
  if (world.members.has("cur")) {
    lines.push(
      ...random.pick([
        [`    cur: ${random.pick(["given", `new ${F}(16)`])},`],
        [`    get cur(): ${F} { return given; },`, `    set cur(x: ${F}) { given = x; },`],
        [`    get cur(): ${F} { return this.a; },`, `    set cur(x: ${F}) { this.m = x; },`],
      ]),
    );
  }
  return [...lines, "  };", "}"].join("\n");
}

/** Static methods, as functions of the program. */
export function staticCallables(names: readonly string[]): Callable[] {
  return names.flatMap((name): Callable[] => [
    { name: `${name}.make`, parameters: ["num"], result: "holder", flavour: "plain" },
    { name: `${name}.note`, parameters: ["buf"], result: null, flavour: "plain" },
    { name: `${name}.peek`, parameters: [], result: "buf", flavour: "plain" },
  ]);
}

export function holderHelpers({ world }: Scope): readonly Helper[] {
  const has = (name: Member): boolean => world.members.has(name);
  const one = (member: Member | null, ...rest: Parameters<typeof helper>): readonly Helper[] =>
    member === null || has(member) ? [helper(...rest)] : [];
  return [
    ...one(
      "borrow",
      "askHolder",
      ["holder", "buf"],
      "num",
      `(h: Holder, x: ${F}): number { return h.borrow(x); }`,
    ),
    ...one("store", "tellHolder", ["holder", "buf"], null, `(h: Holder, x: ${F}): void { h.store(x); }`),
    ...one("get", "readHolder", ["holder"], "buf", "(h: Holder): Float64Array { return h.get(); }"),
    ...one("get", "getterOf", ["holder"], "toBuf", `(h: Holder): () => ${F} { return () => h.get(); }`),
    ...one(
      "pass",
      "passerOf",
      ["holder"],
      "mapper",
      `(h: Holder): (x: ${F}) => ${F} { return (x) => h.pass(x); }`,
    ),
    ...one(
      null,
      "construct",
      ["ctor", "buf"],
      "holder",
      `(C: HolderClass, x: ${F}): Holder { return new C(x); }`,
    ),
    ...one(
      null,
      "chain",
      ["holder", "holder"],
      "holder",
      "(h: Holder, k: Holder): Holder { h.next = k; return k; }",
    ),
    ...one(null, "fieldOf", ["holder"], "buf", `({ a }: Holder): ${F} { return a; }`),
    ...one(null, "pairOf", ["holder"], "pair", `({ a, box: { b } }: Holder): Pair { return [a, b]; }`),
    ...one(null, "register", ["holder"], "num", "(h: Holder): number { return globalHolders.push(h); }"),
    ...one(
      "self",
      "localOne",
      ["buf"],
      "num",
      `(x: ${F}): number { const h = new ${world.classes[0]}(x.slice(), x); return h.self().a[0] ?? 0; }`,
    ),
    ...one(
      "swap",
      "exchange",
      ["holder", "holder"],
      "buf",
      `(h: Holder, k: Holder): ${F} { return h.swap(k.swap(h.a)); }`,
    ),
  ];
}

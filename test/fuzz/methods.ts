/** Bodies of methods: short ones, each of a shape that matters, and random ones. */
import type { Member, Scope, Type } from "./scope.js";
import { body } from "./statements.js";

const F = "Float64Array";
const mapper = `(x: ${F}) => ${F}`;

export interface Signature {
  readonly head: string;
  readonly parameters: readonly (readonly [name: string, type: Type])[];
  readonly result: Type | null;
  readonly flavour: "plain" | "async" | "gen";
}

/** Parameters, result and kind of each method; `cur` is a pair of accessors and has its own. */
export const signatures: Readonly<Record<Exclude<Member, "cur">, Signature>> = {
  borrow: { head: `borrow(x: ${F}): number`, parameters: [["x", "buf"]], result: "num", flavour: "plain" },
  fresh: { head: `fresh(n: number): ${F}`, parameters: [["n", "num"]], result: "buf", flavour: "plain" },
  get: { head: `get(): ${F}`, parameters: [], result: "buf", flavour: "plain" },
  pass: { head: `pass(x: ${F}): ${F}`, parameters: [["x", "buf"]], result: "buf", flavour: "plain" },
  store: { head: `store(x: ${F}): void`, parameters: [["x", "buf"]], result: null, flavour: "plain" },
  swap: { head: `swap(x: ${F}): ${F}`, parameters: [["x", "buf"]], result: "buf", flavour: "plain" },
  self: { head: "self(): Holder", parameters: [], result: "holder", flavour: "plain" },
  each: { head: `each(f: ${mapper}): ${F}`, parameters: [["f", "mapper"]], result: "buf", flavour: "plain" },
  configured: {
    head: `configured(x: ${F}, o: Options = {}): ${F}`,
    parameters: [
      ["x", "buf"],
      ["o", "opts"],
    ],
    result: "buf",
    flavour: "plain",
  },
  later: {
    head: `later(x: ${F}): Promise<${F}>`,
    parameters: [["x", "buf"]],
    result: "buf",
    flavour: "async",
  },
  walk: { head: `walk(x: ${F}): Gen`, parameters: [["x", "buf"]], result: "buf", flavour: "gen" },
};

type Bodies = Readonly<Record<Exclude<Member, "cur">, readonly string[]>>;

const anywhere: Bodies = {
  borrow: [
    "let s = 0; for (const v of x) s += v; return s;",
    "let s = 0; for (const v of x) s += v; return s;",
    "return (x[0] ?? 0) + (this.a[0] ?? 0);",
    "const t = x.map((v) => v + 1); return t[0] ?? 0;",
    "if ((x[0] ?? 0) > 4) keep(x); return x.length;",
    "this.m = x; return 1;",
    "const old = this.a; this.a = x; const s = this.a[0] ?? 0; this.a = old; return s;",
    "this.items.push(x); return this.items.length;",
    "x[0] = this.a[1] ?? 3; return 2;",
  ],
  fresh: [
    `return new ${F}(16).fill(n);`,
    `return new ${F}(16).fill(n);`,
    "return this.a.map((v) => v + n);",
    `return n > 2 ? this.a : new ${F}(16);`,
    `return (this.a = new ${F}(16).fill(n));`,
  ],
  get: [
    "return this.a;",
    "return this.a;",
    "return this.a.slice();",
    `return (this.m ??= new ${F}(16).fill(3));`,
    "return this.a.subarray(0, 3);",
    `const old = this.a; this.a = new ${F}(16).fill(8); return old;`,
    "return this.items[0] ?? this.a;",
    "return this.box.b;",
    "return (this.next ?? this).a;",
  ],
  pass: [
    "return x;",
    "return x.map((v) => v * 2);",
    "return x === this.a ? x.slice() : x;",
    "return (x[0] ?? 0) > 3 ? this.a : x;",
    "this.a.set(x.subarray(0, 2)); return this.a;",
    "return x.subarray(1);",
  ],
  store: [
    "this.a = x;",
    "this.m = x;",
    "this.a = x.slice();",
    "this.items.push(x);",
    "this.box = { b: x };",
    "this.box.b = x;",
    "this.a.set(x.subarray(0, 2));",
    "if ((x[0] ?? 0) > 2) keep(x);",
    "if (x.length > 4) this.a = x; else this.m = x;",
    "if (this.next) this.next.a = x;",
    "",
  ],
  swap: [
    "const old = this.a; this.a = x; return old;",
    "[this.a, x] = [x, this.a]; return x;",
    "const old = this.m ?? this.a; this.m = x; return old;",
    "const old = this.box.b; this.box.b = x; return old;",
    `const old = this.items.shift() ?? new ${F}(16); this.items.push(x); return old;`,
  ],
  self: ["return this;", "return this;", "return this.next ?? this;", "this.next = this; return this;"],
  each: [
    "return f(this.a);",
    "this.a = f(this.a); return this.a;",
    "this.items = this.items.map(f); return this.a;",
    `const t = new ${F}(16).fill(2); return f(t);`,
    "f(this.a); return f(this.a.slice());",
  ],
  configured: [
    `const r = o.inPlace ? x : new ${F}(16).fill(x[0] ?? 1); return r;`,
    "const r = o.out ?? x.slice(); r[0] = this.a[0] ?? 1; return r;",
    "return o.inPlace ? (this.a = x) : (o.out ?? this.a);",
    "o.done?.(x); return o.inPlace ? x : x.slice();",
    "o.out = x; return this.a;",
  ],
  later: [
    "await null; return x;",
    "await null; show(x); return this.a;",
    "this.m = x; await null; this.m = undefined; return x.slice();",
    "const t = x.slice(); await null; return t;",
    "await null; const old = this.a; this.a = x; return old;",
    "const { a } = this; await null; await null; return a;",
  ],
  walk: [
    "yield x; yield this.a; return this.m;",
    "const got = yield this.a; if (got) this.a = got; return x;",
    `for (let i = 0; i < 3; i++) yield new ${F}(16).fill(i); return undefined;`,
    "this.m = x; yield x.slice(); this.m = undefined; return x;",
    "try { yield x; } finally { show(this.a); } return this.a;",
  ],
};

/** Calls of the overridden method, and of others by way of `this`. */
function calling(name: Exclude<Member, "cur">, { members }: Scope["world"], isSub: boolean): string[] {
  const via = (other: Member, text: string): string[] => (members.has(other) ? [text] : []);
  const up = isSub ? "super" : null;
  const found: Partial<Record<Member, readonly string[]>> = {
    borrow: [
      ...(up
        ? ["this.m = x; return super.borrow(x);", "return super.borrow(x) + super.borrow(this.a);"]
        : []),
      ...via("store", "this.store(x); return 1;"),
      ...via("get", "return (this.get()[0] ?? 0) + (x[0] ?? 0);"),
    ],
    get: [
      ...(up
        ? ["return super.get();", "return super.get().map((v) => v + 1);", "return (this.m = super.get());"]
        : []),
      ...via("cur", "return this.cur;"),
    ],
    pass: [
      ...(up ? ["return super.pass(x.slice());", "const r = super.pass(x); this.m = r; return r;"] : []),
      ...via("get", "return (x[0] ?? 0) > 1 ? x : this.get();"),
      ...via("swap", "return this.swap(x);"),
    ],
    store: [
      ...(up
        ? ["super.store(x); keep(x);", "super.store(x.slice());", "super.store(x); super.store(this.a);"]
        : []),
      ...via("cur", "this.cur = x;"),
      ...via("swap", "this.swap(x);"),
    ],
    swap: up
      ? ["return super.swap(x.slice());", "const r = super.swap(x); return r === x ? this.a : r;"]
      : [],
    self: up ? ["return super.self();", "const s = super.self(); s.a = this.a; return s;"] : [],
    each: up ? ["return super.each((v) => f(v.slice()));", "return f(super.each(f));"] : [],
    fresh: up ? ["return super.fresh(n + 1);", "return (this.m = super.fresh(n));"] : [],
    later: up ? ["const r = await super.later(x); show(x); return r;", "return super.later(x.slice());"] : [],
    walk: [
      ...(up ? ["return yield* super.walk(x);"] : []),
      ...via("get", "yield this.get(); return this.get();"),
    ],
    configured: up
      ? ["return super.configured(x, { inPlace: true });", "return super.configured(x, { ...o });"]
      : [],
  };
  return [...(found[name] ?? [])];
}

export interface MethodPlace {
  /** A class that extends another. */
  readonly isSub: boolean;
  /** It has `#own` and `#take`. */
  readonly hasPrivate: boolean;
}

const privately: Partial<Record<Member, readonly string[]>> = {
  borrow: ["return this.#take(x)[0] ?? 0;", "this.#own = x; return 3;"],
  get: ["return this.#own ?? this.a;", `return (this.#own ??= new ${F}(16).fill(6));`],
  pass: ["return this.#take(x);"],
  store: ["this.#own = x;", "this.#take(x);"],
  swap: ["const old = this.#own ?? this.a; this.#own = x; return old;"],
};

/** The body of a method, as lines; it burns fuel, since methods call one another. */
export function methodBody(name: Exclude<Member, "cur">, scope: Scope, place: MethodPlace): string[] {
  const { random, world } = scope;
  const signature = signatures[name];
  if (random.chance(25)) return randomBody(signature, scope);
  const own = place.hasPrivate ? (privately[name] ?? []) : [];
  const calls = calling(name, world, place.isSub);
  const texts = random.chance(place.isSub || own.length > 0 ? 45 : 20) ? [...calls, ...own] : [];
  return ["    tick();", `    ${random.pick(texts.length > 0 ? texts : anywhere[name])}`];
}

function randomBody({ parameters, result, flavour }: Signature, scope: Scope): string[] {
  const given = parameters.map(([name, type]) => ({ name, type, mutable: true }));
  const inside: Scope = {
    ...scope,
    result,
    flavour,
    depth: 1,
    variables: [...scope.variables, ...given],
  };
  return ["    tick();", ...body(inside, 1 + scope.random.int(2)).map((each) => `  ${each}`)];
}

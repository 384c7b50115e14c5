/** What could make a method another than its class, or the library, declares: then a buffer that it is given is kept. */
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf, typeErrors } from "../lower/harness.js";

function verdicts(source: string): string {
  const program = programOf(`${source}\nexport {};`, { target: 9 });
  expect(typeErrors(program)).toEqual([]);
  const { report } = runPipeline({ program, options: defaultOptions, root: "/" });
  return report.sites
    .filter((site) => site.expression.startsWith("new Int8Array"))
    .map((site) => site.verdict)
    .join();
}

type Row = readonly [title: string, added: string, expected: string];

const keep = "declare const keep: (t: Int8Array) => number;\n";
const stub = "function stub<T, K extends keyof T>(o: T, key: K, f: T[K]): void { o[key] = f; }\n";
const method = "m(t: Int8Array): number { return t[0] ?? 0; }";
const buffer = "const t = new Int8Array(99);";

describe("a method of a class that no other object can stand for", () => {
  const source = `${keep}class C { private x = 1; ${method} }
export function f(c: C): number { ${buffer} return c.m(t); }
new C();\n`;
  const p = "interface P { m: (t: Int8Array) => number }\n";
  it.each<Row>([
    ["is as it is declared", "", "freed"],
    ["is replaced by reflection", 'export const g = (c: C) => Reflect.set(c, "m", keep);', "kept"],
    [
      "is replaced by reflection, taken",
      'const { set } = Reflect; export const g = (c: C) => set(c, "m", keep);',
      "kept",
    ],
    ["is not where another is", 'export const g = (c: C) => Reflect.set(c, "other", keep);', "freed"],
    [
      "is replaced under a name that is not known, by reflection",
      "export const g = (c: C, key: string) => Reflect.set(c, key, keep);",
      "kept",
    ],
    [
      "is replaced by way of an interface",
      `${p}export function g(o: P, key: keyof P): void { o[key] = keep; }`,
      "kept",
    ],
    [
      "is not by way of an interface that its class does not have",
      "interface Q { other?: (t: Int8Array) => number }\nexport function g(o: Q, key: keyof Q): void { o[key] = keep; }",
      "freed",
    ],
    [
      "is not under a symbol",
      "export const g = (c: C & { [Symbol.iterator]: unknown }): unknown => c[Symbol.iterator];",
      "freed",
    ],
    [
      "is not in a table of functions",
      "const table = { m: keep, n: keep };\nexport function g(key: 'm' | 'n'): void { table[key] = keep; }",
      "freed",
    ],
    [
      "is not in a record of functions",
      "export function g(o: Record<string, typeof keep>, key: string): void { o[key] = keep; }",
      "freed",
    ],
    [
      "is replaced by way of a record of anything",
      "export function g(o: Record<string, any>, key: string): void { o[key] = keep; }",
      "kept",
    ],
    [
      "is not where a record of anything gets a number",
      "export function g(o: Record<string, any>, key: string): void { o[key] = 1; }",
      "freed",
    ],
    [
      "is replaced by anything, by way of a record of anything",
      "export function g(o: Record<string, any>, key: string, value: any): void { o[key] = value; }",
      "kept",
    ],
    [
      "is replaced where a record of anything has something",
      "export function g(o: Record<string, any>, key: string): void { o[key] &&= keep; }",
      "kept",
    ],
    [
      "is not where a record of anything is read as a number",
      "export function g(o: Record<string, any>, key: string): void { o[key] -= 1; o[key]--; }",
      "freed",
    ],
    [
      "is replaced by what a function gives that is said to give nothing",
      "const nothing = (f: () => void): void => f();\nexport function g(c: C, key: any): void { (c as any)[key] = nothing(() => keep); }",
      "kept",
    ],
    [
      "is replaced by what a variable holds since it was tested",
      "let v: number | typeof keep = 1;\nconst put = () => { v = keep; };\nexport function g(c: C, key: any): void { if (typeof v === 'number') { put(); (c as any)[key] = v; } }",
      "kept",
    ],
    [
      "is not by what a constant holds since it was tested",
      "export function g(c: C, key: any, given: number | typeof keep): void { const v = given; if (typeof v === 'number') (c as any)[key] = v; }",
      "freed",
    ],
    [
      "is replaced in an object that inherits from an instance",
      "export const heir: C = Object.create(new C(), { m: { value: keep } });",
      "kept",
    ],
    ["is not in an object without a prototype", "export const bare: object = Object.create(null);", "freed"],
    ["is replaced by a Proxy", "export const g = (c: C): C => new Proxy(c, { get: () => keep });", "kept"],
  ])("%s", (_, added, expected) => expect(verdicts(source + added)).toBe(expected));

  it("is replaced through an index signature of the class", () => {
    const indexed = source.replace("private x = 1;", "private x = 1; [name: string]: unknown;");
    expect(verdicts(indexed)).toBe("freed");
    expect(verdicts(`${indexed}export function g(c: C, key: string): void { c[key] = keep; }`)).toBe("kept");
    const put = "export function g(o: Record<string, unknown>, key: string): void { o[key] = keep; }";
    expect(verdicts(`${indexed}${put}`)).toBe("kept");
  });
});

describe("a method of a class whose elements are numbers", () => {
  it("is replaced under a name that the type of the object does not have", () => {
    const put =
      "export function g(o: { [at: number]: number }, key: any, value: any): void { o[key] = value; }";
    expect(verdicts(source + put)).toBe("kept");
    expect(verdicts(source + put.replace("key: any", "key: number"))).toBe("freed");
  });

  const source = `${keep}class C { private x = 1; [at: number]: number; ${method} }
export function f(c: C): number { ${buffer} return c.m(t); }
new C();\n`;
  const g = (statement: string): string =>
    `${source}export function g(c: C, key: any, value: any): void { ${statement} }`;
  it.each([
    ["is replaced by anything", "c[key] = value;", "kept"],
    ["is replaced where there is something", "c[key] &&= value;", "kept"],
    ["is replaced where there is nothing", "c[key] ??= value;", "kept"],
    ["is replaced by a pattern", "[c[key]] = [value];", "kept"],
    ["is replaced by a pattern in which a number stands for nothing", "[c[key] = 1] = [value];", "kept"],
    ["is replaced by a pattern of an object", "({ a: c[key] } = { a: value });", "kept"],
    ["is replaced by the rest of a pattern", "[...(c as any)[key]] = value;", "kept"],
    ["is replaced in a loop's header", "for (c[key] of [value]);", "kept"],
    ["is replaced behind an assertion", "(c[key] as any) = value;", "kept"],
    ["is not by a number", "c[key] = 1;", "freed"],
    ["is not by a number, behind an assertion", "(c[key] as any) = 1;", "freed"],
    ["is not by a sum", "c[key] += +value;", "freed"],
    ["is not by a step", "c[key]++;", "freed"],
  ])("%s", (_, statement, expected) => expect(verdicts(g(statement))).toBe(expected));
});

describe("what may stand for a class", () => {
  const source = `class C { private x = 1; ${method} }\nnew C();\n`;
  const f = (type: string, all = source): string =>
    `${all}export function f(c: ${type}): number { ${buffer} return c.m(t); }`;
  it.each<Row>([
    ["an instance of it", "C", "freed"],
    ["an instance with more to it", "C & { y: number }", "freed"],
    ["what extends it", "D", "freed"],
    ["any object with some of its members", 'Pick<C, "m">', "kept"],
    ["that or an instance", 'C | Pick<C, "m">', "kept"],
  ])("is %s", (_, type, expected) => {
    expect(verdicts(`${f(type)}\nexport interface D extends C { z: 1 }`)).toBe(expected);
  });

  it("is any object with its members, if only its static ones are private", () => {
    expect(verdicts(f("C", source.replace("private x", "private static x")))).toBe("kept");
    expect(verdicts(f("C", source.replace("private x", "static #x")))).toBe("kept");
  });

  it("is an instance of a class that extends it by way of a property of the library's", () => {
    const extended = (of: string): string =>
      `const of: ${of} = { value: C };\nexport class D extends of.value { override m(): number { return 1; } }`;
    expect(verdicts(`${f("C")}\n${extended("IteratorYieldResult<typeof C>")}`)).toBe("kept");
    const other =
      "const of: IteratorYieldResult<typeof Error> = { value: Error };\nexport class D extends of.value {}";
    expect(verdicts(`${f("C")}\n${other}`)).toBe("freed");
  });
});

describe("the method of a new instance", () => {
  const source = `${keep}class C { ${method} }
export function f(): number { const c = new C(); ${buffer} return c.m(t); }\n`;
  it.each<Row>([
    ["is that of its class", "", "freed"],
    [
      "is replaced on the prototype of a class in a variable",
      "export function g(of: Function, key: string): void { Object.defineProperty(of.prototype, key, { value: keep }); }",
      "kept",
    ],
    [
      "is replaced on the prototype of an instance",
      "export function g(o: object, key: string): void { Object.defineProperty(Object.getPrototypeOf(o), key, { value: keep }); }",
      "kept",
    ],
    [
      "is replaced on a prototype in a variable",
      "export function g(o: object, key: string): void { let p = Reflect.getPrototypeOf(o); if (p) Object.assign(p, { [key]: keep }); p = null; }",
      "kept",
    ],
    [
      "is replaced on the prototype by its name",
      'export const g = (of: Function, key: string) => Reflect.set(Reflect.get(of, "prototype"), key, keep);',
      "kept",
    ],
    [
      "is replaced on a prototype that is destructured",
      "export const g = ({ prototype }: Function, of: object): object => Object.assign(prototype, of);",
      "kept",
    ],
    [
      "is replaced by another prototype of a prototype",
      "export function g(of: Function): void { Object.setPrototypeOf(of.prototype, { m: keep }); }",
      "kept",
    ],
    [
      "is not where a prototype is made one",
      "export class E extends Error { constructor() { super(); Object.setPrototypeOf(this, new.target.prototype); } }",
      "freed",
    ],
    [
      "is not where prototypes are compared and listed",
      `export function g(o: object): number {
        let n = 0;
        for (let p: object | null = Object.getPrototypeOf(o); p && p !== Object.prototype; p = Object.getPrototypeOf(p))
          n += Object.getOwnPropertyNames(p).length;
        return n;
      }`,
      "freed",
    ],
  ])("%s", (_, added, expected) => expect(verdicts(source + added)).toBe(expected));
});

it("has an accessor where one is defined on the prototype", () => {
  const source = (define: string): string => `let kept: Int8Array | null = null;
class C { declare t: Int8Array; static { ${define} } }
export function f(): number { const c = new C(); c.t = new Int8Array(99); return c.t[0] ?? 0; }`;
  expect(verdicts(source("void kept;"))).toBe("freed");
  const accessor = "{ get: () => kept, set: (t: Int8Array) => { kept = t; } }";
  expect(verdicts(source(`Object.defineProperty(this.prototype, "t", ${accessor});`))).toBe("kept");
});

describe("an instance that others know", () => {
  const known = "const all: C[] = [];\n";
  const inner = "function g(c: C, t: Int8Array): number { return c.m(t); }\n";
  const run = `export function f(): number { const c = new C(); all.push(c); ${buffer} return g(c, t); }\n`;
  const patch = 'for (const each of all) stub(each, "m", keep);';

  it("may have been given others under a name that is not known", () => {
    expect(verdicts(`${keep}class C { ${method} }\n${known}${stub}${inner}${run}${patch}`)).toBe("kept");
  });

  it("is certain where no member is set under such a name", () => {
    expect(verdicts(`${keep}class C { ${method} }\n${known}${inner}${run}`)).toBe("freed");
  });

  it("may become known in the callee", () => {
    const g = `function g(c: C, t: Int8Array): number { all.push(c); ${patch} return c.m(t); }\n`;
    const f = `export function f(): number { const c = new C(); ${buffer} return g(c, t); }`;
    expect(verdicts(`${keep}class C { ${method} }\n${known}${stub}${g}${f}`)).toBe("kept");
  });
});

describe("the `this` of a method", () => {
  const source = `${keep}class C { private x = 1; run(): number { ${buffer} return this.m(t); } ${method} }\n`;
  const taken = "declare const other: { run: () => number; m: typeof keep };\n";
  it.each<Row>([
    ["is an instance of its class", "new C();", "freed"],
    ["is another where a pattern takes the method", `${taken}({ run: other.run } = new C());`, "kept"],
    [
      "is another where a pattern takes it under a name that is not known",
      "export function g(c: C, key: 'run'): () => number { const { [key]: run } = c; return run; }",
      "kept",
    ],
    [
      "is another where it is taken out of a record of anything",
      "export const g = (o: Record<string, any>, key: string): unknown => o[key];\ng(new C(), 'run');",
      "kept",
    ],
    [
      "is not where a record of something is read",
      "export const g = (o: Record<string, () => number>, key: string): unknown => o[key];",
      "freed",
    ],
    ["is another where it is got by reflection", 'export const run = Reflect.get(new C(), "run");', "kept"],
  ])("%s", (_, added, expected) => expect(verdicts(source + added)).toBe(expected));

  it("is another where a private method is taken", () => {
    const own = (use: string): string =>
      `class C { #run(): number { ${buffer} return this.m(t); } go(): unknown { return this.#run${use}; } ${method} }`;
    expect(verdicts(own("()"))).toBe("freed");
    expect(verdicts(own(""))).toBe("kept");
  });

  it("is another where a constructor is run for another class", () => {
    const made = `class C { n; constructor() { ${buffer} this.n = this.m(t); } ${method} }\nclass D {}\n`;
    expect(verdicts(`${made}new C();`)).toBe("freed");
    expect(verdicts(`${made}export const d = Reflect.construct(C, [], D);`)).toBe("kept");
  });
});

describe("a test by `instanceof`", () => {
  const source = `class C {}
class D { static [Symbol.hasInstance](_: unknown): boolean { return false; } }
export function f(): boolean { ${buffer} return (t as object) instanceof C; }
export function g(): boolean { ${buffer} return (t as object) instanceof D; }\n`;
  it.each<Row>([
    ["is the language's, or the class's own", "", "freed,kept"],
    ["is defined", "Object.defineProperty(C, Symbol.hasInstance, { value: () => true });", "kept,kept"],
    ["is inherited from another class", "Object.setPrototypeOf(C, D);", "kept,kept"],
    [
      "is inherited from an object",
      "Object.setPrototypeOf(C, { [Symbol.hasInstance]: () => true });",
      "kept,kept",
    ],
  ])("%s", (_, added, expected) => expect(verdicts(source + added)).toBe(expected));
});

describe("a method of the library", () => {
  const source = `${keep}export function f(s: Set<Int8Array>): boolean { ${buffer} return s.has(t); }
declare const s: Set<Int8Array>;\n`;
  const filter = "interface Filter { has(t: Int8Array): boolean }\ndeclare const given: Filter;\n";
  const by = "{ has: (t: Int8Array) => keep(t) > 0 }";
  it.each<Row>([
    ["is the library's", "", "freed"],
    ["is replaced by way of an interface", `${filter}given.has = () => true;`, "kept"],
    ["is replaced by a pattern", `${filter}[given.has] = [() => true];`, "kept"],
    ["is not where something is stored under a symbol", "s[Symbol.iterator] = keep as never;", "freed"],
    ["is not where another interface's is", "declare const o: { has: number }; o.has = 1;", "freed"],
    [
      "is not where no Set has all of it",
      "declare const o: { has: () => boolean; x: 1 }; o.has = () => true;",
      "freed",
    ],
    ["is replaced as that of any object", `${stub}stub(s, "has", () => true);`, "kept"],
    ["is not where no Set is given to it", `${stub}stub({ a: 1 }, "a", 2);`, "freed"],
    [
      "is replaced as that of an object in a list",
      `const all: object[] = []; all.push(s); for (const each of all) Object.assign(each, ${by});`,
      "kept",
    ],
    [
      "is replaced as that of an object behind an assertion",
      `Object.defineProperty(s as object, "has", { value: keep });`,
      "kept",
    ],
    [
      "is replaced in a class over any object",
      `class Store<T extends object> { constructor(readonly of: T) {} set<K extends keyof T>(key: K, f: T[K]): void { this.of[key] = f; } }
new Store(s).set("has", () => true);`,
      "kept",
    ],
    ["is not where a new object is filled", `export const o = Object.assign({}, ${by} as object);`, "freed"],
  ])("%s", (_, added, expected) => expect(verdicts(source + added)).toBe(expected));
});

describe("a subclass of the library's", () => {
  it("makes the results of arrays' methods", () => {
    const source = `export function f(list: Int8Array[]): number {
      const made = list.map((each) => new Int8Array(each.length + 99));
      return made.reduce((n, each) => n + each.length, 0);
    }
    export function g(): number {
      const made = [1, 2].map((each) => new Int8Array(each + 99));
      return made.reduce((n, each) => n + each.length, 0);
    }\n`;
    expect(verdicts(source)).toBe("freed,freed");
    const pool =
      "export class Pool extends Array<Int8Array> { constructor(n: number) { super(n); all.push(this); } }";
    expect(verdicts(`${source}const all: Int8Array[][] = [];\n${pool}`)).toBe("kept,freed");
  });

  it("has promises with a `then` of its own", () => {
    const source = (type: string): string =>
      `export async function f(): Promise<number> { ${buffer} const got = await ${type}.resolve(t); return got.length; }`;
    const subclass = "class Mine<T> extends Promise<T> {}\n";
    expect(verdicts(subclass + source("Promise"))).toBe("freed");
    expect(verdicts(subclass + source("Mine"))).toBe("kept");
  });

  it("is not needed for a promise to have a `then` of its own", () => {
    const source = (own: string): string =>
      `async function make(): Promise<Int8Array> { return new Int8Array(99); }
      export async function f(then: never): Promise<number> { const p = make(); ${own} const [got] = await Promise.all([p]); return got.length; }`;
    expect(verdicts(source(""))).toBe("freed");
    expect(verdicts(source("p.then = then;"))).toBe("kept");
  });
});

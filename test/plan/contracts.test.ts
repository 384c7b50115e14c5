/** The errors about `@autofree noescape` and `@autofree fresh`: which, where, and with what remarks. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf, type Sources, typeErrors } from "../lower/harness.js";

function run(sources: string | Sources) {
  const program = programOf(sources);
  expect(typeErrors(program)).toEqual([]);
  return runPipeline({ program, options: defaultOptions, root: "/" });
}

/** The source text that a diagnostic marks, after its line. */
function marked({ file, start = 0, length = 0 }: ts.DiagnosticRelatedInformation): string {
  const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
  return `${line} ${file?.text.slice(start, start + length)}`;
}

function errorsOf(sources: string | Sources): string[] {
  return run(sources).errors.map((each) => `${each.code} ${marked(each)}: ${each.messageText}`);
}

const keep = "const kept: unknown[] = [];\n";

describe("a directive that cannot be", () => {
  it.each([
    ["of a wrong name", "/** @autofree noescape b */ export function f(a: Int8Array) {}", "99003 1 b"],
    ["of a second wrong name", "// @autofree noescape a, c\nexport function f(a: Int8Array) {}", "99003 1 c"],
    ["without names", "// @autofree noescape\nexport function f(a: Int8Array) {}", "99002 1"],
    [
      "without commas",
      "// @autofree noescape a b\nexport function f(a: Int8Array, b: Int8Array) {}",
      "99002 1",
    ],
    ["before no function", "// @autofree noescape a\nexport const a = 1;", "99001 1"],
    ["of an arrow's this", "// @autofree noescape this\nexport const f = () => 1;", "99003 1 this"],
    ["fresh with a body", "// @autofree fresh\nexport function f() { return new Int8Array(9); }", "99004 1"],
    ["fresh of no buffer", "// @autofree fresh\nexport declare function f(): number[];", "99005 1"],
    [
      "fresh of two types",
      "// @autofree fresh\nexport declare function f(): Int8Array | Uint8Array;",
      "99005 1",
    ],
    ["fresh and promised", "// @autofree fresh\nexport declare function f(): Promise<Int8Array>;", "99005 1"],
  ])("%s is an error", (_, source, error) => {
    const found = errorsOf(source);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(error);
  });

  it.each([
    ["in a string", 'export const s = "// @autofree noescape a";'],
    ["in a template", "export const s = `\n// @autofree noescape a\n`;"],
    ["at the end of the line before", "export const a = 1; // @autofree noescape x\nexport function f() {}"],
    ["with a remark", "// @autofree noescape a - it is copied\nexport function f(a: Int8Array) {}"],
  ])("%s is none", (_, source) => expect(errorsOf(source)).toEqual([]));
});

describe("a function that breaks its promise", () => {
  it("is told with the way by which the argument escapes, and where it was promised", () => {
    const { errors } = run(`${keep}/** @autofree noescape data */
export function f(data: Int8Array) {
  const view = data.subarray(1);
  kept.push(view);
}`);
    expect(errors.map((each) => [each.code, each.category, each.source, marked(each)])).toEqual([
      [99006, ts.DiagnosticCategory.Error, "ts-autofree", "3 data"],
    ]);
    expect(errors[0]?.messageText).toBe(
      "'data' escapes from 'f', but '@autofree noescape' promises that it is only borrowed.",
    );
    expect(errors[0]?.relatedInformation?.map(marked)).toEqual([
      "5 kept.push(view)",
      "2 @autofree noescape data",
    ]);
  });

  it.each([
    ["returns it", "/** @autofree noescape a */ export function f(a: Int8Array) { return a; }", "returned"],
    [
      "returns a holder of it",
      "/** @autofree noescape a */ export function f(a: Int8Array) { return { a }; }",
      "returned",
    ],
    [
      "returns a closure over it",
      "/** @autofree noescape a */ export function f(a: Int8Array) { return () => a[0]; }",
      "returned",
    ],
    [
      "stores it in another",
      "/** @autofree noescape a */ export function f(a: Int8Array, b: { x?: Int8Array }) { b.x = a; }",
      "stored",
    ],
    [
      "stores it in this",
      "export class C { x?: Int8Array; /** @autofree noescape a */ f(a: Int8Array) { this.x = a; } }",
      "stored",
    ],
    [
      "stores it in a field of the constructor",
      "export class C { /** @autofree noescape a */ constructor(private a: Int8Array) {} get() { return this.a; } }",
      "stored",
    ],
    [
      "returns a part of it",
      "/** @autofree noescape a */ export function f(a: Int8Array[]) { return a[0]; }",
      "A part of 'a' is returned",
    ],
    [
      "returns its storage",
      "/** @autofree noescape a */ export function f(a: Int8Array) { return a.buffer; }",
      "A part of 'a' is returned",
    ],
    ["throws it", "/** @autofree noescape a */ export function f(a: Int8Array) { throw a; }", "escapes"],
    [
      "passes it to a function that keeps it",
      `${keep}function g(x: Int8Array) { kept.push(x); }\n/** @autofree noescape a */ export function f(a: Int8Array) { g(a); }`,
      "escapes",
    ],
    [
      "keeps one of the rest",
      `${keep}/** @autofree noescape a */ export function f(...a: Int8Array[]) { kept.push(a[0]); }`,
      "escapes",
    ],
    [
      "returns this",
      "export class C { /** @autofree noescape this */ f() { return this; } }",
      "'this' is returned",
    ],
    ["calls it", "/** @autofree noescape a */ export function f(a: () => void) { a(); }", "escapes"],
    [
      "is async",
      "/** @autofree noescape a */ export async function f(a: Int8Array) { return a[0]; }",
      "async",
    ],
    [
      "is a generator",
      "/** @autofree noescape a */ export function* f(a: Int8Array) { yield a[0]; }",
      "generator",
    ],
    [
      "is overloaded",
      "/** @autofree noescape a */\nexport function f(a: Int8Array): Int8Array;\nexport function f(b: Int8Array) { return b; }",
      "'b' is returned",
    ],
  ])("%s", (_, source, how) => {
    const found = errorsOf(source);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(how);
    expect(found[0]).toMatch(/^9900[67]/);
  });

  it.each([
    ["reads it", "/** @autofree noescape a */ export function f(a: Int8Array) { return a[0] + a.length; }"],
    ["sorts it", "/** @autofree noescape a */ export function f(a: Int8Array[]) { a.reverse(); }"],
    [
      "reads the numbers in it",
      "/** @autofree noescape a */ export function f(a: { x: number }[]) { return a[0].x; }",
    ],
    ["copies it", "/** @autofree noescape a */ export function f(a: Int8Array) { return a.slice(); }"],
    [
      "keeps another",
      `${keep}/** @autofree noescape a */ export function f(a: Int8Array, b: Int8Array) { kept.push(b); }`,
    ],
    [
      "passes it to what borrows it",
      "interface S { /** @autofree noescape x */ w(x: Int8Array): void }\n/** @autofree noescape a */ export function f(s: S, a: Int8Array) { s.w(a); }",
    ],
  ])("not if it %s", (_, source) => expect(errorsOf(source)).toEqual([]));
});

const sink = "export interface Sink { /** @autofree noescape x */ write(x: Int8Array): void }\n";
const push = "{ kept.push(y); }";

describe("what stands for a declaration with a promise is bound by it", () => {
  it.each([
    ["a class that implements it", `class C implements Sink { write(y: Int8Array) ${push} }`],
    ["a property of a class", `class C implements Sink { write = (y: Int8Array) => ${push}; }`],
    [
      "a class behind an interface",
      `interface T extends Sink {}\nclass C implements T { write(y: Int8Array) ${push} }`,
    ],
    [
      "a class two levels below",
      `class A implements Sink { write(_: Int8Array) {} }\nclass B extends A { override write(_: Int8Array) {} }\nclass C extends B { override write(y: Int8Array) ${push} }`,
    ],
    ["a method of a literal", `export const s: Sink = { write(y) ${push} };`],
    ["a function in a literal", `export const s: Sink = { write: (y) => ${push} };`],
    [
      "a named function in a literal",
      `function g(y: Int8Array) ${push}\nexport const s: Sink = { write: g };`,
    ],
    ["a shorthand", `function write(y: Int8Array) ${push}\nexport const s: Sink = { write };`],
    ["a literal as an argument", `declare function use(s: Sink): void;\nuse({ write(y) ${push} });`],
    ["an assigned method", `declare const s: Sink;\ns.write = (y) => ${push};`],
  ])("%s", (_, source) => {
    const found = errorsOf(`${keep}${sink}${source}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("y: 'y' escapes from");
  });

  it.each([
    [
      "of a type",
      "/** @autofree noescape x */\ntype F = (x: Int8Array) => void;\nexport function each(f: F) {}",
    ],
    ["of a parameter", "export function each(/** @autofree noescape x */ f: (x: Int8Array) => void) {}"],
    [
      "of a parameter of a named type",
      "type F = (x: Int8Array) => void;\nexport function each(/** @autofree noescape x */ f: F) {}",
    ],
  ])("a callback %s", (_, declared) => {
    for (const call of [
      "each((y) => { kept.push(y); });",
      "function g(y: Int8Array) { kept.push(y); }\neach(g);",
    ]) {
      const found = errorsOf(`${keep}${declared}\n${call}`);
      expect(found).toHaveLength(1);
      expect(found[0]).toContain("y: 'y' escapes from");
    }
  });

  it.each([
    ["a getter gives", "class C implements P { get write() { return (d: Int8Array) => { last = d; }; } }"],
    ["stands in parentheses", "p.write = (keeps);"],
    ["stands in an assertion", "p.write = keeps satisfies (d: Int8Array) => void;"],
    ["is one of two", "p.write = keeps || p.write;"],
    ["has a quoted name", 'class C implements P { ["write"](d: Int8Array): void { last = d; } }'],
    [
      "has a constant's name",
      'const k = "write"; class C implements P { [k](d: Int8Array): void { last = d; } }',
    ],
    [
      "a constructor assigns",
      "class C implements P { write: (d: Int8Array) => void; constructor() { this.write = (d) => { last = d; }; } }",
    ],
    [
      "is assigned where there is none",
      "class C implements P { write!: (d: Int8Array) => void; start(): void { this.write ??= (d) => { last = d; }; } }",
    ],
    [
      "is assigned under a quoted name",
      'class C implements P { write!: (d: Int8Array) => void; start(): void { (this)["write"] = (d) => { last = d; }; } }',
    ],
    [
      "a constructor is given",
      "class C implements P { constructor(readonly write: (d: Int8Array) => void) {} } new C((d) => { last = d; });",
    ],
    ["is inherited", "class B { write(d: Int8Array): void { last = d; } } class C extends B implements P {}"],
  ])("a function that %s", (_, source) => {
    const before = `interface P { /** @autofree noescape d */ write: (d: Int8Array) => void; }
let last: Int8Array | null = null;
export const seen = () => last;
function keeps(d: Int8Array): void { last = d; }
export declare const p: P;
`;
    expect(errorsOf(before + source).join()).toContain("99006");
  });

  it("an override of a checked method", () => {
    const found =
      errorsOf(`${keep}export class A { /** @autofree noescape x */ f(x: Int8Array) { x.fill(1); } }
export class B extends A { override f(z: Int8Array) { kept.push(z); } }`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("3 z: 'z' escapes from 'f'");
  });

  it("a result that is promised to be new", () => {
    const found = errorsOf(`interface Make { /** @autofree fresh */ make(): Int8Array }
const one = new Int8Array(9);
export class Ok implements Make { make() { return new Int8Array(9); } }
export class Shared implements Make { make() { return one; } }
export class Keeps implements Make { x?: Int8Array; make() { return (this.x = new Int8Array(9)); } }
export class Own implements Make { x = new Int8Array(9); make() { return this.x; } }`);
    expect(found.map((each) => each.slice(0, 12))).toEqual(["99006 4 make", "99006 5 make", "99006 6 make"]);
  });
});

describe("relying on promises", () => {
  const verdicts = (source: string): string[] => run(source).report.sites.map((site) => site.verdict);
  const user = "\nexport function f(s: Sink) { const t = new Int8Array(99); s.write(t); return t[0]; }";

  it("frees what is lent", () => expect(verdicts(sink + user)).toEqual(["freed"]));

  it("is given up for the whole program once one is broken", () => {
    const bad = "/** @autofree noescape a */ export function g(a: Int8Array) { kept.push(a); }";
    expect(verdicts(keep + sink + bad + user)).toEqual(["kept"]);
  });

  it("is not given up for a name that is wrong", () => {
    const bad = "/** @autofree noescape b */ export function g(a: Int8Array) {}";
    expect(verdicts(sink + bad + user)).toEqual(["freed"]);
  });

  it("does not follow an assertion, or a union", () => {
    const f = "\nexport function f(s: any, u: Sink | { write(x: Int8Array): void }) {";
    const g =
      "const t = new Int8Array(99); (s as Sink['write'])(t); const v = new Int8Array(99); u.write(v); }";
    expect(verdicts(sink + f + g)).toEqual(["kept", "kept"]);
  });
});

describe("docs/directives.md", () => {
  it("shows the error as it is", () => {
    const page = fileURLToPath(new URL("../../docs/directives.md", import.meta.url));
    const text = readFileSync(page, "utf8");
    const [whole, source = "", shown] =
      /<!-- errors -->\n\n```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/.exec(text) ?? [];
    const lines = run({ "/example.ts": source }).errors.flatMap((each) => [
      `${place(each)}: error TS${each.code}: ${each.messageText}`,
      ...(each.relatedInformation ?? []).map((remark) => `    ${place(remark)} ${remark.messageText}`),
    ]);
    const actual = `${lines.join("\n")}\n`;
    if (process.env.UPDATE_DOCS === "1" && whole)
      writeFileSync(page, text.replace(whole, whole.replace(`text\n${shown}`, `text\n${actual}`)));
    else expect(shown).toBe(actual);
  });
});

function place({ file, start = 0 }: ts.DiagnosticRelatedInformation): string {
  const at = file?.getLineAndCharacterOfPosition(start);
  return `${file?.fileName.slice(1)}:${(at?.line ?? 0) + 1}:${(at?.character ?? 0) + 1}`;
}

/** What a function's summary says, recursion included. */
import { describe, expect, test } from "vitest";
import { analyse, linesOf } from "./harness.js";

const summaryOf = (source: string, name = "f"): string[] | null => linesOf(analyse(source, name).summary);

describe("what becomes of a parameter", () => {
  test.each<[string, string, string[]]>([
    ["borrowed", "function f(a: Uint8Array) { a.fill(1); }", []],
    ["returned", "function f(a: Uint8Array) { return a; }", ["returns p0/"]],
    [
      "returned as a view",
      "function f(a: Uint8Array) { return a.subarray(1); }",
      ["returns p0/", "viewed p0/"],
    ],
    [
      "returned on one path",
      "function f(a: any, b: any) { return a ? a : b; }",
      ["returns p0/", "returns p1/"],
    ],
    ["stored in another", "function f(o: any, x: any) { o.data = x; }", ["p0/.data=p1/", "writes p0/.data"]],
    ["stored in `this`", "class C { d: any; f(x: any) { this.d = x; } }", ["this/.d=p0/", "writes this/.d"]],
    ["stored in the module", "let kept: any; function f(x: any) { kept = x; }", ["escapes p0/"]],
    ["passed to nobody knows whom", "declare const g: any; function f(x: any) { g(x); }", ["escapes p0/"]],
    ["thrown", "function f(x: any) { if (x) throw x; }", ["escapes p0/"]],
    ["converted", "function f(x: any) { return x + 1; }", ["coerced p0/"]],
    ["of the rest", "function f(...xs: any[]) { return xs[1]; }", ["returns p0/[]"]],
    ["destructured", "function f({ a }: any) { return a; }", ["returns p0/a"]],
    [
      "fresh",
      "function f(n: number) { return new Uint8Array(n); }",
      ["always fresh #:0.0 Uint8Array", "coerced p0/", "returns fresh #:0.0 Uint8Array"],
    ],
    ["nothing", "function f() { new Uint8Array(9); }", []],
  ])("%s", (_what, source, expected) => {
    expect(summaryOf(source)).toEqual(expected);
  });

  test("a box around a parameter is fresh, and holds it", () => {
    expect(summaryOf("function f(x: any) { return { x }; }")).toEqual([
      "always fresh #:0.0",
      "fresh #:0.0.x=p0/",
      "returns fresh #:0.0",
    ]);
  });

  test("a returned closure holds what it captures", () => {
    const lines = summaryOf("function f(x: any) { return () => x; }");
    expect(lines).toEqual([
      "always fresh #:0.0",
      expect.stringMatching(/^fresh #:0\.0\.<\d+>=p0\/$/),
      "returns fresh #:0.0",
    ]);
  });

  test("a generator gives what it yields, an asynchronous one what awaiting that gives", () => {
    expect(summaryOf("function* f(x: any) { yield x; }")).toEqual(["holds p0/", "returns p0/"]);
    expect(summaryOf("async function* f(x: any) { yield x; }")).toEqual([
      "coerced p0/",
      "holds p0/",
      "holds p0/<value>",
      "returns p0/",
      "returns p0/<value>",
    ]);
  });

  test("what an asynchronous function awaits may have a `then` of its own", () => {
    expect(summaryOf("async function f(x: any) { await 0; return [x]; }")).toEqual([
      "always fresh #:0.0",
      "fresh #:0.0.0=p0/",
      "holds p0/",
      "returns fresh #:0.0",
    ]);
    expect(summaryOf("async function f(x: any) { return x; }")).toEqual([
      "coerced p0/",
      "holds p0/",
      "returns p0/",
      "returns p0/<value>",
    ]);
  });
});

describe("recursion", () => {
  test("passes on through itself what only the innermost call stores", () => {
    const source = "function f(o: any, x: any, n: number) { if (n) f(o, x, n - 1); else o.data = x; }";
    expect(summaryOf(source)).toEqual(["coerced p2/", "p0/.data=p1/", "writes p0/.data"]);
  });

  test("swaps its arguments on the way", () => {
    const source = "function f(a: any, b: any, n: number): any { return n ? f(b, a, n - 1) : a; }";
    expect(summaryOf(source)).toEqual(["coerced p2/", "returns p0/", "returns p1/"]);
  });

  test("three functions that call one another in a ring all see what one does", () => {
    const source = `let kept: any;
function f(x: any, n: number) { if (n) g(x, n - 1); }
function g(x: any, n: number) { if (n) h(x, n - 1); }
function h(x: any, n: number) { if (n) f(x, n - 1); else kept = x; }`;
    for (const name of ["f", "g", "h"])
      expect(summaryOf(source, name)).toEqual(["coerced p1/", "escapes p0/"]);
  });

  test("mutual recursion that only borrows says so", () => {
    const source = `function even(a: Uint8Array, n: number): boolean { return n ? odd(a, n - 1) : a[0] === 0; }
function odd(a: Uint8Array, n: number): boolean { return n ? even(a, n - 1) : a[0] === 1; }`;
    expect(summaryOf(source, "even")).toEqual(["coerced p1/"]);
    expect(summaryOf(source, "odd")).toEqual(["coerced p1/"]);
  });

  test("without an end it is a fixpoint all the same", () => {
    expect(summaryOf("function f(x: any): any { return f({ x }); }")).toEqual([]);
  });

  test("a chain that grows with every call folds", () => {
    const source = "function f(o: any, n: number): any { return n ? f(o.next, n - 1) : o; }";
    expect(summaryOf(source)).toContain("returns p0/");
    expect(summaryOf(source)?.length).toBeLessThan(8);
  });

  test("what does not recurse is analysed once", () => {
    const source = `function leaf(x: any) { return x; }
function left(x: any) { return leaf(x); }
function right(x: any) { return leaf(x); }
function f(x: any) { return [left(x), right(x), leaf(x)]; }`;
    const { analysed } = analyse(source);
    expect(Object.fromEntries(analysed)).toEqual({ leaf: 1, left: 1, right: 1, f: 1 });
  });
});

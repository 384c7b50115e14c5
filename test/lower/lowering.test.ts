/** What single constructs lower to, read against the specification's order of evaluation. */
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { lowerFunction } from "../../transformer/lower/function.js";
import { ProgramIndex } from "../../transformer/lower/program-index.js";
import { findNode, instructions, lower, printed, programOf } from "./harness.js";

const header = "declare function a(): any; declare function b(): any; declare const o: any;\n";

describe("assignments", () => {
  test("object and key, then the value, then the store", () => {
    expect(printed(`${header}function f() { a()[b()] = o; }`)).toMatchInlineSnapshot(`
      "
      function f()
      b0:
        point p0
        t0 = foreign
        t1 = call t0()
        t2 = foreign
        t3 = call t2()
        t4 = foreign
        t5 = compute t3
        store t1[*] = t4
        point p1
        return
      "
    `);
  });

  test("a compound one loads before its right side runs", () => {
    expect(printed(`${header}function f() { o.x += a(); }`)).toMatchInlineSnapshot(`
      "
      function f()
      b0:
        point p0
        t0 = foreign
        t1 = load t0.x
        t2 = foreign
        t3 = call t2()
        t4 = compute t1, t3
        store t0.x = t4
        point p1
        return
      "
    `);
  });

  test("a name that may change is read before what may change it", () => {
    expect(printed("function f() { let x = {}; return [x, (x = {})]; }")).toMatchInlineSnapshot(`
      "
      function f()
      b0:
        point p0
        t1 = object #0
        x.0 = copy t1
        point p1
        t3 = object #1
        t4 = copy x.0
        store t3.0 = t4
        t5 = object #2
        x.0 = copy t5
        store t3.1 = t5
        t2 = copy t3
        point p2
        t6 = copy t2
        return t6
      "
    `);
  });

  test("patterns bind from left to right, defaults as edges", () => {
    expect(
      printed(`${header}function f() { const { x, y: [z = a()], ...rest } = o; return rest; }`),
    ).toMatchInlineSnapshot(`
      "
      function f()
      b0:
        point p0
        t3 = foreign
        t4 = load t3.x
        x.0 = copy t4
        t5 = load t3.y
        run-iterator t5
        t6 = iterate t5 at 0
        t7 = copy t6
        branch b1, b2
      b1:
        t8 = foreign
        t9 = call t8()
        t7 = copy t9
        jump b2
      b2:
        z.1 = copy t7
        t10 = object #1
        t11 = load t3[*]
        store t10[*] = t11
        rest.2 = copy t10
        point p1
        t12 = copy rest.2
        point p2
        t13 = copy t12
        return t13
      "
    `);
  });
});

describe("control", () => {
  test("`for of` closes its iterator on `break`, not on `continue`", () => {
    expect(
      printed(
        `${header}function f(xs: any[]) { for (const x of xs) { if (a()) break; if (b()) continue; } }`,
      ),
    ).toMatchInlineSnapshot(`
      "
      function f(#0.0)
      b0:
        xs.1 = copy #0.0
        point p0
        t2 = copy xs.1
        jump b1
      b1:
        t3 = iterate t2
        branch b2, b3
      b2:
        jump b7
      b3:
        point p10
        return
      b5:
        close-iterator t2
        throw
      b6:
        jump b1
      b7: (handler b5)
        x.4 = copy t3
        point p1
        t5 = foreign
        t6 = call t5()
        branch b8, b9
      b8: (handler b5)
        point p2
        close-iterator t2
        jump b3
      b9: (handler b5)
        point p4
        jump b10
      b10: (handler b5)
        point p5
        t7 = foreign
        t8 = call t7()
        branch b14, b15
      b14: (handler b5)
        point p6
        jump b1
      b15: (handler b5)
        point p8
        jump b16
      b16: (handler b5)
        point p9
        jump b20
      b20:
        jump b6
      "
    `);
  });

  test("a returned value waits in a slot while `finally` runs", () => {
    expect(printed(`${header}function f() { try { return a(); } finally { b(); } }`)).toMatchInlineSnapshot(`
      "
      function f()
      b0:
        point p0
        jump b3
      b1:
        point p4
        t4 = foreign
        t5 = call t4()
        point p5
        branch b7, b8
      b3: (handler b1)
        point p1
        t1 = foreign
        t2 = call t1()
        t0 = copy t2
        point p2
        t3 = copy t0
        jump b1
      b7:
        throw
      b8:
        return t3
      "
    `);
  });

  test("what is found absent holds no object on that way", () => {
    expect(
      printed(`${header}function f() { let x = a(); if (!x) return b(); return x ?? b(); }`),
    ).toMatchInlineSnapshot(`
      "
      function f()
      b0:
        point p0
        t1 = foreign
        t2 = call t1()
        x.0 = copy t2
        point p1
        branch b2, b4
      b1:
        point p2
        t4 = foreign
        t5 = call t4()
        t3 = copy t5
        point p3
        t6 = copy t3
        return t6
      b2:
        point p5
        jump b3
      b3:
        point p6
        t8 = copy x.0
        branch b9, b10
      b4:
        absent x.0
        jump b1
      b9:
        absent x.0
        t9 = foreign
        t10 = call t9()
        t8 = copy t10
        jump b10
      b10:
        t7 = copy t8
        point p7
        t6 = copy t7
        return t6
      "
    `);
  });

  test("an iteration's own binding begins anew, with the value so far", () => {
    expect(printed("function f() { for (let i = {}; ; ) { (() => i)(); } }")).toMatchInlineSnapshot(`
      "
      function f()
      b0:
        point p0
        declare i.0
        t1 = object #0
        i.0 = copy t1
        declare i.0
        jump b1
      b1:
        jump b2
      b2:
        point p1
        t2 = closure f0 [i.0]
        t3 = call t2()
        point p2
        jump b3
      b3:
        declare i.0
        jump b1
      "
    `);
  });
});

describe("what is not understood is opaque, and its operands escape", () => {
  const opaque = (source: string, options: ts.CompilerOptions = {}, file = "/main.ts") =>
    instructions(lower({ [file]: header + source }, "f", options).ir).flatMap((each) =>
      each.kind === "opaque" ? [`${each.reason}: ${each.why} (${each.operands.length})`] : [],
    );

  test("JSX", () => {
    const source =
      "declare namespace JSX { interface IntrinsicElements { p: any } }\nfunction f(x: object) { return <p a={x} />; }";
    expect(opaque(source, { jsx: ts.JsxEmit.Preserve }, "/main.tsx")).toEqual([
      expect.stringContaining("unsupported-syntax: expression JsxSelfClosingElement"),
    ]);
  });

  test.each([
    [
      "using",
      "function f() { using x = o; }",
      ["passed-to-unknown: disposed by `using` (1)", "passed-to-unknown: disposed by `using` (0)"],
    ],
    ["throw", "function f(x: object) { throw x; }", ["thrown: thrown (1)"]],
    [
      "a class",
      "function f(x: object) { return class { m() { return x; } }; }",
      ["captured: captured by a class (1)"],
    ],
    [
      "an accessor",
      "function f() { return { get x() { return 1; } }; }",
      ["unsupported-syntax: an object with accessors (1)"],
    ],
    [
      "a prototype",
      "function f(x: object) { return { __proto__: x }; }",
      ["unsupported-syntax: an object with accessors (1)"],
    ],
    [
      "a module's variable",
      "let kept: object; function f(x: object) { kept = x; }",
      ["stored: stored in the module's variable `kept` (1)"],
    ],
    [
      "arguments",
      "function f(x: object) { return arguments; }",
      ["unsupported-syntax: reachable through `arguments` (2)"],
    ],
    [
      "instanceof",
      "declare const C: new () => object; function f(x: object) { return x instanceof C; }",
      ["passed-to-unknown: tested by `instanceof` (1)"],
    ],
    [
      "instanceof of a class that leaves it to the language",
      "class C {} function f(x: object) { return x instanceof C; }",
      [],
    ],
    [
      "instanceof of a class that decides itself",
      "class C { static [Symbol.hasInstance](x: object) { return !x; } } function f(x: object) { return x instanceof C; }",
      ["passed-to-unknown: tested by `instanceof` (1)"],
    ],
    ["instanceof of the language's own", "function f(x: object) { return x instanceof Map; }", []],
    ["a plain literal", "function f(x: object) { return { x, y: [x] }; }", []],
  ])("%s", (_what, source, expected) => {
    expect(opaque(source)).toEqual(expected);
  });
});

describe("a function that cannot be understood is left alone", () => {
  const why = (source: string): string | null => {
    const program = programOf(header + source, { strict: false, alwaysStrict: false });
    const lowering = lowerFunction(ProgramIndex.of(program), findNode(program, "f"), {
      annotatedOnly: false,
    });
    return lowering.kind === "left-alone" ? lowering.why : null;
  };

  test.each([
    ["function f() { return eval('1'); }", "a direct eval"],
    ["function f() { return (eval as any)('1'); }", "a direct eval"],
    ["function f() { return () => eval('1'); }", "a direct eval"],
    ["function f() { with (o) { a(); } }", "a with statement"],
    ["function f() { return (0, eval)('1'); }", null],
    ["function f() { return o.eval('1'); }", null],
    [`function f() { ${"if (o) a();".repeat(1400)} }`, "a function of this size"],
  ])("%.60s", (source, expected) => {
    expect(why(source)).toBe(expected);
  });
});

describe("variables", () => {
  const variable = (source: string, name: string) => {
    const found = lower(source).ir.variables.find((each) => each.name === name);
    return found && [found.kind, found.captured, found.assignedElsewhere, found.assignments];
  };

  test.each([
    ["function f() { const x = 1; return x; }", ["local", false, false, 1]],
    ["function f() { let x; x = 1; x++; return x; }", ["local", false, false, 2]],
    ["function f() { let x = 1; return () => x; }", ["local", true, false, 1]],
    ["function f() { let x = 1; return () => { x = 2; }; }", ["local", true, true, 2]],
    ["function g() { let x = 1; function f() { return x; } return f; }", ["outer", true, false, 1]],
    ["function f() { let x = 1; { let x = 2; } return () => x; }", ["local", true, false, 1]],
    ["function f({ x } = { x: 1 }) { return x; }", ["local", false, false, 1]],
    ["function f() { for (const x of [1]) x; }", ["local", false, false, 1]],
    [
      "function f() { let x = 0; [x] = [1]; ({ x } = { x: 2 }); for (x of [3]); }",
      ["local", false, false, 4],
    ],
  ])("%s", (source, expected) => {
    expect(variable(source, "x")).toEqual(expected);
  });
});

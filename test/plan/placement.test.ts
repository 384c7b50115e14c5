/** Where frees are put, on the smallest programs. */
import { describe, expect, test } from "vitest";
import { bodyOf, emitBoth } from "../emit/harness.js";

const header = "declare function g(...xs: unknown[]): any;\nexport {};\n";
const body = (statements: string): string =>
  bodyOf(`${header}function f(n: number, ok: boolean): any { ${statements} }`);
const verdicts = (statements: string): string[] =>
  emitBoth(`${header}function f(n: number, ok: boolean): any { ${statements} }`).sites.map((site) =>
    [site.verdict, site.reason].filter(Boolean).join(": "),
  );
const frees = (text: string): number => text.split("$free(").length - 1;

describe("one free, in the list of the birth, after the last use", () => {
  test("straight code", () => {
    expect(body("const t = new Uint8Array(n); t[0]++; g(); g();")).toBe(
      ["const t = $alloc(Uint8Array, n);", "t[0]++;", "$free(t);", "g();", "g();"].join(" "),
    );
  });

  test("the uses in branches do not matter", () => {
    expect(body("const t = new Uint8Array(n); if (ok) t[0]++; else t[1]++; g();")).toBe(
      ["const t = $alloc(Uint8Array, n);", "if (ok)", "t[0]++;", "else", "t[1]++;", "$free(t);", "g();"].join(
        " ",
      ),
    );
  });

  test("a returned value is evaluated before", () => {
    expect(body("const t = new Uint8Array(n); return t[0];")).toBe(
      ["const t = $alloc(Uint8Array, n);", "const $r = t[0];", "$free(t);", "return $r;"].join(" "),
    );
  });
});

describe("early exits", () => {
  test("each return frees", () => {
    expect(body("const t = new Uint8Array(n); if (ok) return t[0]; return t[1];")).toBe(
      [
        "const t = $alloc(Uint8Array, n);",
        "if (ok) {",
        "const $r = t[0];",
        "$free(t);",
        "return $r;",
        "}",
        "const $r_1 = t[1];",
        "$free(t);",
        "return $r_1;",
      ].join(" "),
    );
  });

  test("the branch in which it is returned does not", () => {
    const text = body("const t = new Uint8Array(n); if (ok) return t; g(); return null;");
    expect(text).toMatch(/return t;[^$]*\$free\(t\); g\(\); return null;$/);
    expect(frees(text)).toBe(1);
  });

  test("before a throw nothing is freed", () => {
    const text = body("const t = new Uint8Array(n); t[0]++; if (ok) throw g(); t[1]++; g();");
    expect(text).toMatch(/throw g\(\); t\[1\]\+\+; \$free\(t\); g\(\);$/);
    expect(frees(text)).toBe(1);
  });
});

describe("loops", () => {
  test("each round frees its own", () => {
    expect(body("for (let i = 0; i < n; i++) { const t = new Uint8Array(n); t[0]++; }")).toBe(
      "for (let i = 0; i < n; i++) { const t = $alloc(Uint8Array, n); t[0]++; $free(t); }",
    );
  });

  test("what the variable held is freed before it is assigned again", () => {
    expect(
      body(
        "let a = new Uint8Array(n); for (let i = 0; i < n; i++) { a = a.map((x) => x + 1); } return a[0];",
      ),
    ).toMatch(
      /= \$map\(a, \(x\) => x \+ 1\); \$free\(a\); a = \$r; \} const \$r_1 = a\[0\]; \$free\(a\); return \$r_1;$/,
    );
  });

  test("where a second free may find it freed already, each forgets it", () => {
    const text = body(
      "let a: Uint8Array = new Uint8Array(n); for (let i = 0; i < n; i++) { a[0]++; a = g(); } return a[0];",
    );
    expect(frees(text)).toBeGreaterThan(1);
    expect(text.match(/(\$\w+) = \$free\(\1\)/g)?.length).toBe(frees(text));
  });
});

describe("conditional births", () => {
  test("the handle remembers whether it was born", () => {
    expect(body("const t = ok ? new Uint8Array(n) : g(); t[0]++; g();")).toBe(
      "let $buffer; const t = ok ? ($buffer = $alloc(Uint8Array, n)) : g(); t[0]++; $free($buffer); g();",
    );
  });

  test("where the value returned may be the same, a comparison decides", () => {
    expect(body("const a = new Uint8Array(n); const b = new Uint8Array(n); return ok ? a : b;")).toMatch(
      /const \$r = ok \? a : b; if \(a !== \$r\) \$free\(a\); if \(b !== \$r(?: && b !== a)?\) \$free\(b\); return \$r;$/,
    );
  });
});

describe("verdicts", () => {
  test.each<[string, string[]]>([
    ["new Uint8Array(n);", ["freed"]],
    ["return new Uint8Array(n);", ["kept: returned"]],
    ["g(new Uint8Array(n));", ["kept: passed-to-unknown"]],
    ["throw new Uint8Array(n);", ["kept: thrown"]],
    ["const t = new Uint8Array(n); return () => t;", ["kept: returned"]],
    ["const t = new Uint8Array(n); if (ok) g(t); return n;", ["freed"]],
    ["const t = new Uint8Array(n); try { g(); } finally { t[0]++; } return n;", ["freed"]],
    ["\n/* @autofree keep */ const t = new Uint8Array(n); t[0]++;", ["kept: keep-directive"]],
  ])("%s", (statements, expected) => {
    expect(verdicts(statements)).toEqual(expected);
  });
});

describe("subclasses of typed arrays", () => {
  const program = `const Base = Float64Array;
class Same extends Base { override slice(): any { return this; } }
function first(a: Float64Array): number { const copy = a.slice(); copy[0]++; g(); return a[1]; }
export const made = first(new Same(8));
function f(Made: Float64ArrayConstructor, n: number): number { const t = new Made(n); t[0]++; return t[0]; }
class Saving extends Base { constructor(n: number) { super(n); g(this); } }
export const kept = f(Saving as never, 8);`;
  const site = (expression: string) =>
    emitBoth(header + program).sites.find((each) => each.expression === expression);

  // A wrong free: `extends Base` hides the typed array from the search for subclasses.
  test("a method that they may override is not the library's", () => {
    expect(site("a.slice()")?.verdict ?? "kept").toBe("kept");
  });

  // A wrong free: the type says `Float64ArrayConstructor`, which a subclass is assignable to.
  test("a constructor that is a variable may be a subclass's, which may keep what it makes", () => {
    expect(site("new Made(n)")?.verdict ?? "kept").toBe("kept");
  });
});

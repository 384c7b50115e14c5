/** How frees are written into a source: one form each, with the whole text. */
import { describe, expect, test } from "vitest";
import { applyTo } from "./harness.js";

const line = 'import { make as $alloc, unsafeFree as $free } from "ts-autofree/runtime"; // autofree';
const freeOnly = 'import { unsafeFree as $free } from "ts-autofree/runtime"; // autofree';

/** Applies to a source, and checks what holds of every source. */
function applied(source: string): string {
  const result = applyTo(source);
  expect(result.undone, "undone").toBe(source);
  expect(result.appliedAgain, "applied again").toBe(result.applied);
  expect(result.notes).toEqual([]);
  return result.applied;
}

/** A function around statements that use `t`; what surrounds them is as it should be. */
function body(statements: string): string {
  const head = "export function f(n: number): number {\n  const t = ";
  const text = applied(`${head}new Float64Array(n);\n${statements}}\n`);
  const start = `${line}\n${head}$alloc(Float64Array, n);\n`;
  expect(text.slice(0, start.length)).toBe(start);
  expect(text.slice(-2)).toBe("}\n");
  return text.slice(start.length, -2);
}

describe("statements", () => {
  test.each([
    [
      "a free on a line of its own",
      "  let s = t[0];\n  s++;\n  return s;\n",
      "  let s = t[0];\n  $free(t);\n  s++;\n  return s;\n",
    ],
    [
      "a value that is returned",
      "  return t[0]; // first\n",
      "  const $r = t[0]; // first\n  $free(t);\n  return $r; // autofree\n",
    ],
    ["without semicolons", "  return t[0]\n", "  const $r = t[0]\n  $free(t);\n  return $r; // autofree\n"],
    [
      "a value on lines of its own",
      "  return (\n    t[0]\n  );\n",
      "  const $r = (\n    t[0]\n  );\n  $free(t);\n  return $r; // autofree\n",
    ],
    ["on one line", "  let s = t[0]; s++; return s;\n", "  let s = t[0]; $free(t); s++; return s;\n"],
    [
      "on one line, without a semicolon",
      "  { return t[0] }\n",
      "  { const $r = t[0]/* autofree */; $free(t); return $r; /* autofree */ }\n",
    ],
    [
      "a branch without braces",
      "  if (n > 1) return t[0];\n  return t[1];\n",
      "  if (n > 1) { /* autofree: braces */ const $r = t[0]; $free(t); return $r; /* autofree */ }\n  const $r_1 = t[1];\n  $free(t);\n  return $r_1; // autofree\n",
    ],
    [
      "clauses of a switch",
      "  switch (n) {\n    case 1: return t[0];\n    default:\n      return t[1];\n  }\n",
      "  switch (n) {\n    case 1: const $r = t[0]; $free(t); return $r; /* autofree */\n    default:\n      const $r_1 = t[1];\n      $free(t);\n      return $r_1; // autofree\n  }\n",
    ],
    [
      "below a comment that speaks of the next line",
      "  let s = t[0];\n  // @ts-expect-error\n  s = 'a';\n  return s;\n",
      "  let s = t[0];\n  $free(t);\n  // @ts-expect-error\n  s = 'a';\n  return s;\n",
    ],
    [
      "a handle at the head of a statement, without semicolons",
      "  let s = t[0]\n  t.filter((x) => x > 1).forEach((x) => { s += x })\n  return s\n",
      "  let s = t[0]\n  let $buffer: unknown; // autofree\n  ($buffer = t.filter((x) => x > 1)).forEach((x) => { s += x })\n  $free(t);\n  $free($buffer);\n  return s\n",
    ],
    [
      "names that are taken",
      "  const $r = 1, $buffer = 2;\n  return t[0] + $r + $buffer;\n",
      "  const $r = 1, $buffer = 2;\n  const $r_1 = t[0] + $r + $buffer;\n  $free(t);\n  return $r_1; // autofree\n",
    ],
  ])("%s", (_name, statements, expected) => {
    expect(body(statements)).toBe(expected);
  });

  test("an `else` that is missing, and one that might join another `if`", () => {
    const source = `export function f(n: number, out: Float64Array[]): void {
  const t = new Float64Array(n);
  if (n > 1) if (n > 3) out.push(t)
}
`;
    expect(applied(source)).toContain(
      "  if (n > 1) { /* autofree: braces */ if (n > 3) { /* autofree: braces */ out.push(t) } else { /* autofree: braces */ $free(t); } } else { /* autofree: braces */ $free(t); }\n",
    );
  });

  test("an assignment whose old value dies", () => {
    const source = `export function f(n: number): number {
  let t = new Float64Array(n);
  for (let i = 0; i < n; i++) t = t.map((x) => x + i);
  for (let i = 0; i < n; i++) {
    t =
      t.map((x) => x - i);
  }
  return t[0];
}
`;
    const text = applied(source);
    expect(text).toContain(
      "{ /* autofree: braces */ const $r = $map(t, (x) => x + i); $free(t); t = $r; /* autofree */ }",
    );
    expect(text).toContain(
      "    const $r_1 =\n      $map(t, (x) => x - i);\n    $free(t);\n    t = $r_1; // autofree\n",
    );
  });
});

describe("functions", () => {
  test("an arrow function with an expression", () => {
    expect(applied("export const f = (n: number) => new Float64Array(n).fill(1)[0];\n")).toBe(
      `${line}\nexport const f = (n: number) => { /* autofree: braces */ let $buffer: unknown; /* autofree */ const $r = ($buffer = $alloc(Float64Array, n)).fill(1)[0]; $free($buffer); return $r; /* autofree */ };\n`,
    );
  });

  test("members of a class, and functions in functions", () => {
    const source = `export class C {
  private k = 1;
  m(n: number) {
    const inner = () => {
      const u = new Uint8Array(n);
      return u[0] + this.k;
    };
    return inner();
  }
  get g() {
    const t = new Uint8Array(8);
    return t[0];
  }
}
`;
    const text = applied(source);
    expect(text).toContain(
      "      const $r = u[0] + this.k;\n      $free(u);\n      return $r; // autofree\n",
    );
    expect(text).toContain("    const $r_1 = t[0];\n    $free(t);\n    return $r_1; // autofree\n");
  });

  test("a private field that is freed from outside", () => {
    const source = `class M {
  private readonly data: Float64Array;
  constructor(n: number) {
    this.data = new Float64Array(n);
  }
  at(i: number): number {
    return this.data[i];
  }
}
export function f(n: number): number {
  const m = new M(n);
  return m.at(0);
}
`;
    expect(applied(source)).toContain("$free((m! as any).data);");
  });
});

describe("types", () => {
  test("a value that has its type from where it goes to", () => {
    const source = `type R = { kind: "a" | "b"; n: number };
export function f(n: number): R {
  const t = new Float64Array(n);
  return { kind: "a", n: t[0] };
}
export async function g(n: number): Promise<R> {
  const t = new Float64Array(n);
  return { kind: "a", n: t[0] };
}
`;
    const text = applied(source);
    expect(text).toContain('const $r: R = { kind: "a", n: t[0] };');
    expect(text).toContain('const $r_1: Awaited<Promise<R>> = { kind: "a", n: t[0] };');
  });

  test("where no type can be written, the free is left out, and that is told", () => {
    const source = `type F = (n: number) => { kind: "a" | "b"; n: number };
export const f: F = (n) => ({ kind: "a", n: new Float64Array(n)[0] });
`;
    const { applied: text, undone, notes } = applyTo(source);
    expect(undone).toBe(source);
    expect(text).not.toContain("$free(");
    expect(notes.join()).toMatch(/^virtual\/main\.ts:2:\d+ a free is left out: /);
  });

  test("a slice of what may be shared keeps its type", () => {
    const source = `export function f(a: Float64Array): number {
  const t: Float64Array<ArrayBuffer> = a.slice(1);
  return t[0];
}
`;
    expect(applied(source)).toContain("const t: Float64Array<ArrayBuffer> = $slice(a, 1);");
  });

  test("an allocation that the runtime has no call for stays, and that is told", () => {
    const source = `export function f(n: number): number {
  const Kind = n > 2 ? Float64Array : Float32Array;
  const t = new Kind(n);
  return t[0];
}
`;
    const { applied: text, undone, notes } = applyTo(source);
    expect(undone).toBe(source);
    expect(text).toContain(freeOnly);
    expect(text).toContain("const t = new Kind(n);");
    expect(notes.join()).toMatch(/^virtual\/main\.ts:3:13 the allocation is left as it is: /);
  });
});

describe("what surrounds the code", () => {
  test.each([
    [
      "spaces within",
      "new   Float64Array( n )",
      "$alloc(/* autofree:new   Float64Array(*/Float64Array,  n )",
    ],
    [
      "a call over lines",
      "new Float64Array(n)\n    .slice(1)",
      "$slice(($buffer = $alloc(Float64Array, n))/* autofree:\n    .slice(*/, 1)",
    ],
  ])("an allocation with %s", (_name, allocation, expected) => {
    expect(
      applied(`export function f(n: number): number {\n  const t = ${allocation};\n  return t[0];\n}\n`),
    ).toContain(`const t = ${expected};\n`);
  });

  test("an allocation with a comment within is left as it is", () => {
    const source =
      "export function f(n: number): number {\n  const t = new /* odd */ Float64Array(n);\n  return t[0];\n}\n";
    const { applied: text, undone, notes } = applyTo(source);
    expect(undone).toBe(source);
    expect(text).toContain("const t = new /* odd */ Float64Array(n);\n  const $r = t[0];\n  $free(t);\n");
    expect(notes).toEqual([
      "virtual/main.ts:2:13 the allocation is left as it is: the runtime has no call of this form",
    ]);
  });

  const f = "export function f(n: number): number {\n  const t = new Float64Array(n);\n  return t[0];\n}\n";
  test.each([
    ["a comment of the file", "/** The file. */\n\n", "/** About f. */\n"],
    [
      "a shebang, a licence and a directive",
      '#!/usr/bin/env node\n/*! Licence. */\n"use strict";\n',
      "// About f.\n",
    ],
    ["a reference", '/// <reference lib="es2022" />\n', "/** About f. */\n"],
    ["a check", "// @ts-check\n", "/** About f. */\n"],
    ["nothing", "", ""],
  ])("the import goes below %s", (_name, above, below) => {
    const text = applied(above + below + f);
    expect(text.startsWith(`${above}${line}\n${below}export`)).toBe(true);
  });

  test("line breaks, tabs, and no line break at the end", () => {
    const source = f.replaceAll("\n", "\r\n").replaceAll("  ", "\t").trimEnd();
    const text = applied(source);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(text).toContain("\r\n\tconst $r = t[0];\r\n\t$free(t);\r\n\treturn $r; // autofree\r\n}");
  });

  test("a source without frees is left alone", () => {
    const source =
      "export const kept: Float64Array[] = [];\nexport const f = (n: number) => kept.push(new Float64Array(n));\n";
    expect(applied(source)).toBe(source);
  });

  test("handwritten frees stay", () => {
    const source = `import { unsafeFree } from "ts-autofree/runtime";
export function f(n: number): number {
  const t = new Float64Array(n);
  const r = t[0];
  unsafeFree(t);
  const u = new Float64Array(n);
  return u[0] + r;
}
`;
    const text = applied(source);
    expect(text).toContain("  unsafeFree(t);\n");
    expect(text).toContain("  $free(u);\n");
  });
});

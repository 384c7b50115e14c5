/** What is written: module formats, names, comments, source maps, and nothing where nothing is freed. */
import { eachMapping, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { emitBoth, emitted } from "./harness.js";

const scratch =
  "function f(n: number): number {\n  const t = new Uint8Array(n);\n  t[0]++;\n  return t[0];\n}\n";
const { ModuleKind, ModuleResolutionKind, ScriptTarget } = ts;

describe("module formats", () => {
  const esm = 'import { make as $alloc, unsafeFree as $free } from "ts-autofree/runtime";';
  const cjs = 'const runtime_1 = require("ts-autofree/runtime");';
  const nodeNext = { module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext };

  test.each<[string, string, ts.CompilerOptions, string]>([
    ["ESNext", "/main.ts", { module: ModuleKind.ESNext }, esm],
    [
      "ES2015",
      "/main.ts",
      { module: ModuleKind.ES2015, moduleResolution: ModuleResolutionKind.Bundler },
      esm,
    ],
    ["CommonJS", "/main.ts", { module: ModuleKind.CommonJS, ignoreDeprecations: "6.0" }, cjs],
    ["NodeNext, ES module", "/main.mts", nodeNext, esm],
    ["NodeNext, CommonJS", "/main.cts", nodeNext, cjs],
    ["preserve", "/main.ts", { module: ModuleKind.Preserve }, esm],
    ["verbatimModuleSyntax", "/main.ts", { module: ModuleKind.ESNext, verbatimModuleSyntax: true }, esm],
    ["isolatedModules", "/main.ts", { module: ModuleKind.ESNext, isolatedModules: true }, esm],
    ["isolatedModules, CommonJS", "/main.cts", { ...nodeNext, isolatedModules: true }, cjs],
  ])("%s", (_name, file, options, expected) => {
    const [code = ""] = Object.values(emitBoth({ [file]: `export ${scratch}` }, options).freed);
    expect(code).toContain(expected);
    const [alloc, free] = expected === cjs ? ["runtime_1.make", "runtime_1.unsafeFree"] : ["$alloc", "$free"];
    const calls = code.replace(/\(0, ([\w.]+)\)\(/g, "$1(");
    expect(calls).toContain(`${alloc}(Uint8Array, n)`);
    expect(calls).toContain(`${free}(t)`);
    expect(code).not.toContain("new Uint8Array");
  });

  test.each<[string, ts.CompilerOptions, boolean]>([
    ["ES module", { module: ModuleKind.ESNext }, true],
    ["CommonJS", { module: ModuleKind.CommonJS, ignoreDeprecations: "6.0" }, false],
  ])("the output runs as %s", (_name, options, isEsm) => {
    const code = emitted(`export ${scratch}`, options);
    const log: string[] = [];
    const runtime = {
      make: (Type: Uint8ArrayConstructor, n: number) => {
        log.push("alloc");
        return new Type(n);
      },
      unsafeFree: () => void log.push("free"),
    };
    const script = isEsm
      ? code
          .replace(
            /import \{ make as (\S+), unsafeFree as (\S+) \} from .*/,
            "const { make: $1, unsafeFree: $2 } = require();",
          )
          .replace("export ", "")
      : code;
    const f = new Function("require", "exports", `${script}; return f;`)(() => runtime, {});
    expect([f(4), ...log]).toEqual([1, "alloc", "free"]);
  });
});

describe("hygiene", () => {
  const taken = ["$alloc", "$free", "$r", "$t", "$buffer", "$tmp", "unsafeFree", "alloc", "runtime_1"];

  test.each(taken)("a variable of the user's named %s", (name) => {
    const source = `export ${scratch.replace("t[0]++;", `const ${name} = t[1]; t[0] += ${name};`)}
export function other(${name}: number, ok: boolean): number {
  const t = ok ? new Uint8Array(9) : new Uint8Array(8);
  return t[0] + ${name};
}`;
    const code = emitted(source);
    const file = ts.createSourceFile("main.js", code, ScriptTarget.Latest, true);
    const declared: string[] = [];
    const walk = (node: ts.Node): void => {
      const isName = ts.isIdentifier(node) && node.text === name;
      if (isName && (ts.isVariableDeclaration(node.parent) || ts.isParameter(node.parent)))
        declared.push(name);
      if (isName && ts.isImportSpecifier(node.parent) && node.parent.name === node) declared.push("import");
      if (isName && ts.isCallExpression(node.parent)) declared.push("call");
      ts.forEachChild(node, walk);
    };
    walk(file);
    expect(declared).toEqual([name, name]);
    expect(code).toMatch(/alloc/);
  });
});

describe("what surrounds the code stays", () => {
  test("licence, shebang, prologue, comments", () => {
    const source = `#!/usr/bin/env node
/*! Licence. */
"use strict";
// Before the function.
export ${scratch.replace("  t[0]++;", "  // Counts.\n  t[0]++; // one")}// Last.
`;
    const { plain, freed } = emitBoth(source);
    const lines = (freed["/main.js"] ?? "").split("\n");
    expect(lines[0]).toBe("#!/usr/bin/env node");
    expect(lines[1]).toBe("/*! Licence. */");
    const comments = (text = ""): string[] => text.match(/\/\/.*|\/\*.*?\*\//g) ?? [];
    expect(comments(freed["/main.js"])).toEqual(comments(plain["/main.js"]));
    expect(lines.indexOf('"use strict";')).toBeLessThan(lines.findIndex((line) => line.startsWith("import")));
  });

  test("a script is untouched, and says so", () => {
    const { plain, freed, sites } = emitBoth(scratch);
    expect(freed).toEqual(plain);
    expect(sites.map((site) => site.reason)).toEqual(["unsupported-syntax"]);
  });

  test("a file without frees is what tsc writes, byte for byte", () => {
    const sources = {
      "/a.ts": "export const x = [1, 2 , 3] ;\nexport const t = new Uint8Array(9);\n",
      "/b.ts": `export ${scratch}`,
    };
    const { plain, freed } = emitBoth(sources);
    expect(freed["/a.js"]).toBe(plain["/a.js"]);
    expect(freed["/b.js"]).not.toBe(plain["/b.js"]);
  });

  test("functions without frees are what tsc writes, byte for byte", () => {
    const untouched =
      "export class C<T> { private x? : T; get y () { return (this.x) ; } }\nexport const k = <T,>(a: T) => ({ a, b: a });\nexport function m(o: any) { switch (o?.a) { case 1: { break } default: return o!.b } }\n";
    const { plain, freed } = emitBoth(`${untouched}export ${scratch}`);
    const untouchedPart = (text = ""): string =>
      text.slice(text.indexOf("export class"), text.indexOf("export function f"));
    expect(untouchedPart(freed["/main.js"])).toBe(untouchedPart(plain["/main.js"]));
    expect(untouchedPart(plain["/main.js"])).toContain("switch");
  });

  test("before ES2015 block-scoped names change, so nothing is freed", () => {
    const source =
      "export function f(t: Uint8Array, n: number): number { let s = t[0]; { const t = new Uint8Array(n); s += t[0]; } return s; }";
    const { plain, freed } = emitBoth(source, { target: ScriptTarget.ES5, ignoreDeprecations: "6.0" });
    expect(freed).toEqual(plain);
  });
});

describe("source maps", () => {
  const source = `export function f(n: number, ok: boolean): number {
  const first = new Uint8Array(n);
  first[0] = 41;
  if (ok) return first[0] + before();
  const second = first[0] + after();
  return second;
}
function before(): number { return 1; }
function after(): number { return 2; }
`;
  const { freed } = emitBoth(source, { sourceMap: true });
  const code = (freed["/main.js"] ?? "").split("\n");
  const map = new TraceMap(freed["/main.js.map"] ?? "");
  const written = source.split("\n");

  /** Where a text of the output comes from: the line and column of that text in the source. */
  const positionsOf = (text: string, within: string): { actual: unknown; expected: unknown } => {
    const line = code.findIndex((each) => each.includes(within));
    const found = originalPositionFor(map, { line: line + 1, column: (code[line] ?? "").indexOf(text) });
    const origin = written.findIndex((each) => each.includes(within) || each.includes(text));
    return {
      actual: { line: found.line, column: found.column },
      expected: { line: origin + 1, column: (written[origin] ?? "").indexOf(text) },
    };
  };

  test.each([
    ["first[0] = 41", "first[0] = 41"],
    ["if", "if (ok)"],
    ["before()", "first[0] + before()"],
    ["second", "second = first[0]"],
    ["after()", "first[0] + after()"],
    ["function before", "function before"],
  ])("%s", (text, within) => {
    const { actual, expected } = positionsOf(text, within);
    expect(actual).toEqual(expected);
  });

  test("every position lies in the source, and every statement of it is mapped", () => {
    const lines = new Set<number>();
    eachMapping(map, ({ originalLine, originalColumn }) => {
      if (originalLine === null) return;
      lines.add(originalLine);
      expect(originalColumn).toBeLessThanOrEqual((written[originalLine - 1] ?? "").length);
    });
    expect([...lines].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("the rewritten allocation maps to the one in the source", () => {
    const line = code.findIndex((each) => each.includes("$alloc(Uint8Array"));
    const found = originalPositionFor(map, { line: line + 1, column: (code[line] ?? "").indexOf("$alloc(") });
    expect(found).toMatchObject({ line: 2, column: (written[1] ?? "").indexOf("new Uint8Array") });
  });
});

describe("decorators", () => {
  const source = `let kept: unknown;
const keep = (x: Float64Array) => { kept = x; return (_: unknown, _k: unknown): void => {}; };
export function f(): unknown {
  let t = new Float64Array(40);
  class C { @keep(t) [(t = new Float64Array(50), "a")](): void {} }
  return [C, t.length];
}`;

  test.each([
    [false, ["Float64Array(50)"]],
    [true, ["Float64Array(40)"]],
  ])("are evaluated after names where they are legacy ones: %s", (experimentalDecorators, freed) => {
    const { sites } = emitBoth(source, { experimentalDecorators });
    const names = sites.filter(({ verdict }) => verdict === "freed").map(({ expression }) => expression);
    expect(names).toEqual(freed.map((each) => `new ${each}`));
  });

  test("of a constructor's parameters are evaluated last", () => {
    const legacy = `let kept: unknown;
const keep = (x: Float64Array) => { kept = x; return (_: unknown): void => {}; };
const mark = (_: unknown, _k: unknown, _i: number): void => {};
export function f(): unknown {
  let t = new Float64Array(40);
  @keep(t) class C { constructor(@((t = new Float64Array(50)), mark) public n: number) {} }
  return [C, t.length];
}`;
    const { sites } = emitBoth(legacy, { experimentalDecorators: true });
    const names = sites.filter(({ verdict }) => verdict === "freed").map(({ expression }) => expression);
    expect(names).toEqual(["new Float64Array(50)"]);
  });
});

describe("the factory of JSX", () => {
  const types = `declare global { namespace JSX { interface IntrinsicElements { p: object } interface Element { v: number } } }\n`;
  const options = { jsx: ts.JsxEmit.React, jsxFactory: "h" };
  const freedIn = (sources: Record<string, string>, more: ts.CompilerOptions = {}): string[] =>
    emitBoth(sources, { ...options, ...more })
      .sites.filter(({ verdict }) => verdict === "freed")
      .map(({ expression }) => expression);
  const local = `${types}export function f(n: number): unknown {
  const t = new Float64Array(n);
  const h = (_tag: string, _props: unknown): { v: number } => ({ v: t[0] ?? 0 });
  return <p/>;
}
export function g(n: number): unknown {
  const t = new Float64Array(n + 1);
  return [t[0], (tag: unknown) => tag];
}`;

  test("is used where it is a local variable, though no name says so", () => {
    expect(freedIn({ "/main.tsx": local })).toEqual(["new Float64Array(n + 1)"]);
  });

  test("may be named in a comment, be a part of something, and be used by a closure", () => {
    const source = local
      .replace("const h =", "const k = { h:")
      .replace(" });", " }) };")
      .replace("return <p/>", "return () => <p/>");
    expect(freedIn({ "/main.tsx": `/** @jsx k.h */\n${source}` }, { jsxFactory: "other" })).toEqual([
      "new Float64Array(n + 1)",
    ]);
  });

  test("is of no matter where it is imported, or the module's", () => {
    const factory = "const h = (_tag: string, _props: unknown): { v: number } => ({ v: 1 });\n";
    const used = `${types}export function f(n: number): unknown { const t = new Float64Array(n); return [t[0], <p/>]; }`;
    expect(freedIn({ "/main.tsx": factory + used })).toEqual(["new Float64Array(n)"]);
    expect(
      freedIn(
        { "/h.ts": `export ${factory}`, "/main.tsx": `import { h } from "./h";\n${used}` },
        { moduleResolution: ts.ModuleResolutionKind.Bundler },
      ),
    ).toEqual(["new Float64Array(n)"]);
  });
});

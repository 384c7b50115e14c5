/** What `--checked` makes of accesses. */
import ts from "typescript";
import { expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf } from "../lower/harness.js";

/** The statements of `f`'s body, instrumented. */
function instrumented(body: string, parameters = "a: Float64Array, i: number"): string {
  const source = `declare function lib(x: unknown): number;\nexport function f(${parameters}) {\n${body}\n}\n`;
  const program = programOf(source, {});
  const options = { ...defaultOptions, checked: true };
  const { transformSourceFile } = runPipeline({ program, options, root: "/" });
  let text = "";
  const before = [
    (context: ts.TransformationContext) => (file: ts.SourceFile) => transformSourceFile(context, file),
  ];
  const write = (_name: string, written: string) => {
    text = written;
  };
  program.emit(undefined, write, undefined, false, { before });
  const file = ts.createSourceFile("f.js", text, ts.ScriptTarget.Latest, true);
  const found = file.statements.find(ts.isFunctionDeclaration);
  return (found?.body?.statements ?? []).map((each) => each.getText(file)).join(" ");
}

it.each([
  ["a[i] = 1;", "$use(a)[i] = 1;"],
  ["a[i]++;", "$use(a)[i]++;"],
  ["return a.length;", "return $use(a).length;"],
  ["a.fill(0);", "$use(a).fill(0);"],
  ["a[i] = lib(i);", "$use(a)[i] = $useAfter(lib(i), a);"],
  ["a[i] = i * 2;", "$use(a)[i] = i * 2;"],
  ["return lib(a);", "return lib($useWhole(a));"],
  ["const own = (x: Float64Array) => 1; return own(a);", "const own = (x) => 1; return own(a);"],
  ["return Math.max(...a);", "return Math.max(...$use(a));"],
  ["return Array.from(a);", "return Array.from($useWhole(a));"],
  ["const [x] = a; return x;", "const [x] = $useWhole(a); return x;"],
  ["const o = { a }; return o.a[i];", "const o = { a }; return $use(o.a)[i];"],
])("%s", (body, expected) => {
  expect(instrumented(body)).toBe(expected);
});

it.each([
  ["a link inside an optional chain", "o?: { a: Float64Array }", "return o?.a[0];", "return o?.a[0];"],
  ["an optional access", "o?: { a?: Float64Array }", "return o?.a?.[0];", "return $use(o?.a)?.[0];"],
  ["what a destructuring assigns to", "a: any, y: any[]", "[...y] = a;", "[...y] = $useWhole(a);"],
  ["an element that a destructuring assigns to", "a: any", "[a[0]] = [1];", "[$use(a)[0]] = [1];"],
  ["a constructor", "a: any", "return new a.B();", "return new a.B();"],
  ["a constructor further in", "a: any", "return new a.b.C(a.d);", "return new a.b.C($useWhole($use(a).d));"],
  [
    "a class that is extended",
    "a: any",
    "return class extends a.b.C {};",
    "return class extends a.b.C {\n    };",
  ],
  ["an array", "a: number[]", "return a[0];", "return a[0];"],
  [
    "a type parameter",
    "a: never",
    "const g = <T extends ArrayLike<number>>(x: T) => x[0]; return g(a);",
    "const g = (x) => $use(x)[0]; return g(a);",
  ],
])("%s", (_what, parameters, body, expected) => {
  expect(instrumented(body, parameters)).toBe(expected);
});

it("the name of an element stays", () => {
  const source =
    "declare namespace JSX { interface IntrinsicElements { p: object } }\nexport const f = (a: any) => <a.b.C d={a.e}>{a.x}</a.b.C>;\n";
  const program = programOf({ "/main.tsx": source }, { jsx: ts.JsxEmit.Preserve });
  const { transformSourceFile } = runPipeline({
    program,
    options: { ...defaultOptions, checked: true },
    root: "/",
  });
  let text = "";
  const before = [
    (context: ts.TransformationContext) => (file: ts.SourceFile) => transformSourceFile(context, file),
  ];
  program.emit(undefined, (_name, written) => (text = written), undefined, false, { before });
  expect(text).toContain("(a) => <a.b.C d={$use(a).e}>{$use(a).x}</a.b.C>;");
});

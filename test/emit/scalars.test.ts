import ts from "typescript";
import { describe, expect, it } from "vitest";
import { emitBoth, emitWith } from "./harness.js";

const emit = (source: string): string => emitWith(source, { scalars: "on" });
const verdictsOf = (source: string, own = {}): string[] =>
  emitBoth(source, {}, { scalars: "on", ...own }).sites.map(({ verdict }) => verdict);

const body = "const v = new Float64Array(2); v[0] = x; return v[0];";
const simple = `export function f(x: number): number { ${body} }`;

describe("small buffers as variables", () => {
  it("need nothing of the runtime", () => {
    const text = emit(simple);
    expect(text).toContain("let v_0 = 0, v_1 = 0;");
    expect(text).toContain("v_0 = +x;");
    expect(text).toContain("return v_0;");
    expect(text).not.toContain("import");
  });

  it("stay buffers where that is asked for", () => {
    expect(emitWith(simple, { scalars: "off" })).toContain("$alloc(Float64Array, 2)");
    expect(emitWith(simple, { scalars: "on", checked: true })).not.toContain("v_0");
    expect(emitWith(simple, { scalars: "on", noManualFree: true })).toContain("new Float64Array(2)");
    expect(verdictsOf(simple, { mode: "annotated" })).toEqual(["kept"]);
    expect(verdictsOf(`// @autofree keep\n${simple}`)).toEqual(["kept"]);
  });

  it("are what hot code asks for", () => {
    expect(verdictsOf(`// @autofree hot\n${simple}`, { mode: "annotated" })).toEqual(["scalar"]);
  });

  it("have names of their own, in CommonJS too", () => {
    const source = `const v_0 = 7;
export function f(x: number): number { ${body} }
export function g(x: number): number { ${body} }
export const h = v_0;`;
    for (const module of [ts.ModuleKind.ESNext, ts.ModuleKind.CommonJS]) {
      const text = emitBoth(source, { module }, { scalars: "on" }).freed["/main.js"] ?? "";
      const declared = [...text.matchAll(/let (\w+) = 0, (\w+) = 0;/g)].flatMap((each) => each.slice(1));
      expect(new Set([...declared, "v_0"]).size).toBe(5);
    }
  });

  it("are read and updated by an older language too", () => {
    const source = `export async function f(x: number): Promise<number> {
  const v = new Float32Array(2);
  v[0] **= await Promise.resolve(x);
  return v[0];
}`;
    const options = { target: ts.ScriptTarget.ES2015, lib: ["lib.es2022.d.ts"] };
    const text = emitBoth(source, options, { scalars: "on" }).freed["/main.js"] ?? "";
    expect(text).toContain("v_0 = Math.fround(Math.pow(v_0, yield Promise.resolve(x)));");
  });

  it("give lengths that calls can be made on", () => {
    const text = emit(`export function f(x: number): string {
  const v = new Int16Array([x, 1, 2]);
  return v.length.toFixed(1) + v.byteLength + v[0];
}`);
    expect(text).toContain("return 3..toFixed(1) + 6 + v_0;");
  });

  it("convert to half precision where the language can", () => {
    const source = `export function f(x: number): number { const v = new Float16Array(1); v[0] += x; return v[0]; }`;
    const options = { lib: ["lib.esnext.d.ts"] };
    const { freed, sites } = emitBoth(source, options, { scalars: "on" });
    expect(sites.map(({ verdict }) => verdict)).toEqual(["scalar"]);
    expect(freed["/main.js"]).toContain("v_0 = Math.f16round(v_0 + x);");
  });

  it("leave the frees of other buffers in place", () => {
    const text = emit(`export function f(n: number): number {
  const v = new Float64Array(2), t = new Float64Array(n);
  v[0] = t.length;
  return (v[1] = 3) + v[0];
}`);
    expect(text).toContain("let v_0 = 0, v_1 = 0;");
    expect(text).toContain("const t = $alloc(Float64Array, n);");
    expect(text).toContain("$free(t);");
    expect(text).not.toContain("$free(v");
  });

  it("keep their places in the source", () => {
    const source = simple.replace("{ ", "{\n").replaceAll("; ", ";\n");
    const { freed } = emitBoth(source, { sourceMap: true }, { scalars: "on" });
    const { mappings } = JSON.parse(freed["/main.js.map"] ?? "{}") as { mappings: string };
    expect(mappings.split(";").filter((each) => each !== "").length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ["eval", `eval("0"); ${body}`],
    [
      "an own Math",
      `const Math = { fround: (y: number) => y }; const v = new Float32Array(2); v[0] = Math.fround(x); return v[0];`,
    ],
    [
      "a constructor that is a variable",
      `const X = Float64Array; const v = new X(2); v[0] = x; return v[0];`,
    ],
    ["a value of any type", `const v = new Float64Array(2); v[0] = JSON.parse("1"); return v[0] + x;`],
    [
      "an element that is taken for something else",
      `const v = new Float64Array(2); return (v[0] as any).foo ?? x;`,
    ],
    ["a handwritten free", `const v = new Float64Array(2); v[0] = x; unsafeFree(v); return x;`],
  ])("are not made in the face of %s", (_, text) => {
    const source = `declare function unsafeFree(x: unknown): void;
export function f(x: number): number { ${text} }`;
    expect(verdictsOf(source)).not.toContain("scalar");
  });
});

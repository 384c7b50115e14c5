import { describe, expect, it } from "vitest";
import { emitWith } from "../emit/harness.js";

const emit = (source: string): string => emitWith(source, {});

const sum = (parts: number, part = "1"): string => Array.from({ length: parts }, () => part).join(" + ");
const freeing = "export function f(n: number): number { const t = new Float64Array(n); return t[0]!; }";

describe("a file with a long chain of operators", () => {
  it.each([300, 4000])("of %i parts is compiled", (parts) => {
    const text = emit(`export const total = ${sum(parts)};\n${freeing}`);
    expect(text.includes("$free")).toBe(parts < 400);
  });

  it("is left alone also where it stands in a function that frees", () => {
    const text = emit(`${freeing}\nexport function g(x: number): number { return ${sum(4000, "x")}; }`);
    expect(text).not.toContain("$free");
  });

  it("is not followed for its callers", () => {
    const text = emit(
      `function g(x: Float64Array): number { return ${sum(4000, "x.length")}; }
export function f(n: number): number { const t = new Float64Array(n); return g(t); }`,
    );
    expect(text).not.toContain("$free");
  });

  it("tells what its operands do", () => {
    const text = emit(
      `export let kept: Float64Array | undefined;
export const total = ${sum(4000)} + (() => { kept = new Float64Array(3); return 1; })();\n${freeing}`,
    );
    expect(text).toContain("new Float64Array(n)");
  });
});

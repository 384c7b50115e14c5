import { describe, expect, it } from "vitest";
import { emitWith } from "./harness.js";

const emit = (source: string): string => emitWith(source, { slots: "on" });

describe("slots", () => {
  it("are handed to what makes the buffer", () => {
    const text = emit(
      "function f() { return new Float64Array(9); } export const g = (): number => { const x = f(); return x[0]!; };",
    );
    expect(text).toContain("function f($into = void 0) { return $take($into, Float64Array, 9); }");
    expect(text).toContain("const x = f($xSlot ??= $slot());");
    expect(text).toContain("$xSlot?.give(x, x?.length)");
  });

  it("are a place's own, however many call the same function", () => {
    const text = emit(
      "function f() { return new Float64Array(9); } export const g = (): number => { const x = f(); const y = f(); return x[0]! + y[0]!; };",
    );
    expect(text).toContain("const x = f($xSlot ??= $slot()); const y = f($ySlot ??= $slot());");
  });

  it("are handed on, after the arguments that were left out", () => {
    const text = emit(`
function make(n: number, by = 1): Float64Array { const t = new Float64Array(n); t[0] = by; return t; }
const twice = (n: number, by?: number): Float64Array => (n > 9 ? make(n) : make(n, by));
export const g = (n: number): number => { const x = twice(n); return x[0]!; };`);
    expect(text).toContain("function make(n, by = 1, $into = void 0)");
    expect(text).toContain(
      "(n, by, $into = void 0) => (n > 9 ? make(n, void 0, $into) : make(n, by, $into));",
    );
    expect(text).toContain("const x = twice(n, void 0, $xSlot ??= $slot());");
  });

  it.each([
    [
      "has a rest parameter",
      "function f(...a: number[]): Float64Array { return new Float64Array(9); }",
      "f(1)",
    ],
    [
      "uses its arguments",
      "function f(): Float64Array { const t = new Float64Array(9); t[0] = arguments.length; return t; }",
      "f()",
    ],
    [
      "is strict by itself",
      'function f(): Float64Array { "use strict"; return new Float64Array(9); }',
      "f()",
    ],
    ["is a method", "const o = { f(): Float64Array { return new Float64Array(9); } } as const;", "o.f()"],
    [
      "gets its arguments from an array",
      "function f(a: number, b: number): Float64Array { return new Float64Array(a + b); } const two: [number, number] = [1, 2];",
      "f(...two)",
    ],
  ])("are not handed to what %s", (_, declaration, call) => {
    const text = emit(`${declaration} export const g = (): number => { const x = ${call}; return x[0]!; };`);
    expect(text).toMatch(/free\(x\)|give\(x, /);
    expect(text).not.toContain("$into");
  });

  it("are variables of the module, made when they are first needed", () => {
    const text = emit(`export function f(n: number): number {
  const tmp = new Float64Array(n);
  return tmp.reduce((a, b) => a + b, 0);
}`);
    expect(text).toContain("var $tmpSlot;");
    expect(text).toContain("const tmp = ($tmpSlot ??= $slot()).take(Float64Array, n);");
    expect(text).toContain("$tmpSlot.give(tmp, tmp.length);");
  });

  it("ask before they take what may not have been made", () => {
    const text = emit(`export function f(n: number): number {
  return n > 0 ? new Float64Array(n).length : 0;
}`);
    expect(text).toContain("$bufferSlot?.give($buffer, $buffer?.length);");
  });

  it("ask where the variable may hold nothing", () => {
    const text = emit(`export function f(n: number): number {
  const tmp = n > 3 ? new Float64Array(n) : undefined;
  return tmp === undefined ? 0 : tmp[0]!;
}`);
    expect(text).toContain("$bufferSlot?.give($buffer, $buffer?.length);");
  });

  it("have names of their own", () => {
    const text = emit(`const $tmpSlot = 1;
export function f(): number { const tmp = new Float64Array(9); return tmp[0]! + $tmpSlot; }
export function g(): number { const tmp = new Float64Array(9); return tmp[0]!; }`);
    const names = /var (.*);/.exec(text)?.[1]?.split(", ") ?? [];
    expect(new Set([...names, "$tmpSlot"]).size).toBe(3);
  });

  it.each([
    ["large", "export function f(): number { const t = new Float64Array(513); return t[0]!; }"],
    [
      "no typed array",
      "export function f(n: number): number { const t = new ArrayBuffer(n); return t.byteLength; }",
    ],
    ["made at the top level", "const t = new Float64Array(9); export const n = t.length;"],
    ["of a generator", "export function* f() { const t = new Float64Array(9); yield t[0]; }"],
    [
      "of an async function",
      "export async function f() { const t = new Float64Array(9); await 0; return t[0]; }",
    ],
  ])("have nothing that is %s", (_, source) => {
    expect(emit(source)).not.toContain("$slot");
  });
});

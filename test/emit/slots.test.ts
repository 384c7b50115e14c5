import { describe, expect, it } from "vitest";
import { emitWith } from "./harness.js";

const emit = (source: string): string => emitWith(source, { slots: "on" });

describe("slots", () => {
  it("are given to by a caller of the same module", () => {
    const text = emit(
      "function f() { return new Float64Array(9); } export const g = (): number => { const x = f(); return x[0]!; };",
    );
    expect(text).toContain("($fSlot ??= $slot()).take(Float64Array, 9)");
    expect(text).toContain("$fSlot?.give(x, x?.length)");
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
    [
      "freed in several places of a caller",
      "function f() { return new Float64Array(9); } export const g = (): number => { const x = f(); const y = f(); return x[0]! + y[0]!; };",
    ],
  ])("have nothing that is %s", (_, source) => {
    expect(emit(source)).not.toContain("$slot");
  });
});

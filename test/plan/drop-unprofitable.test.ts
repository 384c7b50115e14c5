import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { emitBoth, emitWith } from "../emit/harness.js";

const own = { slots: "off", reuse: "off", freeUnprofitable: defaultOptions.freeUnprofitable } as const;
/** How often `f` frees, and the verdicts in source order. */
function look(source: string, slots: "on" | "off" = "off") {
  const { freed, sites } = emitBoth(source, {}, { ...own, slots });
  return {
    frees: (freed["/main.js"] ?? "").split(/\$free\(|\.give\(/).length - 1,
    verdicts: sites.map(({ verdict, reason }) => (reason === null ? verdict : `${verdict}: ${reason}`)),
  };
}

describe("a free that gives nothing back", () => {
  it.each([
    ["what the engine makes", "a.filter((x) => x > 1)"],
    ["a sorted copy", "a.toSorted()"],
    ["a list", "Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)"],
    ["what is tiny", "new Float64Array(8)"],
    ["what is tiny in bytes", "new Uint8Array(64)"],
  ])("of %s is dropped", (_, made) => {
    expect(look(`export function f(a: Float64Array): number { const t = ${made}; return t[0]!; }`)).toEqual({
      frees: 0,
      verdicts: ["kept: not-profitable"],
    });
  });

  it.each([
    ["what is not tiny", "new Float64Array(9)"],
    ["what is not tiny in bytes", "new Uint8Array(65)"],
    ["what may not be tiny", "new Float64Array(a.length)"],
    ["a part", "a.slice(1, a.length - 1)"],
    ["what map makes", "a.map((x) => x + 1)"],
    ["a copy", "Float64Array.from(a)"],
  ])("stays if it is of %s", (_, made) => {
    expect(look(`export function f(a: Float64Array): number { const t = ${made}; return t[0]!; }`)).toEqual({
      frees: 1,
      verdicts: ["freed"],
    });
  });

  it("stays for what is tiny where it has a slot", () => {
    const source = "export function f(): number { const t = new Float64Array(3); return t[0]!; }";
    expect(look(source, "on")).toEqual({ frees: 1, verdicts: ["freed"] });
  });

  it("stays where another buffer is worth it", () => {
    const { frees, verdicts } = look(`export function f(a: Float64Array): number {
      let t = a.filter((x) => x > 1);
      if (t.length > 3) t = new Float64Array(a.length);
      return t[0]!;
    }`);
    expect(frees).toBeGreaterThan(0);
    expect(verdicts[1]).toBe("freed");
  });

  it("is judged by where a callee makes what it frees", () => {
    const text = (made: string) => `function make(a: Float64Array): Float64Array { return ${made}; }
      export function f(a: Float64Array): number { const t = make(a); return t[0]!; }`;
    expect(look(text("a.filter((x) => x > 1)"))).toEqual({
      frees: 0,
      verdicts: ["kept: not-profitable", "kept: not-profitable"],
    });
    expect(look(text("new Float64Array(a.length)"))).toEqual({ frees: 1, verdicts: ["freed", "freed"] });
  });

  it("is judged by all that functions which call one another make", () => {
    const text = `function a(n: number): Float64Array { return n > 9 ? b(n - 1) : new Float64Array(n); }
      function b(n: number): Float64Array { return a(n - 1); }
      export function f(n: number): number { const x = b(n); const y = a(n); return x[0]! + y[0]!; }`;
    const { frees, verdicts } = look(text);
    expect(frees).toBe(2);
    expect(verdicts).not.toContain("kept: not-profitable");
  });

  it("leaves no variable behind", () => {
    const source = "export function f(a: Float64Array): number { return a.filter((x) => x > 1).length; }";
    expect(emitWith(source, own)).not.toContain("$buffer");
  });

  it("stays where it is asked for", () => {
    const source =
      "export function f(a: Float64Array): number { const t = a.filter((x) => x > 1); return t[0]!; }";
    expect(emitWith(source, { ...own, freeUnprofitable: true })).toContain("$free(t)");
  });
});

import { describe, expect, it } from "vitest";
import { emitWith } from "./harness.js";

const emit = (source: string): string => emitWith(source, { reuse: "on" });

/** A loop of `f` with a body. */
const loop = (body: string): string =>
  `export function f(n: number, rows: Float64Array[], m: number): number {
  let total = 0;
  outer: for (let i = 0; i < m; i++) {
    for (const row of rows) { ${body} }
  }
  return total;
}`;

describe("a loop", () => {
  it("keeps what an iteration frees for the next one, and frees it in the end", () => {
    const text = emit(loop("const t = new Float64Array(n); total += t[0] + row[0];"));
    expect(text.replace(/\s+/g, " ")).toContain(
      "let $t; outer: for (let i = 0; i < m; i++) { for (const row of rows) {" +
        " const t = $t !== void 0 && $t.length === n ? $zero($t) : $alloc(Float64Array, n);" +
        " $t = void 0; total += t[0] + row[0]; $t = $reuse(t); } } $free($t); return total;",
    );
  });

  it("evaluates the length once", () => {
    const text = emit(loop("const t = new Float64Array(rows.length + 1); total += t[0];"));
    expect(text).toContain("const $length = rows.length + 1;");
    expect(text).toContain("$t.length === $length ? $zero($t) : $alloc(Float64Array, $length)");
  });

  it("is the outermost that the length is the same in", () => {
    const text = emit(loop("const t = new Float64Array(i); total += t[0] ?? 0;"));
    expect(text.replace(/\s+/g, " ")).toContain("let $t; for (const row of rows) {");
    expect(text).toContain("$t = $free($t);");
  });

  it("has a variable for each site", () => {
    const text = emit(
      loop("const s = new Float64Array(n); const t = new Int8Array(n); total += s[0] + t[0];"),
    );
    expect(text).toContain("let $s, $t;");
  });

  it("zeroes nothing that is overwritten", () => {
    const source = loop("const t = new Float64Array(n); t.fill(3); total += t[0];");
    const text = emitWith(source, { reuse: "on", elideZeroFill: "on" });
    expect(text).toContain("$t.length === n ? $t : $allocUninitialized(Float64Array, n)");
  });

  it.each([
    ["of another length each time", "const t = new Float64Array(row.length); total += t[0];"],
    ["without a name", "total += new Float64Array(n).length;"],
    ["left by return", "const t = new Float64Array(n); if (t[0] === row[0]) return 1; total += t[0];"],
    [
      "of a variable that is assigned again",
      "let t: Float64Array = new Float64Array(n); t = row; total += t[0];",
    ],
    ["that is a view's storage", "const t = new ArrayBuffer(n); total += new Uint8Array(t)[0];"],
    ["of BigInts with zeros", "const t = new BigInt64Array(n); total += Number(t[0]);"],
    ["that is kept", "const t = new Float64Array(n); rows.push(t);"],
  ])("keeps nothing %s", (_, body) => {
    expect(emit(loop(body))).not.toMatch(/\$\w+ !== void 0/);
  });

  it("stays as it was where it is told so, and in a checked build", () => {
    const source = loop("const t = new Float64Array(n); total += t[0];");
    expect(emitWith(source, { reuse: "off" })).not.toContain("!== void 0");
    expect(emitWith(source, { checked: true })).not.toContain("!== void 0");
  });

  it("keeps nothing whose free is left out", () => {
    expect(
      emitWith(loop("const t = new Float64Array(n); total += t[0];"), { reuse: "on", maxFrees: 0 }),
    ).not.toContain("$t");
  });
});

/** Where a buffer that is freed on some paths only is lost, as the report says it. */
import { describe, expect, it } from "vitest";
import { emitBoth } from "../emit/harness.js";

const header = `declare function g(...xs: unknown[]): any;
export {};
`;
const from = header.split("\n").length - 1;

/** By site: its line, its verdict, and the steps with their lines. */
function paths(text: string): string[] {
  return emitBoth(header + text)
    .sites.filter((site) => site.verdict !== "kept")
    .map((site) =>
      [
        `${site.line - from} ${site.verdict}`,
        ...site.path.map(({ line, why }) => `${line - from} ${why}`),
      ].join("; "),
    );
}

describe("a path says where it is lost", () => {
  it.each([
    [
      "when the next takes the place of one that a variable held",
      `function f(n: number) {
  let x = new Float64Array(n);
  for (let i = 0; i < n; i++) g((x = x.map((v) => v + 1))[0], x[0]);
  return x[0];
}`,
      "2 partial; 3 not freed before `x` is assigned here",
    ],
    [
      "when an element is taken out",
      `function f(n: number) {
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    rows.push(new Float64Array(n));
    if (rows.length > 3) rows.shift();
  }
  return rows.length;
}`,
      "4 partial; 5 not freed where an element is replaced or taken out here",
    ],
    [
      "when one of the parts is returned",
      `function two(n: number) { return { a: new Float64Array(n), b: new Float64Array(n) }; }
export function f(n: number) {
  const { a, b } = two(n);
  b[0] = a[0];
  return b;
}`,
      "3 partial; 3 a part of what is made here: it is returned, and not every caller frees it; 5 returned by `f`",
    ],
  ])("%s", (_, text, expected) => {
    expect(paths(text)).toContain(expected);
  });

  it("in another function, for a buffer that its callers are given", () => {
    const found = paths(`const kept: Float64Array[] = [];
function make(n: number) { return new Float64Array(n); }
export const f = (n: number) => make(n)[0];
export function h(n: number) {
  const m = make(n);
  kept.push(m);
}`);
    expect(found[0]).toBe(
      "2 partial; 5 given to this caller: it is stored where its end is not seen; 6 stored in an element of an object that others know",
    );
  });
});

describe("there is no path", () => {
  it.each([
    [
      "where every path frees",
      "function f(n: number) { const t = new Float64Array(n); return t[0]; }",
      "1 freed",
    ],
    [
      "where every caller frees",
      `function make(n: number) { return new Float64Array(n); }
export const f = (n: number) => make(n)[0];`,
      "1 freed",
    ],
  ])("%s", (_, text, expected) => {
    expect(paths(text)).toContain(expected);
  });
});

/** What holds a buffer at which places: `--explain main.ts:4`. */
import { describe, expect, it } from "vitest";
import { UserError } from "../../transformer/diagnostics.js";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { renderDescriptions } from "../../transformer/report/render-description.js";
import { programOf, type Sources, typeErrors } from "../lower/harness.js";

function described(sources: string | Sources, line: number, column: number | null = null, file = "main.ts") {
  const program = programOf(sources);
  expect(typeErrors(program)).toEqual([]);
  const options = { ...defaultOptions, explain: { file, line, column } };
  return runPipeline({ program, options, root: "/" }).descriptions;
}

/** The lines about the lives, and what helps. */
function lives(sources: string | Sources, line: number): string[] {
  const text = renderDescriptions(described(sources, line) ?? [], { colors: false });
  return text
    .split("\n")
    .filter((each) => /^ {2}(in |at |what)|^ {4}\d+:\d+ (made|before|at|freed)/.test(each));
}

describe("a buffer is followed", () => {
  it("from its birth by the names that it gets to its death and its free", () => {
    const source = `export function f(n: number) {
  const t = new Float64Array(n);
  const view = t.subarray(1);
  const x = view[0];
  return x;
}`;
    expect(lives(source, 2)).toEqual([
      "  in f:",
      "    2:13 made here",
      "    3:3 before `const view = t.subarray(1);`: t",
      "    4:3 before `const x = view[0];`: t (not read again), view",
      "    5:3 before `return x;`: nothing comes to it any more",
      "    5:3 freed here, as `t`",
    ]);
  });

  it("into fields, closures and others' hands, with what helps", () => {
    const source = `declare function g(x: unknown): void;
export function f(n: number) {
  const big = new Float64Array(n);
  const box = { inner: { big } };
  const get = () => box.inner.big[0];
  g(get);
  g(1);
}`;
    expect(lives(source, 3)).toEqual([
      "  in f:",
      "    3:15 made here",
      "    4:3 before `const box = { inner: { big } };`: big",
      "    5:3 before `const get = () => box.inner.big[0];`: big (not read again), box.inner.big",
      "    6:3 before `g(get);`: big (not read again), box.inner.big (captured by `get`)",
      "    7:3 before `g(1);`: big (not read again), box.inner.big (captured by a closure made at 5:15), others (it has escaped)",
      "  what helps: promise `@autofree noescape` where the function, type or interface is declared",
    ]);
  });

  it("in a loop apart from those that were made before", () => {
    const source = `export function f(n: number) {
  let last: Float64Array | null = null;
  for (let i = 0; i < n; i++) {
    const now = new Float64Array(n);
    if (last !== null) now[0] = last[0];
    last = now;
  }
}`;
    expect(lives(source, 4).slice(1, 5)).toEqual([
      "    4:5 before `const now = new Float64Array(n);`: one made before: now (not read again), last",
      "    4:17 made here",
      "    5:5 before `if (last !== null) now[0] = last[0];`: now; one made before: last",
      expect.stringContaining("6:5 before `last = now;`: now; one made before: last (not read again)"),
    ]);
  });

  it("to the callers that it is given to, and through what an object owns", () => {
    const source = `class Box {
  readonly data: Float64Array;
  constructor(n: number) {
    this.data = new Float64Array(n);
  }
}
export function f(n: number) {
  const box = new Box(n);
  const x = box.data[0];
  return x;
}`;
    expect(lives(source, 4)).toEqual([
      "  in new Box:",
      "    4:17 made here",
      "    5:3 at the end: this.data, an object of the caller's",
      "  in f:",
      "    8:15 made here",
      "    9:3 before `const x = box.data[0];`: box.data",
      "    10:3 before `return x;`: nothing comes to it any more",
      "    10:3 freed here, as `box.data`",
    ]);
  });

  it("but not another of the same line, nor what is freed beside it", () => {
    const source = `export function f(n: number) {
  const a = new Float64Array(n), b = new Float64Array(n);
  return a[0] + b[0];
}`;
    const found = described(source, 2, 38);
    expect(found?.map(({ site }) => site.column)).toEqual([38]);
    const freed = found?.[0]?.lives[0]?.events.flatMap((each) => (each.kind === "freed" ? each.value : []));
    expect(freed).toEqual(["b"]);
    expect(described(source, 2)).toHaveLength(2);
  });
});

describe("a place without a site", () => {
  const source = "export const x = 1;\n\nexport const f = (n: number) => new Float64Array(n)[0];\n";
  it.each([
    [1, null, "no allocation site at main.ts:1.", "--explain main.ts:3:33"],
    [3, 1, "no allocation site at main.ts:3:1.", "--explain main.ts:3:33"],
  ])("is refused: %s %s", (line, column, ...parts) => {
    for (const part of parts) expect(() => described(source, line, column)).toThrow(part);
    expect(() => described(source, line, column)).toThrow(UserError);
  });

  it("is refused where the file has none at all", () => {
    expect(() => described("export const x = 1;", 1)).toThrow("main.ts has none");
  });

  it("is none of this program where it is in no file of it", () => {
    expect(described(source, 3, null, "other.ts")).toBe(null);
    expect(described(source, 3, null, "./main.ts")).toHaveLength(1);
  });
});

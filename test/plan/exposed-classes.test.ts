/** Of a library, others may extend what they are given, by whichever way: then a method of `this` may be another's. */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf, typeErrors } from "../lower/harness.js";

function verdict(members: string, after: string): string {
  const program = programOf(
    `class B {
  read(t: Int8Array): number { return t[0] ?? 0; }
  sum(): number { const t = new Int8Array(99); return this.read(t); }
  ${members}
}
export const sum = (): number => new B().sum();
${after}`,
    { target: ts.ScriptTarget.ES2022, declaration: true },
  );
  expect(typeErrors(program)).toEqual([]);
  const { report } = runPipeline({ program, options: defaultOptions, root: "/" });
  return report.sites.map((site) => site.verdict).join();
}

describe("a class of a library that is not exported by its name", () => {
  it.each([
    ["is nobody's but its own", "", "", "freed"],
    ["is what a static method gives", "static self() { return this; }", "export const K = B.self();", "kept"],
    [
      "is what an arrow in one gives",
      "static self() { return () => this; }",
      "export const K = B.self()();",
      "kept",
    ],
    [
      "is stored by a static block",
      "static { give(this); }",
      "export declare function give(x: unknown): void;",
      "kept",
    ],
    [
      "makes its instances by `this`",
      "static make() { return new this(); }",
      "export const b: unknown = B.make();",
      "freed",
    ],
    ["reads its own members", "static size = 3; static area() { return this.size ** 2; }", "", "freed"],
  ])("%s", (_, members, after, expected) => {
    expect(verdict(members, after)).toBe(expected);
  });

  it("is what `new.target` gives", () => {
    const members = "constructor() { seen.push(new.target); }";
    expect(verdict(members, "export const seen: unknown[] = [];")).toBe("kept");
  });
});

/** The errors of a build that keeps more than it may: their places, and which step is new. */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { makeBaseline } from "../../transformer/budget/baseline.js";
import { budgetErrorCodes } from "../../transformer/budget/check-budget.js";
import { defaultOptions, type Options } from "../../transformer/options.js";
import { type PipelineInput, runPipeline } from "../../transformer/pipeline.js";
import { programOf, typeErrors } from "../lower/harness.js";

const baselineOptions = {
  mode: "all",
  world: "closed",
  dependencies: "on",
  scalars: "on",
  slots: "on",
  freeUnprofitable: false,
} as const;

function check(source: string, options: Partial<Options>, baseline: PipelineInput["baseline"] = null) {
  const program = programOf(source);
  expect(typeErrors(program)).toEqual([]);
  return runPipeline({ program, options: { ...defaultOptions, ...options }, root: "/", baseline });
}

const textOf = ({ file, start = 0, length = 0 }: ts.DiagnosticRelatedInformation): string =>
  `${(file?.getLineAndCharacterOfPosition(start).line ?? -1) + 1}: ${file?.text.slice(start, start + length)}`;

const freed = "export const f = (n: number) => new Int8Array(n)[0];\n";
const kept = "export const g = (n: number) => new Int8Array(n);\n";

describe("--fail-under", () => {
  it.each([
    [{ unit: "percent", least: 50 }],
    [{ unit: "sites", least: 1 }],
    [{ unit: "percent", least: 0 }],
  ] as const)("%j is met by one of two", (failUnder) => {
    expect(check(freed + kept, { failUnder }).errors).toEqual([]);
  });

  it.each([
    [{ unit: "percent", least: 50.1 }, "50% (1 of 2), but at least 50.1%"],
    [{ unit: "sites", least: 2 }, "1 of 2, but at least 2 "],
  ] as const)("%j is not, and the error stands at the first that is kept", (failUnder, words) => {
    const { errors } = check(freed + kept, { failUnder });
    expect(errors.map(({ code, category }) => [code, category])).toEqual([
      [budgetErrorCodes.underBudget, ts.DiagnosticCategory.Error],
    ]);
    expect(errors[0]?.messageText).toContain(words);
    expect(errors.map(textOf)).toEqual(["2: new Int8Array(n)"]);
    expect(errors[0]?.relatedInformation?.map((each) => each.messageText)).toEqual([
      "kept: it is returned, and not every caller frees it",
    ]);
  });

  it("stands at the beginning where there is no site, of which every share is met", () => {
    const { errors } = check("export {};\n", { failUnder: { unit: "sites", least: 1 } });
    expect(errors.map(textOf)).toEqual(["1: "]);
    expect(check("export {};\n", { failUnder: { unit: "percent", least: 100 } }).errors).toEqual([]);
  });
});

describe("the baseline", () => {
  const header = "declare function g(x: unknown): void;\nconst all: unknown[] = [];\nexport { all };\n";
  const before = `${header}export function f(n: number) {
  const t = new Int8Array(n);
  return t[0];
}
`;
  const content = makeBaseline(check(before, {}).report, baselineOptions);
  const baseline = { file: "ts-autofree.baseline.json", content };

  it("is kept by the program that it was made of, and where lines have moved", () => {
    expect(content.sites.map(({ verdict }) => verdict)).toEqual(["freed"]);
    expect(check(before, {}, baseline).errors).toEqual([]);
    expect(check(`\n\n${before}`, {}, baseline).errors).toEqual([]);
  });

  it("is not kept where a site is freed no longer: the error names the step that is new, the remarks all", () => {
    const now = before.replace("  return", "  const box = { t };\n  all.push(box);\n  return");
    const { errors } = check(now, {}, baseline);
    expect(errors.map(({ code }) => code)).toEqual([budgetErrorCodes.regressed]);
    expect(errors.map(textOf)).toEqual(["5: new Int8Array(n)"]);
    expect(errors[0]?.messageText).toBe(
      "This buffer was freed according to ts-autofree.baseline.json, and is no longer: it is stored where its end is not seen. What is new: stored in an element of an object that others know (main.ts:7:3).",
    );
    const remarks = errors[0]?.relatedInformation ?? [];
    expect(remarks.length).toBeGreaterThan(0);
    expect(remarks.every((each) => String(each.messageText).startsWith("new: "))).toBe(true);
  });

  it("says which of several steps is new", () => {
    const partial = `${header}export function f(n: number) {
  let x = new Float64Array(n);
  for (let i = 0; i < n; i++) g((x = x.map((v) => v + 1))[0]! + x[0]!);
  return x[0];
}
`;
    const filed = {
      file: "b.json",
      content: makeBaseline(check(partial, {}).report, baselineOptions),
    };
    expect(check(partial, {}, filed).errors).toEqual([]);
    const now = partial.replace("  return x[0]", "  if (n > 3) all.push(x);\n  return x[0]");
    const [error] = check(now, {}, filed).errors;
    expect(error?.messageText).toMatch(/What is new: stored in an element .* \(main\.ts:7:14\)\./);
  });

  it("names what has become better", () => {
    const worse = { ...content, sites: content.sites.map((each) => ({ ...each, verdict: "kept" as const })) };
    const { errors, improved } = check(before, {}, { ...baseline, content: worse });
    expect(errors).toEqual([]);
    expect(improved.map(({ line }) => line)).toEqual([5]);
  });
});

/** Baselines: their file, and what is worse or better than in them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  baselineFile,
  makeBaseline,
  parseBaseline,
  rankOf,
  renderBaseline,
} from "../../transformer/budget/baseline.js";
import { compareBaseline } from "../../transformer/budget/compare-baseline.js";
import { parseLeastFreed } from "../../transformer/budget/least-freed.js";
import { UserError } from "../../transformer/diagnostics.js";
import { countSites } from "../../transformer/report/filter-report.js";
import { type Report, type SiteReport, type Verdict, verdicts } from "../../transformer/report/report.js";

const options = {
  mode: "all",
  world: "closed",
  dependencies: "on",
  scalars: "on",
  slots: "on",
  freeUnprofitable: false,
} as const;

function site(verdict: Verdict, more: Partial<SiteReport> = {}): SiteReport {
  return {
    file: "a.ts",
    line: 1,
    column: 1,
    expression: "new X(n)",
    type: "X",
    function: "f",
    verdict,
    frees: [],
    reason: verdict === "kept" ? "stored" : null,
    path: [],
    ...more,
  };
}

function reportOf(...sites: SiteReport[]): Report {
  return { version: 1, tool: "t", sites, frees: [], suspects: [], totals: countSites(sites) };
}

const step = (why: string) => ({ file: "a.ts", line: 9, column: 3, why });
const compare = (before: SiteReport[], now: SiteReport[]) =>
  compareBaseline(reportOf(...now), makeBaseline(reportOf(...before), options));

describe("the file", () => {
  it("has a site a line, sorted, without lines and columns, and a newline at its end", () => {
    const sites = [
      site("freed", { file: "b.ts" }),
      site("kept", { line: 7, path: [step("stored")] }),
      site("freed", { line: 8 }),
    ];
    const text = renderBaseline(makeBaseline(reportOf(...sites), options));
    expect(text).toBe(`{
  "version": 1,
  "options": {"mode":"all","world":"closed","dependencies":"on","scalars":"on","slots":"on","freeUnprofitable":false},
  "sites": [
    {"file":"a.ts","function":"f","expression":"new X(n)","ordinal":0,"verdict":"kept","path":["stored"]},
    {"file":"a.ts","function":"f","expression":"new X(n)","ordinal":1,"verdict":"freed","path":[]},
    {"file":"b.ts","function":"f","expression":"new X(n)","ordinal":0,"verdict":"freed","path":[]}
  ]
}
`);
    expect(renderBaseline(parseBaseline(text, "b.json"))).toBe(text);
    const empty = renderBaseline(makeBaseline(reportOf(), options));
    expect(renderBaseline(parseBaseline(empty, "b.json"))).toBe(empty);
  });

  it.each([
    ["/p/tsconfig.json", "/p/ts-autofree.baseline.json"],
    ["/p/tsconfig.build.json", "/p/ts-autofree.build.baseline.json"],
    ["/p/other.json", "/p/ts-autofree.other.baseline.json"],
  ])("of %s is %s", (tsconfig, file) => {
    expect(baselineFile(tsconfig)).toBe(file);
  });

  it.each([
    ["{", "not JSON"],
    ["[]", "no baseline of version 1"],
    ['{ "version": 2 }', "no baseline of version 1"],
    ['{ "version": 1, "sites": [] }', "options"],
    ['{ "version": 1, "options": {}, "sites": [{ "file": "a.ts" }] }', "lacks a part"],
  ])("is refused: %s", (text, why) => {
    expect(() => parseBaseline(text, "b.json")).toThrow(UserError);
    expect(() => parseBaseline(text, "b.json")).toThrow(why);
    expect(() => parseBaseline(text, "b.json")).toThrow("--update-baseline");
  });
});

describe("a site", () => {
  it("that was freed and is no longer has regressed, by the first step that is new", () => {
    const now = site("kept", { line: 40, path: [step("old"), step("new"), step("newer")] });
    const before = site("partial", { path: [step("old")] });
    expect(compare([before], [now]).regressions).toEqual([
      { site: now, was: "partial", newStep: step("new"), newSteps: [step("new"), step("newer")] },
    ]);
    expect(compare([site("freed")], [site("partial")]).regressions).toHaveLength(1);
  });

  it("that is still freed has not, wherever it has moved", () => {
    const found = compare([site("freed")], [site("freed", { line: 99, column: 9 })]);
    expect(found).toEqual({ regressions: [], improved: [] });
    expect(compare([site("freed")], [site("scalar")])).toEqual({ regressions: [], improved: [] });
  });

  it("that is new, gone or renamed is neither worse nor better", () => {
    const none = { regressions: [], improved: [] };
    expect(compare([], [site("kept")])).toEqual(none);
    expect(compare([], [site("freed")])).toEqual(none);
    expect(compare([site("freed")], [])).toEqual(none);
    expect(compare([site("freed")], [site("kept", { function: "g" })])).toEqual(none);
    expect(compare([site("freed")], [site("kept", { expression: "new X(m)" })])).toEqual(none);
  });

  it("that has become better is told apart", () => {
    const now = site("freed");
    expect(compare([site("kept")], [now])).toEqual({ regressions: [], improved: [now] });
    expect(compare([site("kept")], [site("kept")])).toEqual({ regressions: [], improved: [] });
  });

  it("of several that look alike has regressed only if one surely has", () => {
    const [freed, kept] = [site("freed"), site("kept")];
    const counts = (before: SiteReport[], now: SiteReport[]) => compare(before, now).regressions.length;
    expect(counts([freed], [kept, freed])).toBe(0);
    expect(counts([freed, kept], [kept])).toBe(0);
    expect(counts([freed, kept], [kept, freed])).toBe(0);
    expect(counts([freed, freed], [freed, kept])).toBe(1);
    expect(counts([freed, kept], [kept, kept])).toBe(1);
    expect(counts([freed], [kept, kept])).toBe(1);
    expect(counts([freed, freed, kept], [kept, kept])).toBe(1);
  });

  it("is never said to be worse while as many are as good", () => {
    const some = fc.array(fc.constantFrom(...verdicts), { maxLength: 5 });
    fc.assert(
      fc.property(some, some, (before, now) => {
        const { regressions } = compare(
          before.map((each) => site(each)),
          now.map((each) => site(each)),
        );
        const best = (each: readonly Verdict[]) => each.map(rankOf).sort((a, b) => b - a);
        const holds = best(before).every((rank, i) => i >= now.length || (best(now)[i] ?? 0) >= rank);
        if (holds) expect(regressions).toEqual([]);
        else if (now.length >= before.length) expect(regressions.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the least that is freed", () => {
  it.each([
    ["freed=80%", { unit: "percent", least: 80 }],
    ["freed = 99.5 %", { unit: "percent", least: 99.5 }],
    ["freed=0", { unit: "sites", least: 0 }],
    ["freed=120", { unit: "sites", least: 120 }],
    ["freed=101%", null],
    ["freed=1.5", null],
    ["freed=-1", null],
    ["freed", null],
    ["kept=8", null],
    ["80%", null],
  ])("%s", (text, expected) => {
    expect(parseLeastFreed(text)).toEqual(expected);
  });
});

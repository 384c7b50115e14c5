/** What `--explain-file` and its like leave of a report. */
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { filterOf, filterReport, type SiteFilter } from "../../transformer/report/filter-report.js";
import { renderText } from "../../transformer/report/render-text.js";
import type { Report, SiteReport } from "../../transformer/report/report.js";

const site = (file: string, more: Partial<SiteReport>): SiteReport => ({
  file,
  line: 1,
  column: 1,
  expression: "new Int8Array(n)",
  type: "Int8Array",
  function: "f",
  verdict: "kept",
  frees: [],
  reason: "stored",
  path: [],
  ...more,
});

const report: Report = {
  version: 1,
  tool: "ts-autofree",
  sites: [
    site("src/a.ts", { verdict: "freed", reason: null, frees: [{ line: 9, column: 3 }] }),
    site("src/a.ts", { line: 2, function: "g" }),
    site("src/deep/b.ts", { reason: "thrown" }),
    site("lib/a.ts", { verdict: "partial", reason: null }),
  ],
  frees: [
    { file: "src/a.ts", line: 9, column: 3, value: "t" },
    { file: "src/a.ts", line: 12, column: 3, value: "u" },
  ],
  suspects: [
    { file: "src/a.ts", line: 3, column: 1, certain: false, text: "wrong", path: [] },
    { file: "lib/a.ts", line: 3, column: 1, certain: false, text: "wrong", path: [] },
  ],
  totals: { sites: 4, freed: 1, partial: 1, static: 0, scalar: 0, kept: 2 },
};

const none: SiteFilter = { files: [], functions: [], verdicts: [], reasons: [] };
const shown = (filter: Partial<SiteFilter>): string[] =>
  filterReport(report, { ...none, ...filter }).sites.map((each) => `${each.file}:${each.line}`);

describe("a filter", () => {
  const [one, two, deep, lib] = ["src/a.ts:1", "src/a.ts:2", "src/deep/b.ts:1", "lib/a.ts:1"];
  it.each([
    [{ files: ["src/a.ts"] }, [one, two]],
    [{ files: ["./src/a.ts"] }, [one, two]],
    [{ files: ["a.ts"] }, [one, two, lib]],
    [{ files: ["src"] }, [one, two, deep]],
    [{ files: ["src/"] }, [one, two, deep]],
    [{ files: ["."] }, [one, two, deep, lib]],
    [{ files: ["src/*.ts"] }, [one, two]],
    [{ files: ["src/**/*.ts"] }, [one, two, deep]],
    [{ files: ["*/?.ts"] }, [one, two, lib]],
    [{ files: ["src/axts"] }, []],
    [{ files: ["rc/a.ts"] }, []],
    [{ files: ["lib", "src/deep"] }, [deep, lib]],
    [{ functions: ["g"] }, [two]],
    [{ functions: ["h"] }, []],
    [{ verdicts: ["freed", "partial"] }, [one, lib]],
    [{ reasons: ["thrown"] }, [deep]],
    [{ reasons: ["stored"], files: ["src/deep"] }, []],
  ] as const)("%j", (filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });

  it("counts what is left, and how much is not", () => {
    const { totals, hidden, frees, suspects } = filterReport(report, { ...none, verdicts: ["freed"] });
    expect(totals).toEqual({ sites: 1, freed: 1, partial: 0, static: 0, scalar: 0, kept: 0 });
    expect({ hidden, frees, suspects }).toEqual({ hidden: 3, frees: [report.frees[0]], suspects: [] });
  });

  it("of files keeps what is said of handwritten frees there", () => {
    expect(filterReport(report, { ...none, files: ["lib"] }).suspects).toEqual([report.suspects[1]]);
  });

  it("that is empty gives the very report", () => {
    expect(filterReport(report, none)).toBe(report);
  });

  it("is named in the summary", () => {
    const text = (filter: Partial<SiteFilter>) =>
      renderText(filterReport(report, { ...none, ...filter }), { colors: false });
    expect(text({ reasons: ["thrown"] })).toContain(
      "1 allocation site: 1 kept; 3 more are hidden by filters\n",
    );
    expect(text({ functions: ["h"] })).toBe("0 allocation sites; 4 more are hidden by filters\n");
    expect(text({ files: ["."] })).not.toContain("hidden");
  });

  it("names files from the project's root or from the current folder", () => {
    const options = { ...defaultOptions, explainFile: ["packages/a/src/x.ts", "y.ts"] };
    const { files } = filterOf(options, { root: "/w/packages/a", cwd: "/w" });
    expect(files).toEqual(["packages/a/src/x.ts", "src/x.ts", "y.ts"]);
  });
});

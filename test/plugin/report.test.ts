import { describe, expect, it } from "vitest";
import { ownerPhrase, reasonPhrase } from "../../transformer/plan/reasons.js";
import { mergeReports, wantsColors } from "../../transformer/report/deliver.js";
import { renderJson } from "../../transformer/report/render-json.js";
import { renderText } from "../../transformer/report/render-text.js";
import { type Report, reasons, type SiteReport } from "../../transformer/report/report.js";

const freed: SiteReport = {
  file: "src/fft.ts",
  line: 12,
  column: 15,
  expression: "new Float64Array(n)",
  type: "Float64Array",
  function: "fft",
  verdict: "freed",
  frees: [
    { line: 30, column: 1 },
    { file: "src/use.ts", line: 7, column: 3 },
  ],
  reason: null,
  path: [],
};

const kept: SiteReport = {
  ...freed,
  line: 40,
  function: "twiddles",
  verdict: "kept",
  frees: [],
  reason: "returned",
  path: [{ file: "src/fft.ts", line: 44, column: 3, why: "returned by `twiddles`" }],
};

function reportOf(...sites: SiteReport[]): Report {
  const count = (verdict: string) => sites.filter((site) => site.verdict === verdict).length;
  const [partial, unique, scalar] = [count("partial"), count("static"), count("scalar")];
  const totals = {
    sites: sites.length,
    freed: count("freed"),
    partial,
    static: unique,
    scalar,
    kept: count("kept"),
  };
  return { version: 1, tool: "ts-autofree 1.2.3", sites, frees: [], suspects: [], totals };
}

describe("as text", () => {
  it("is a note a site, its path, and totals", () => {
    const stored: SiteReport = { ...kept, line: 50, reason: "stored", path: [] };
    expect(renderText(reportOf(freed, kept, stored, kept), { colors: false })).toBe(
      [
        "src/fft.ts:12:15 freed: Float64Array new Float64Array(n) is freed at 30:1, src/use.ts:7:3 in fft",
        "src/fft.ts:40:15 kept: Float64Array new Float64Array(n) is returned by twiddles",
        "    src/fft.ts:44:3 returned by `twiddles`",
        "src/fft.ts:50:15 kept: Float64Array new Float64Array(n) is stored where twiddles does not see it die",
        "src/fft.ts:40:15 kept: Float64Array new Float64Array(n) is returned by twiddles",
        "    src/fft.ts:44:3 returned by `twiddles`",
        "",
        "4 allocation sites: 1 freed, 3 kept",
        "    kept, returned: 2",
        "        what helps: right for what others call; a caller within the program frees it where it dies there",
        "    kept, stored: 1",
        "        what helps: keep a copy there and not the buffer itself, or store it in an object that dies",
        "",
      ].join("\n"),
    );
  });

  it("has words for every verdict and reason", () => {
    const sites = reasons.flatMap((reason): SiteReport[] => [
      { ...kept, reason },
      { ...freed, verdict: "partial", reason },
    ]);
    const rest: SiteReport[] = [
      { ...freed, verdict: "static" },
      { ...freed, verdict: "scalar" },
      { ...kept, reason: null },
    ];
    const lines = renderText(reportOf(...sites, ...rest), { colors: false }).split("\n");
    expect(
      lines.filter((line) => line.includes("undefined") || line.endsWith("new Float64Array(n) ")),
    ).toEqual([]);
    expect(new Set(lines.filter((line) => / kept: /.test(line))).size).toBe(reasons.length + 1);
  });

  it("names the function in a reason's words, whatever its name", () => {
    expect(ownerPhrase("stored", "$&")).toBe("is stored where $& does not see it die");
    expect(ownerPhrase("exported", "f")).toBe("is exported");
    expect(reasonPhrase("stored")).toBe("it is stored where its end is not seen");
  });

  it("has colours only if asked", () => {
    const code = "\u001b[";
    expect(renderText(reportOf(freed, kept), { colors: false })).not.toContain(code);
    expect(renderText(reportOf(freed, kept), { colors: true })).toContain(`${code}31mkept${code}0m`);
  });

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [false, { FORCE_COLOR: "1" }, true],
    [false, { FORCE_COLOR: "" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  ] as const)("is coloured on a terminal (%s) with %j: %s", (isTerminal, environment, colored) => {
    expect(wantsColors(isTerminal, environment)).toBe(colored);
  });

  it("says so when there is nothing", () => {
    expect(renderText(reportOf(), { colors: false })).toBe("0 allocation sites\n");
  });
});

describe("as JSON", () => {
  it("keeps the stable shape, key by key", () => {
    const parsed = JSON.parse(renderJson(reportOf(freed, kept)));
    expect(Object.keys(parsed)).toEqual(["version", "tool", "sites", "frees", "suspects", "totals"]);
    const site = [
      "file",
      "line",
      "column",
      "expression",
      "type",
      "function",
      "verdict",
      "frees",
      "reason",
      "path",
    ];
    expect(Object.keys(parsed.sites[1])).toEqual(site);
    expect(Object.keys(parsed.sites[1].path[0])).toEqual(["file", "line", "column", "why"]);
    expect(parsed).toEqual(reportOf(freed, kept));
  });
});

describe("of several projects", () => {
  it("is one, relative to the folder that they share", () => {
    const merged = mergeReports([
      { root: "/w/packages/a", report: reportOf(freed) },
      { root: "/w/packages/b", report: reportOf(kept) },
    ]);
    expect(merged.totals).toEqual({ sites: 2, freed: 1, partial: 0, static: 0, scalar: 0, kept: 1 });
    expect(merged.sites.map((site) => site.file)).toEqual(["a/src/fft.ts", "b/src/fft.ts"]);
    expect(merged.sites[0]?.frees).toEqual([
      { line: 30, column: 1 },
      { file: "a/src/use.ts", line: 7, column: 3 },
    ]);
    expect(merged.sites[1]?.path[0]?.file).toBe("b/src/fft.ts");
  });

  it("is the report itself if there is one", () => {
    const report = reportOf(kept);
    expect(mergeReports([{ root: "/w/a", report }])).toBe(report);
  });

  it("finds the shared folder where one project lies in the other", () => {
    const reports = ["/w", "/w/packages/b"].map((root) => ({ root, report: reportOf(freed) }));
    expect(mergeReports(reports).sites.map((site) => site.file)).toEqual([
      "src/fft.ts",
      "packages/b/src/fft.ts",
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCommandLine } from "../../cli/flags.js";
import { UserError } from "../../transformer/diagnostics.js";
import { defaultOptions, optionSpecs, resolveOptions } from "../../transformer/options.js";

const places = { root: "/project", cwd: "/here" };

describe("options", () => {
  it("are the defaults where nothing is said", () => {
    expect(resolveOptions({ pluginEntry: {}, environment: {}, ...places })).toEqual(defaultOptions);
  });

  it("come from the plugin entry, whose keys for ts-patch are not ours", () => {
    const pluginEntry = { transform: "ts-autofree", import: "default", noManualFree: true, explain: true };
    const options = resolveOptions({ pluginEntry, environment: {}, ...places });
    expect(options).toEqual({ ...defaultOptions, noManualFree: true, explain: "text" });
  });

  it("come from the environment before the plugin entry, also to unset", () => {
    const pluginEntry = { noManualFree: true, checked: true, mode: "annotated", explain: "json" };
    const environment = { AUTOFREE_NO_MANUAL_FREE: "0", AUTOFREE_MODE: "all", AUTOFREE_EXPLAIN: "0" };
    expect(resolveOptions({ pluginEntry, environment, ...places })).toEqual({
      ...defaultOptions,
      checked: true,
    });
  });

  it("ask for an explanation where they filter it, unless they ask for none or another", () => {
    const filter = { explainVerdict: "kept, partial", explainFile: ["src/*.ts"] };
    const resolve = (pluginEntry: object, environment = {}, given = {}) =>
      resolveOptions({ pluginEntry: { ...pluginEntry }, environment, ...places, given });
    expect(resolve(filter)).toEqual({
      ...defaultOptions,
      explain: "text",
      explainVerdict: ["kept", "partial"],
      explainFile: ["src/*.ts"],
    });
    expect(resolve({}, { AUTOFREE_EXPLAIN_FUNCTION: "f,g" }).explainFunction).toEqual(["f", "g"]);
    expect(resolve({}, {}, { explainReason: ["thrown"] }).explain).toBe("text");
    expect(resolve({ ...filter, explain: "json" }).explain).toBe("json");
    expect(resolve({ ...filter, explain: false }).explain).toBe(null);
    expect(resolve(filter, { AUTOFREE_EXPLAIN: "0" }).explain).toBe(null);
  });

  it("take a budget, the same from an entry as from the environment", () => {
    const least = { unit: "percent", least: 80 };
    const text = "freed=80%";
    const inEntry = resolveOptions({ pluginEntry: { failUnder: text }, environment: {}, ...places });
    const environment = { AUTOFREE_FAIL_UNDER: text };
    expect(inEntry.failUnder).toEqual(least);
    expect(resolveOptions({ pluginEntry: {}, environment, ...places }).failUnder).toEqual(least);
  });

  it("take a place to explain", () => {
    const explain = (text: string) =>
      resolveOptions({ pluginEntry: {}, environment: { AUTOFREE_EXPLAIN: text }, ...places }).explain;
    expect(explain("src/a.ts:4")).toEqual({ file: "src/a.ts", line: 4, column: null });
    expect(explain("C:\\a.ts:4:15")).toEqual({ file: "C:\\a.ts", line: 4, column: 15 });
    expect(() => explain("src/a.ts:")).toThrow(UserError);
  });

  it("take an empty variable for none", () => {
    const environment = { AUTOFREE_MODE: "", AUTOFREE_CHECKED: "" };
    expect(resolveOptions({ pluginEntry: {}, environment, ...places })).toEqual(defaultOptions);
  });

  it("name a report relative to the project in the entry, to the current folder in the environment", () => {
    const report = "out/report.json";
    const inEntry = resolveOptions({ pluginEntry: { report }, environment: {}, ...places });
    const inEnvironment = resolveOptions({
      pluginEntry: {},
      environment: { AUTOFREE_REPORT: report },
      ...places,
    });
    expect(inEntry.report).toBe("/project/out/report.json");
    expect(inEnvironment.report).toBe("/here/out/report.json");
  });

  it.each([
    [{ mode: 1 }, {}],
    [{ mode: "html" }, {}],
    [{ world: "half-open" }, {}],
    [{}, { AUTOFREE_WORLD: "1" }],
    [{ report: true }, {}],
    [{ report: "report" }, {}],
    [{ checked: 1 }, {}],
    [{ "no-manual-free": true }, {}],
    [{}, { AUTOFREE_CHECKED: "on" }],
    [{ explainVerdict: ["kept", "lost"] }, {}],
    [{ explainFile: 1 }, {}],
    [{ failUnder: 80 }, {}],
    [{ baseline: true }, {}],
    [{ explainFile: [] }, {}],
    [{}, { AUTOFREE_EXPLAIN_REASON: "thrown,returnd" }],
    [{}, { AUTOFREE_EXPLAIN_FILE: "," }],
    [{}, { AUTOFREE_EXPLAIN: "xml" }],
  ])("are refused in entry %j, environment %j", (pluginEntry, environment) => {
    expect(() => resolveOptions({ pluginEntry, environment, ...places })).toThrow(UserError);
  });
});

describe("the command line", () => {
  it.each([
    [["--no-manual-free"], { noManualFree: "true" }, []],
    [["--noManualFree", "false", "-b"], { noManualFree: "false" }, ["-b"]],
    [["-Checked", "a.ts"], { checked: "true" }, ["a.ts"]],
    [["--mode=annotated"], { mode: "annotated" }, []],
    [["--world", "open", "-b"], { world: "open" }, ["-b"]],
    [["a.ts", "--mode", "all", "b.ts"], { mode: "all" }, ["a.ts", "b.ts"]],
    [["--explain", "json", "-p", "x"], { explain: "json" }, ["-p", "x"]],
    [["--explain-file", "src/a.ts,b.ts", "c.ts"], { explainFile: "src/a.ts,b.ts" }, ["c.ts"]],
    [["--explain-verdict=kept", "-b"], { explainVerdict: "kept" }, ["-b"]],
    [["--explain", "src/a.ts:4", "b.ts"], { explain: "src/a.ts:4" }, ["b.ts"]],
    [["--explain=src/a.ts:4:15"], { explain: "src/a.ts:4:15" }, []],
    [["--explain", "src/a.ts"], { explain: "text" }, ["src/a.ts"]],
    [["--explain", "package.json"], { explain: "text" }, ["package.json"]],
    [["--report", "r.json", "--outDir", "report"], { report: "r.json" }, ["--outDir", "report"]],
    [["--explainFiles", "mode"], {}, ["--explainFiles", "mode"]],
  ])("%j", (args, own, rest) => {
    const line = splitCommandLine(args);
    expect(Object.fromEntries(line.own)).toEqual(own);
    expect(line.rest).toEqual(rest);
  });

  it("leaves tsc's arguments as they are, wherever ours stand", () => {
    const theirs = fc.constantFrom("-p", "tsconfig.json", "--strict", "src/a.ts", "--outDir", "out", "-b");
    const ours = fc.constantFrom(
      ["--checked"],
      ["--mode", "all"],
      ["--report=r.json"],
      ["--no-manual-free", "true"],
    );
    const pieces = fc.array(
      fc.oneof(
        theirs.map((word) => [word]),
        ours,
      ),
    );
    const isOurs = ([first = ""]: readonly string[]) =>
      optionSpecs.some(({ flag }) => first.split("=")[0] === flag);
    fc.assert(
      fc.property(pieces, (parts) => {
        const expected = parts.filter((part) => !isOurs(part)).flat();
        expect(splitCommandLine(parts.flat()).rest).toEqual(expected);
      }),
    );
  });
});

/** What `--help` says. */
import { describe, expect, it } from "vitest";
import { splitCommandLine } from "../../cli/flags.js";
import { helpText } from "../../cli/help.js";
import { optionSpecs } from "../../transformer/options.js";

const text = helpText("ts-autofree 1.2.3");
const lines = text.split("\n");

describe("the help", () => {
  it("has every flag once, under the title of its group, and its summary", () => {
    const flags = lines.flatMap((line) => /^ {2}(--[a-z-]+)/.exec(line)?.[1] ?? []);
    expect([...flags].sort()).toEqual(optionSpecs.map(({ flag }) => flag).sort());
    const plain = text.replace(/\s+/g, " ");
    for (const { summary } of optionSpecs) expect(plain).toContain(summary);
    const titles = lines.filter((line) => /^\S.*:$/.test(line));
    expect(titles).toEqual([
      "Examples:",
      "Flags, in any position:",
      "What is freed:",
      "What is said of it:",
      "Budgets for CI:",
      "Looking for a fault:",
      "Exit codes:",
    ]);
  });

  it("fits into a terminal of 80 columns", () => {
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it("has three examples, whose flags of ours are read as such", () => {
    const examples = lines.flatMap((line) => /^ {2}ts-autofree (.*?) {2}/.exec(line)?.[1] ?? []);
    const found = examples.map((each) => splitCommandLine(each.split(" ")));
    expect(found.map(({ rest }) => rest)).toEqual([
      ["-p", "."],
      ["-p", "."],
      ["-p", "."],
    ]);
    expect(found.map(({ own }) => Object.fromEntries(own))).toEqual([
      {},
      { explainVerdict: "kept" },
      { explain: "src/fft.ts:40" },
    ]);
  });

  it("has the exit codes", () => {
    const codes = lines
      .slice(lines.indexOf("Exit codes:"))
      .flatMap((line) => /^ {2}(\d) /.exec(line)?.[1] ?? []);
    expect(codes).toEqual(["0", "1", "2"]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges, compareLines } from "../../transformer/report/html/compare-lines.js";

describe("compareLines", () => {
  it("says only what differs", () => {
    const before = ["a", "}", "b", "}", "c"];
    const after = ["i", "a", "}", "B", "free", "}", "c"];
    expect(compareLines(before, after)).toEqual([
      { at: 0, removed: 0, added: ["i"] },
      { at: 2, removed: 1, added: ["B", "free"] },
    ]);
    expect(compareLines(before, before)).toEqual([]);
  });

  it("gives changes that make the one text of the other, whatever they are", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "}"), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        expect(applyChanges(before, compareLines(before, after))).toEqual(after);
      }),
    );
  });
});

/** Each mutant still finds the text that it changes. That the fuzzer notices them is shown by `npm run fuzz:mutants`. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { mutants, mutate } from "./mutants.mjs";

const root = path.resolve(import.meta.dirname, "../..");

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))("%s", (_name, mutant) => {
  for (const file of new Set(mutant.changes.map((change) => change.file))) {
    const text = readFileSync(path.join(root, file), "utf8");
    expect(mutate(mutant, file, text)).not.toBe(text);
  }
});

test("every invariant of a run is broken by some mutant", () => {
  expect(new Set(mutants.map(({ invariant }) => invariant))).toEqual(new Set(["S1", "S2", "S3", "S4", "S5"]));
});

/** A fixed share of what `npm run fuzz` does: generated programs behave the same with and without frees. */
import { describe, expect, test } from "vitest";
import { comparePrograms } from "./compare.js";
import { generateProgram } from "./generate.js";
import { hunt } from "./run.js";

/** Rejections that a program leaves behind belong to the program. */
process.on("unhandledRejection", () => {});

describe("generated programs", () => {
  test.each([
    { size: "large", programs: 10 },
    { size: "small", programs: 100 },
    { size: "fills", programs: 50 },
    { size: "scalars", programs: 50 },
  ] as const)(
    "agree in all variants: $size",
    async ({ size, programs }) => {
      const totals = await hunt({
        programs,
        seed: 1,
        size,
        time: 90_000,
        typeCheck: false,
        untilFound: false,
        batch: 50,
        skip: null,
      });
      const failures = totals.findings.map(({ seed, problem }) => `seed ${seed}: ${problem.message}`);
      expect(failures).toEqual([]);
      expect(totals.freeing / totals.programs).toBeGreaterThan(0.6);
    },
    240_000,
  );

  test("are well typed, but for a few", async () => {
    const programs = Array.from({ length: 30 }, (_, i) => generateProgram(i));
    const verdicts = await comparePrograms(programs, { typeCheck: true });
    expect(verdicts.filter(({ problem }) => problem?.kind === "invalid").length).toBeLessThan(5);
  }, 60_000);

  test("come out the same for the same seed", () => {
    expect(generateProgram(7)).toEqual(generateProgram(7));
  });
});

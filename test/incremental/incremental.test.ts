/** A fixed share of what `npm run fuzz:incremental` does, and of its mutants. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { Random } from "../fuzz/random.js";
import { Compilers } from "./compilers.js";
import { randomEdit, randomProject } from "./edits.js";
import { hunt } from "./hunt.js";
import { makeMutant, mutants } from "./mutants.mjs";
import { filesOf } from "./project.js";

const root = resolve(import.meta.dirname, "../..");

test.each([6, 7])(
  "after the random edits of seed %i, every way of building leaves the output of a full build",
  async (seed) => {
    const compilers = await Compilers.load(join(root, "dist"));
    const totals = hunt({ compilers, sequences: 1, seed, steps: 6, untilFound: false });
    expect(totals.mismatches.map(({ way, file, edits }) => `${way}: ${file} after ${edits}`)).toEqual([]);
    // Otherwise nothing was at stake.
    expect(totals.reaching).toBeGreaterThan(1);
    expect(totals.frees).toBeGreaterThan(5);
  },
);

test("without callees in the versions of files, some output is stale", async () => {
  const target = mkdtempSync(join(tmpdir(), "ts-autofree-"));
  try {
    const compilers = await Compilers.load(makeMutant(root, "forgets-callees", target));
    const ways = ["ts-autofree incremental", "ts-autofree watch"];
    const totals = hunt({ compilers, sequences: 20, seed: 6, steps: 6, untilFound: true, ways });
    expect(totals.mismatches).not.toEqual([]);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
});

test.each(mutants.map(({ name }) => name))("the mutant %s finds the text that it changes", (name) => {
  const target = mkdtempSync(join(tmpdir(), "ts-autofree-"));
  try {
    expect(makeMutant(root, name, target)).toContain(target);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
});

test("the same seed gives the same sequence", () => {
  const texts = [1, 2].map(() => {
    const random = new Random(7);
    const project = randomProject(random);
    const edits = Array.from({ length: 5 }, () => randomEdit(project, random));
    return JSON.stringify([edits, [...filesOf(project, null)]]);
  });
  expect(texts[0]).toBe(texts[1]);
});

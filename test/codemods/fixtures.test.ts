/**
 * Every program below `fixtures/`, its frees written into its source: it type-checks, does what it did, has the frees of the
 * emitted one, and is itself again when they are stripped.
 */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { discoverThemes, type Fixture, fixturesRoot } from "../fixtures/discover.js";
import {
  type Outcomes,
  outcomeKey,
  prepareTools,
  removeOutputs,
  runTheme,
  variants,
} from "../fixtures/run-theme.js";
import { type AppliedTheme, applyTheme, readSource } from "./fixture-codemods.js";

beforeAll(prepareTools, 60_000);
afterAll(removeOutputs, 60_000);

/** All themes take minutes: `npm run codemods:fixtures`. Here, every fifth one. */
const themes = discoverThemes().filter((_, i) => process.env.AUTOFREE_ALL_THEMES === "1" || i % 5 === 0);

describe.each(themes)("$name", (theme) => {
  let applied: AppliedTheme;
  let outcomes: Outcomes;

  beforeAll(async () => {
    applied = applyTheme(theme);
    outcomes = await runTheme(theme, applied.compiled);
  }, 120_000);

  for (const fixture of theme.fixtures) {
    const run = fixture.knownFailure === null ? test : test.skip;
    run(fixture.name, () => {
      checkSources(fixture, applied);
      checkRuns(fixture, outcomes);
    });
  }
});

function checkSources(
  fixture: Fixture,
  { applied, appliedAgain, stripped, notes, compiled }: AppliedTheme,
): void {
  for (const file of fixture.files) {
    expect(compiled.errors.get(file) ?? []).toEqual([]);
    expect(stripped.get(file), "stripped").toBe(readSource(file));
    expect(appliedAgain.get(file), "applied again").toBe(applied.get(file));
    const name = path.relative(fixturesRoot, file);
    if (fixture.showsElided || notes.some((note) => note.startsWith(name))) continue;
    const emitted = readSource(`${file.slice(0, -3)}.snap.js`);
    expect(countCalls(applied.get(file) ?? ""), "calls of the runtime").toEqual(countCalls(emitted));
  }
}

/** How often each function of the runtime is called by a name that was not there before. */
function countCalls(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, name = ""] of text.matchAll(
    /(\$(?:alloc|allocUninitialized|copy|from|map|slice|free|freeEach))(?:_\d+)?\(/g,
  ))
    counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function checkRuns(fixture: Fixture, outcomes: Outcomes): void {
  const plain = outcomes.get(outcomeKey(fixture, "plain"));
  if (!plain) return;
  expect(plain.output).not.toMatch(/^did not load/);
  for (const variant of variants) {
    const outcome = outcomes.get(outcomeKey(fixture, variant));
    expect(outcome?.faults ?? [], `${variant}: faults`).toEqual([]);
    expect(outcome?.output, `${variant}: output`).toBe(plain.output);
  }
}

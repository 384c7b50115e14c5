/** Hunts: generates programs from consecutive seeds, compares their variants, and adds up. */

import { comparePrograms, type Problem, type Verdict } from "./compare.js";
import type { Sources, Variants } from "./compile.js";
import { addCoverage, type CoverageTable, coverageText } from "./coverage.js";
import { generateProgram, type ProgramSize } from "./generate.js";

export interface Finding {
  readonly seed: number;
  readonly sources: Sources;
  readonly problem: Problem;
}

export interface Totals {
  programs: number;
  sites: number;
  freedSites: number;
  /** Programs in which at least one free ran. */
  freeing: number;
  executedFrees: number;
  /** Programs with type errors: mistakes of the generator, counted and left out. */
  readonly invalid: Finding[];
  readonly findings: Finding[];
  readonly coverage: CoverageTable;
}

export interface HuntOptions {
  readonly programs: number;
  readonly seed: number;
  readonly size: ProgramSize;
  /** Stop after so many milliseconds. */
  readonly time: number;
  readonly typeCheck: boolean;
  readonly variants?: Variants;
  /** Stop at the first batch with a mismatch. */
  readonly untilFound: boolean;
  readonly batch: number;
  /** Programs whose text it matches are left out. */
  readonly skip: RegExp | null;
  readonly onBatch?: (totals: Totals) => void;
}

export async function hunt(options: HuntOptions): Promise<Totals> {
  const totals: Totals = {
    programs: 0,
    sites: 0,
    freedSites: 0,
    freeing: 0,
    executedFrees: 0,
    invalid: [],
    findings: [],
    coverage: new Map(),
  };
  const end = Date.now() + options.time;
  for (let done = 0; done < options.programs && Date.now() < end; done += options.batch) {
    const count = Math.min(options.batch, options.programs - done);
    const seeds = Array.from({ length: count }, (_, i) => options.seed + done + i);
    const made = seeds
      .map((seed) => ({ seed, sources: generateProgram(seed, options.size) }))
      .filter(
        ({ sources }) => !options.skip || !Object.values(sources).some((text) => options.skip?.test(text)),
      );
    const verdicts = await comparePrograms(
      made.map((each) => each.sources),
      options,
    );
    verdicts.forEach((verdict, i) => {
      addUp(totals, verdict, made[i]?.seed as number);
    });
    options.onBatch?.(totals);
    if (options.untilFound && totals.findings.length > 0) break;
  }
  return totals;
}

function addUp(totals: Totals, { sources, compiled, problem, executedFrees }: Verdict, seed: number): void {
  totals.programs++;
  totals.sites += compiled?.sites ?? 0;
  totals.freedSites += compiled?.freedSites ?? 0;
  totals.executedFrees += executedFrees;
  if (executedFrees > 0) totals.freeing++;
  addCoverage(totals.coverage, sources, executedFrees > 0);
  if (problem)
    (problem.kind === "invalid" ? totals.invalid : totals.findings).push({ seed, sources, problem });
}

export function summaryOf(totals: Totals): string {
  const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;
  return [
    `programs ${totals.programs}${totals.invalid.length > 0 ? ` (${totals.invalid.length} invalid)` : ""}`,
    `sites ${totals.sites}, freed ${totals.freedSites} (${share(totals.freedSites, totals.sites)})`,
    `programs with an executed free ${totals.freeing} (${share(totals.freeing, totals.programs)})`,
    `frees executed ${totals.executedFrees}`,
    coverageText(totals.coverage),
    `mismatches ${totals.findings.length}`,
  ].join("\n");
}

/** Reads and writes baselines, and refuses what cannot be compared. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type TS from "typescript";
import { UserError } from "../diagnostics.js";
import { isOpenWorld } from "../lower/program-index.js";
import type { Options } from "../options.js";
import type { Report } from "../report/report.js";
import {
  type Baseline,
  type BaselineOptions,
  baselineFile,
  makeBaseline,
  parseBaseline,
  renderBaseline,
} from "./baseline.js";

/** A baseline with the name of its file, without the folder. */
export interface FiledBaseline {
  readonly file: string;
  readonly content: Baseline;
}

export interface BaselineRequest {
  readonly options: Options;
  readonly compilerOptions: TS.CompilerOptions;
}

/**
 * The baseline that a build is to be compared with; `null` where there is none, or it is to be written anew.
 *
 * @param request our options, as they hold for this program, and the compiler's
 * @throws UserError when budgets are asked for of a build that frees nothing or has no tsconfig, or the baseline cannot be read or was written
 *   with other options
 */
export function readBaseline({ options, compilerOptions }: BaselineRequest): FiledBaseline | null {
  const path = fileOf(compilerOptions);
  const isCompared = path !== null && options.baseline === "on" && existsSync(path);
  refuseWithoutFrees(options, isCompared ? basename(path) : null);
  if (options.updateBaseline && path === null) {
    throw new UserError(
      "--update-baseline writes beside a tsconfig, and there is none. Name the project: -p DIR.",
    );
  }
  if (!isCompared || options.updateBaseline) return null;
  const file = basename(path);
  const content = parseBaseline(readFileSync(path, "utf8"), path);
  refuseOtherOptions(content.options, optionsOf({ options, compilerOptions }), file);
  return { file, content };
}

/** Whether a build that emits nothing is still to be looked at for its budget. */
export function hasBudget({ options, compilerOptions }: BaselineRequest): boolean {
  const path = fileOf(compilerOptions);
  const isCompared = path !== null && options.baseline === "on" && existsSync(path);
  return options.failUnder !== null || options.updateBaseline || isCompared;
}

/**
 * Writes the baseline of a build that asks for it.
 *
 * @throws UserError when the file cannot be written
 */
export function writeBaseline(report: Report, { options, compilerOptions }: BaselineRequest): void {
  const path = fileOf(compilerOptions);
  if (!options.updateBaseline || path === null) return;
  try {
    writeFileSync(path, renderBaseline(makeBaseline(report, optionsOf({ options, compilerOptions }))));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `cannot write '${path}' (${code}). Make it writable, or leave --update-baseline out.`,
    );
  }
}

function fileOf({ configFilePath }: TS.CompilerOptions): string | null {
  return typeof configFilePath === "string" ? baselineFile(configFilePath) : null;
}

function optionsOf({ options, compilerOptions }: BaselineRequest): BaselineOptions {
  const { mode, world, dependencies, scalars, slots, freeUnprofitable } = options;
  return {
    mode,
    world: isOpenWorld(compilerOptions, world) ? "open" : "closed",
    dependencies,
    scalars,
    slots,
    freeUnprofitable,
  };
}

function refuseWithoutFrees({ noManualFree, failUnder, updateBaseline }: Options, file: string | null): void {
  if (!noManualFree) return;
  const flag = failUnder !== null ? "--fail-under" : updateBaseline ? "--update-baseline" : null;
  if (flag) {
    throw new UserError(
      `with --no-manual-free nothing is freed, which ${flag} cannot judge. Leave one of them out.`,
    );
  }
  if (file === null) return;
  throw new UserError(
    `with --no-manual-free nothing is freed, so there is nothing to compare with ${file}. Add --baseline off.`,
  );
}

const flags: Readonly<Record<keyof BaselineOptions, string>> = {
  mode: "--mode",
  world: "--world",
  dependencies: "--dependencies",
  scalars: "--scalars",
  slots: "--slots",
  freeUnprofitable: "--free-unprofitable",
};

function refuseOtherOptions(before: BaselineOptions, now: BaselineOptions, file: string): void {
  const keys = Object.keys(flags) as (keyof BaselineOptions)[];
  const other = keys.filter((key) => before[key] !== now[key]);
  if (other.length === 0) return;
  const named = other.map((key) => `${flags[key]} ${before[key]} (now ${now[key]})`).join(", ");
  const why = other.includes("dependencies") ? " Under -b and --watch packages are never read." : "";
  throw new UserError(
    `${file} was written with ${named}, so its verdicts cannot be compared.${why} Compile with the same options, write it anew with --update-baseline, or add --baseline off.`,
  );
}

#!/usr/bin/env node
/**
 * The command `ts-autofree`: tsc with the transformer in it.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type TS from "typescript";
import { checkReportPath, toolName, UserError } from "../transformer/diagnostics.js";
import { type ExplainedPlace, optionSpecs, resolveOptions } from "../transformer/options.js";
import { allowProgress } from "../transformer/progress.js";
import { hasDescribed } from "../transformer/report/deliver.js";
import { noSuchFile } from "../transformer/report/describe-place.js";
import { bisect } from "./bisect.js";
import { apply, strip } from "./codemods.js";
import { loadCompiler } from "./compiler.js";
import { splitCommandLine } from "./flags.js";
import { helpText } from "./help.js";
import { isBuild, startCompiler } from "./start.js";

process.on("uncaughtException", (error) => {
  process.stderr.write(`${error instanceof UserError ? error.message : (error.stack ?? error)}\n`);
  process.exit(1);
});

const [first, ...others] = process.argv.slice(2);
const subcommands: Readonly<Record<string, (args: readonly string[]) => void>> = { apply, bisect, strip };
const subcommand = Object.hasOwn(subcommands, first ?? "") ? subcommands[first ?? ""] : undefined;
if (subcommand) subcommand(others);
else run(process.argv.slice(2));

function run(args: readonly string[]): void {
  const { own, rest } = splitCommandLine(args);
  for (const spec of optionSpecs) {
    const text = own.get(spec.name);
    if (text !== undefined) process.env[spec.variable] = text;
  }
  const build = isBuild(rest);
  const cwd = process.cwd();
  const options = resolveOptions({ pluginEntry: {}, environment: process.env, root: cwd, cwd });
  if (options.report !== null) checkReportPath(options.report);
  if (build && options.explain !== null && typeof options.explain !== "string") expectPlace(options.explain);
  if (rest.some((word) => /^(--?help|-h|-\?)$/i.test(word))) {
    process.stdout.write(helpText(toolName()));
    return;
  }
  if (rest.some((word) => /^--?version$/i.test(word) || (!build && word === "-v"))) {
    process.stdout.write(`${toolName()}\n`);
  }
  requireModules();
  const compiler = loadCompiler([projectFolder(rest, build), cwd]);
  allowProgress(process.stderr);
  if (rest.length === 0) requireConfig(compiler.ts, cwd);
  startCompiler(compiler, rest);
}

/** Of several projects one should have the file that is to be explained. */
function expectPlace(place: ExplainedPlace): void {
  process.on("exit", (code) => {
    if (hasDescribed() || code !== 0) return;
    process.stderr.write(`${noSuchFile(place).message}\n`);
    process.exitCode = 1;
  });
}

/** ts-patch loads a transformer with `require`, and ours is an ES module. */
function requireModules(): void {
  if (process.features.require_module) return;
  throw new UserError(`Node ${process.version} cannot require an ES module here. Use Node 20.19 or newer.`);
}

/** The folder of the project that the command line names first, else the current one. */
function projectFolder(rest: readonly string[], build: boolean): string {
  const at = rest.findIndex((word) => /^--?(p|project)$/i.test(word));
  const named = build
    ? rest.slice(1).find((word) => !word.startsWith("-"))
    : at < 0
      ? undefined
      : rest[at + 1];
  const place = resolve(named ?? ".");
  return existsSync(place) && statSync(place).isDirectory() ? place : dirname(place);
}

/** Where tsc prints its whole help. */
function requireConfig(ts: typeof TS, cwd: string): void {
  if (ts.findConfigFile(cwd, ts.sys.fileExists)) return;
  throw new UserError(
    `there is no tsconfig.json in '${cwd}' or above. Create one with: npx tsc --init. Or name the project (-p DIR) or its files.`,
  );
}

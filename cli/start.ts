/**
 * The part of the command that runs once the compiler is loaded.
 */
import type TS from "typescript";
import { resolveOptions } from "../transformer/options.js";
import { stampBuildInfo } from "./build-info.js";
import type { PatchedCompiler } from "./compiler.js";
import { addPluginToPrograms, outputStamp } from "./plugin-entry.js";

/**
 * Runs tsc's command line with the transformer in every program. Our own options are read from the environment.
 *
 * @param words tsc's arguments, without our flags
 * @param system where files are read, written and watched
 */
export function startCompiler(
  compiler: PatchedCompiler,
  words: readonly string[],
  system: TS.System = compiler.ts.sys,
): void {
  const { ts } = compiler;
  const build = isBuild(words);
  const watch = words.some(isWatchWord) || (!build && watchesByResponseFile(ts, words, system));
  // Set before the options are read, so that output of a build that did read packages is another option's.
  if (build || watch) process.env.AUTOFREE_DEPENDENCIES = "off";
  const cwd = process.cwd();
  const options = resolveOptions({ pluginEntry: {}, environment: process.env, root: cwd, cwd });
  addPluginToPrograms(compiler, watch);
  stampBuildInfo(system, ts.version, outputStamp(options));
  ts.executeCommandLine(system, () => {}, words);
}

/** Whether the arguments are those of `tsc -b`. */
export function isBuild(words: readonly string[]): boolean {
  return /^--?(b|build)$/i.test(words[0] ?? "");
}

function isWatchWord(word: string): boolean {
  return /^--?(w|watch)$/i.test(word);
}

function watchesByResponseFile(ts: typeof TS, words: readonly string[], system: TS.System): boolean {
  if (!words.some((word) => word.startsWith("@"))) return false;
  return ts.parseCommandLine(words, (file) => system.readFile(file)).options.watch === true;
}

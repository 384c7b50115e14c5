/**
 * `ts-autofree bisect -- COMMAND`: finds the one free that makes a command fail.
 *
 * Idea: leaving frees out is always right, and `--max-frees` inserts the first so many. If the command passes with none and fails
 * with all, somewhere between the two it begins to fail, and halving finds where: with the free of that number.
 *
 * Invariants:
 * - The project is left compiled with all frees.
 * - What is said of a free was seen: the command failed with the frees up to it, and passed with those before it.
 *
 * Example:
 * ```text
 * ts-autofree: free 17 of 40 makes the command fail: src/fft.ts:30:3 frees twiddles
 * ```
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../transformer/diagnostics.js";
import type { InsertedFree, Report } from "../transformer/report/report.js";

const command = fileURLToPath(new URL("./main.js", import.meta.url));
const usage = "Use: ts-autofree bisect -p DIR -- npm test";

/**
 * Runs the search, prints what it finds and sets the exit code: 1 where a free was found, 0 where the command passes with all frees,
 * 2 where it fails without any.
 *
 * @param args the flags of the build, `--`, and the command
 * @throws UserError when there is no command, or the build fails
 */
export function bisect(args: readonly string[]): void {
  const at = args.indexOf("--");
  const test = at < 0 ? [] : args.slice(at + 1);
  const flags = at < 0 ? args : args.slice(0, at);
  if (test.length === 0) throw new UserError(`bisect needs a command that fails. ${usage}`);
  refuse(flags);
  const frees = compileAll(flags);
  const passes = (count: number): boolean => {
    compile(flags, count);
    const passed = runCommand(test);
    tell(`with ${count} of ${frees.length} frees the command ${passed ? "passes" : "fails"}`);
    return passed;
  };
  if (passes(frees.length)) {
    tell("nothing to find");
    return;
  }
  if (frees.length === 0 || !passes(0)) {
    tell("it fails without any free, so none of them is the cause");
    process.exitCode = 2;
  } else {
    const found = findFirst(frees.length, passes);
    const { file, line, column, value } = frees[found - 1] as InsertedFree;
    tell(`free ${found} of ${frees.length} makes the command fail: ${file}:${line}:${column} frees ${value}`);
    process.exitCode = 1;
  }
  compile(flags, frees.length);
}

/** The least count with which the command fails; it passes with none and fails with `most`. */
function findFirst(most: number, passes: (count: number) => boolean): number {
  let good = 0;
  let bad = most;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (passes(middle)) good = middle;
    else bad = middle;
  }
  return bad;
}

function refuse(flags: readonly string[]): void {
  const unfit = flags.find((flag) =>
    /^--?(?:b|build|w|watch|max-?frees|report|no-?manual-?free)$/i.test(flag.split("=")[0] ?? ""),
  );
  if (unfit) throw new UserError(`bisect builds one project again and again: leave ${unfit} out. ${usage}`);
}

/** All frees of the project, in the order by which they are counted. */
function compileAll(flags: readonly string[]): readonly InsertedFree[] {
  const folder = mkdtempSync(join(tmpdir(), "autofree-bisect-"));
  try {
    const file = join(folder, "report.json");
    build([...flags, "--report", file]);
    return (JSON.parse(readFileSync(file, "utf8")) as Report).frees;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(flags: readonly string[], count: number): void {
  build([...flags, "--max-frees", String(count)]);
}

function build(args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });
  if (status !== 0)
    throw new UserError(`the build fails, so that there is nothing to run:\n${stdout}${stderr}`.trimEnd());
}

function runCommand([name = "", ...args]: readonly string[]): boolean {
  const { status, error } = spawnSync(name, args, { stdio: "ignore", shell: process.platform === "win32" });
  if (error) throw new UserError(`the command '${name}' cannot be run: ${error.message}. ${usage}`);
  return status === 0;
}

function tell(text: string): void {
  process.stdout.write(`ts-autofree: ${text}\n`);
}

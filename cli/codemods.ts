/**
 * `ts-autofree apply` and `ts-autofree strip`: write the frees into the sources, and take them out again.
 *
 * Idea: the new texts of all files are known before the first is written (`transformer/codemods`); this file reads the command
 * line, writes and tells.
 *
 * Invariants:
 * - Either every file that changes is written, or none is changed.
 * - `--dry-run` writes nothing.
 *
 * Example:
 * ```text
 * $ npx ts-autofree apply --dry-run
 * --- a/src/fft.ts
 * +++ b/src/fft.ts
 * ```
 */
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { applyProgram } from "../transformer/codemods/apply-program.js";
import type { ChangedSource, CodemodResult } from "../transformer/codemods/source-project.js";
import { stripProgram } from "../transformer/codemods/strip-program.js";
import { UserError } from "../transformer/diagnostics.js";
import { optionSpecs, readPluginEntry, resolveOptions } from "../transformer/options.js";
import { bindTypeScript } from "../transformer/typescript.js";
import { splitCommandLine } from "./flags.js";
import { lineDiff } from "./line-diff.js";
import { type OpenedProject, openSourceProject } from "./source-project.js";

const usage = {
  apply: "Use: ts-autofree apply [-p DIR] [--dry-run] [flags]",
  strip: "Use: ts-autofree strip [-p DIR] [--dry-run] [--keep-manual]",
} as const;

type Codemod = keyof typeof usage;

/**
 * Writes the frees of a project into its sources.
 *
 * @param args `-p DIR`, `--dry-run`, and flags of ours
 * @throws UserError when the command line, the project or a directive is wrong, or a file can't be written
 */
export function apply(args: readonly string[]): void {
  const { own, rest } = splitCommandLine(args);
  const { tsconfig, isDry } = readWords("apply", rest, []);
  for (const { name, flag } of optionSpecs) {
    const isUnfit = /^(?:noManualFree|checked|explain|report)$/.test(name);
    if (isUnfit && own.has(name)) throw new UserError(`apply has no ${flag}. ${usage.apply}`);
  }
  for (const { name, variable } of optionSpecs) {
    const text = own.get(name);
    if (text !== undefined) process.env[variable] = text;
  }
  const project = openSourceProject(tsconfig);
  bindTypeScript(project.ts);
  const root = dirname(tsconfig);
  const options = resolveOptions({
    pluginEntry: ownEntry(project),
    environment: process.env,
    root,
    cwd: process.cwd(),
  });
  if (options.noManualFree)
    throw new UserError(
      "noManualFree is on, so there are no frees to apply. Take it out of the tsconfig and the environment, or use: ts-autofree strip",
    );
  const result = applyProgram({ project, root, options: { ...options, checked: false } });
  finish(result, { codemod: "apply", root, isDry });
}

/**
 * Takes the frees out of a project's sources: what `apply` wrote, and handwritten ones.
 *
 * @param args `-p DIR`, `--dry-run`, `--keep-manual`
 * @throws UserError when the command line or the project is wrong, or a file can't be written
 */
export function strip(args: readonly string[]): void {
  const { tsconfig, isDry, others } = readWords("strip", args, ["--keep-manual"]);
  const project = openSourceProject(tsconfig);
  bindTypeScript(project.ts);
  const root = dirname(tsconfig);
  const result = stripProgram({ project, root, keepsManual: others.includes("--keep-manual") });
  finish(result, { codemod: "strip", root, isDry });
}

interface Words {
  readonly tsconfig: string;
  readonly isDry: boolean;
  readonly others: readonly string[];
}

function readWords(codemod: Codemod, words: readonly string[], allowed: readonly string[]): Words {
  const others: string[] = [];
  let place = ".";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (/^--?(?:p|project)$/i.test(word)) {
      const next = words[++at];
      if (next === undefined) throw new UserError(`${word} needs a folder or a tsconfig. ${usage[codemod]}`);
      place = next;
    } else if (word === "--dry-run" || allowed.includes(word)) {
      others.push(word);
    } else {
      throw new UserError(`${codemod} works on one project, and knows no '${word}'. ${usage[codemod]}`);
    }
  }
  return { tsconfig: findConfig(place), isDry: others.includes("--dry-run"), others };
}

function findConfig(place: string): string {
  const path = resolve(place);
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "tsconfig.json") : path;
  if (existsSync(file)) return file;
  throw new UserError(
    `there is no tsconfig at '${file}'. Name the project with -p DIR, or create one with: npx tsc --init`,
  );
}

function ownEntry({ compilerOptions }: OpenedProject): Record<string, unknown> {
  const plugins: unknown = compilerOptions.plugins;
  const entries: Record<string, unknown>[] = Array.isArray(plugins) ? plugins : [];
  const entry = entries.find(({ transform }) => transform === "ts-autofree") ?? {};
  readPluginEntry(entry);
  return entry;
}

// Writing

interface Finish {
  readonly codemod: Codemod;
  readonly root: string;
  readonly isDry: boolean;
}

function finish({ changed, notes }: CodemodResult, { codemod, root, isDry }: Finish): void {
  const files = changed.map((source) => ({ ...source, bytes: bytesOf(source) }));
  for (const note of notes) process.stderr.write(`${note}\n`);
  if (isDry) {
    for (const { fileName, before, after } of changed)
      process.stdout.write(lineDiff(slashed(relative(root, fileName)), before, after));
    return;
  }
  for (const { fileName } of files) requireWritable(fileName);
  writeAll(files);
  const count = `${files.length} ${files.length === 1 ? "file" : "files"}`;
  const told = { apply: `frees written into ${count}`, strip: `frees taken out of ${count}` };
  process.stdout.write(`ts-autofree: ${files.length === 0 ? "nothing to change" : told[codemod]}\n`);
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/** The bytes of a file before and after; its mark of the byte order stays. */
function bytesOf({ fileName, before, after }: ChangedSource): { readonly old: Buffer; readonly new: Buffer } {
  const old = readFileSync(fileName);
  const mark = old.subarray(0, 3).equals(Buffer.from("\uFEFF")) ? "\uFEFF" : "";
  if (!old.equals(Buffer.from(mark + before)))
    throw new UserError(`'${fileName}' is not UTF-8, so it can't be written without loss. Convert it first.`);
  return { old, new: Buffer.from(mark + after) };
}

function requireWritable(file: string): void {
  try {
    accessSync(file, constants.W_OK);
  } catch {
    throw new UserError(
      `'${file}' is not writable, so nothing was written. Make it writable, and run this again.`,
    );
  }
}

/** Writes all files; where one fails, those before it are as they were. */
function writeAll(files: readonly (ChangedSource & { readonly bytes: ReturnType<typeof bytesOf> })[]): void {
  const begun: (typeof files)[number][] = [];
  try {
    for (const file of files) {
      begun.push(file);
      writeFileSync(file.fileName, file.bytes.new);
    }
  } catch (error) {
    for (const { fileName, bytes } of begun) writeFileSync(fileName, bytes.old);
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `a file could not be written, so all are as they were: ${why}. Make room, and run this again.`,
    );
  }
}

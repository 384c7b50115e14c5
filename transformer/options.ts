/**
 * The options of the transformer, and how the command line, the environment and the plugin entry name them.
 */
import { isAbsolute, resolve } from "node:path";
import { UserError } from "./diagnostics.js";

/**
 * The options of the transformer, after the command line, the plugin entry and the environment are merged.
 */
export interface Options {
  /** Emit no free at all, and remove handwritten ones. */
  readonly noManualFree: boolean;
  /** Emit for the checked runtime. */
  readonly checked: boolean;
  /** Transform everything, or only what a directive asks for. */
  readonly mode: "all" | "annotated";
  /**
   * Whether code outside of the program may extend the classes that it exports; `null` lets the compiler's options say: a
   * program with declarations is a library.
   */
  readonly world: "open" | "closed" | null;
  /** Whether the JavaScript of packages that the program imports is read, to see what they do with buffers. */
  readonly dependencies: "on" | "off";
  /** Hand out recycled buffers as they are where they are overwritten whole before they are read. */
  readonly elideZeroFill: boolean;
  /** Whether a site that may make small buffers keeps what it frees for itself. */
  readonly slots: "on" | "off";
  /** Free also what isn't worth it: tiny buffers, and those whose memory the runtime can't recycle. */
  readonly freeUnprofitable: boolean;
  /** Insert only so many of the frees, in the order of the report; `null` for all. For finding the one that breaks a program. */
  readonly maxFrees: number | null;
  /** Check the plan by other means than made it, and throw if a free is surely wrong. */
  readonly verify: boolean;
  /** Print verdicts after the build, in this form; `null` prints none. */
  readonly explain: "text" | "json" | "html" | null;
  /** Write the report to this file (`.json` or `.html`), or `null`. */
  readonly report: string | null;
}

export type OptionName = keyof Options;

export const defaultOptions: Options = {
  noManualFree: false,
  checked: false,
  mode: "all",
  world: null,
  dependencies: "on",
  elideZeroFill: false,
  slots: "on",
  freeUnprofitable: false,
  maxFrees: null,
  verify: false,
  explain: null,
  report: null,
};

/** One option under its three names: plugin entry (`name`), command line (`flag`), environment (`variable`). */
export interface OptionSpec {
  readonly name: OptionName;
  readonly flag: string;
  readonly variable: string;
  readonly kind: "switch" | "choice" | "count" | "file";
  /** The values of a choice. */
  readonly choices: readonly string[];
  /** The value of a choice that is named without one; `null` where a value is required. */
  readonly bare: string | null;
  readonly summary: string;
}

export const optionSpecs: readonly OptionSpec[] = [
  {
    name: "noManualFree",
    flag: "--no-manual-free",
    variable: "AUTOFREE_NO_MANUAL_FREE",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Emit no free at all, and remove handwritten ones.",
  },
  {
    name: "checked",
    flag: "--checked",
    variable: "AUTOFREE_CHECKED",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Emit for the checked runtime, which catches mistakes.",
  },
  {
    name: "mode",
    flag: "--mode",
    variable: "AUTOFREE_MODE",
    kind: "choice",
    choices: ["all", "annotated"],
    bare: null,
    summary: "Transform everything (default), or only what a directive asks for.",
  },
  {
    name: "world",
    flag: "--world",
    variable: "AUTOFREE_WORLD",
    kind: "choice",
    choices: ["open", "closed"],
    bare: null,
    summary: "Whether others may extend exported classes (default: with declarations).",
  },
  {
    name: "dependencies",
    flag: "--dependencies",
    variable: "AUTOFREE_DEPENDENCIES",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Read the code of imported packages (default: on), or take them as unknown.",
  },
  {
    name: "elideZeroFill",
    flag: "--elide-zero-fill",
    variable: "AUTOFREE_ELIDE_ZERO_FILL",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Zero no recycled buffer that is overwritten whole before it is read.",
  },
  {
    name: "slots",
    flag: "--slots",
    variable: "AUTOFREE_SLOTS",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Keep small buffers at the site that frees them (default: on).",
  },
  {
    name: "freeUnprofitable",
    flag: "--free-unprofitable",
    variable: "AUTOFREE_FREE_UNPROFITABLE",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Free also what the runtime can't recycle, which costs time and saves nothing.",
  },
  {
    name: "maxFrees",
    flag: "--max-frees",
    variable: "AUTOFREE_MAX_FREES",
    kind: "count",
    choices: [],
    bare: null,
    summary: "Insert only the first N frees, to find the one that breaks a program.",
  },
  {
    name: "verify",
    flag: "--verify",
    variable: "AUTOFREE_VERIFY",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Check every free again, by other means than those that placed it.",
  },
  {
    name: "explain",
    flag: "--explain",
    variable: "AUTOFREE_EXPLAIN",
    kind: "choice",
    choices: ["text", "json", "html"],
    bare: "text",
    summary: "Print a verdict for every allocation, with the path of reasons.",
  },
  {
    name: "report",
    flag: "--report",
    variable: "AUTOFREE_REPORT",
    kind: "file",
    choices: [],
    bare: null,
    summary: "Write the same to a file, whose name ends in .json or .html.",
  },
];

/** Keys of a plugin entry that belong to ts-patch and not to us. */
const hostKeys = new Set([
  "transform",
  "name",
  "type",
  "import",
  "after",
  "afterDeclarations",
  "transformProgram",
  "isEsm",
  "tsConfig",
  "resolvePathAliases",
]);

const switchWords = new Map([
  ["1", true],
  ["true", true],
  ["0", false],
  ["false", false],
]);

type OptionValue = Options[OptionName];

/**
 * Reads one option from text, as it stands on the command line or in the environment.
 *
 * @param spec which option
 * @param text the value
 * @param where how the user named it, for the message (`--mode`, `AUTOFREE_MODE`)
 * @throws UserError when the value is none of the option's
 */
export function parseOptionText(spec: OptionSpec, text: string, where: string): OptionValue {
  if (spec.kind === "switch") {
    const value = switchWords.get(text.toLowerCase());
    if (value === undefined) throw wrongValue(where, text, ["1", "0", "true", "false"]);
    return value;
  }
  if (spec.kind === "file") return checkReportName(text, where);
  if (spec.kind === "count") return checkCount(text === "" ? Number.NaN : Number(text), where, text);
  if (spec.name === "explain") {
    const asSwitch = switchWords.get(text);
    if (asSwitch !== undefined) return asSwitch ? "text" : null;
  }
  return checkChoice(spec, text, where);
}

/** The options that environment variables set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Partial<Options> {
  const found: Partial<Record<OptionName, OptionValue>> = {};
  for (const spec of optionSpecs) {
    const text = environment[spec.variable];
    if (text !== undefined && text !== "") found[spec.name] = parseOptionText(spec, text, spec.variable);
  }
  return found as Partial<Options>;
}

/**
 * The options of a plugin entry, that is, of `{ "transform": "ts-autofree", … }` in a tsconfig.
 *
 * @throws UserError on a key or a value that is none of ours
 */
export function readPluginEntry(entry: Readonly<Record<string, unknown>>): Partial<Options> {
  const found: Partial<Record<OptionName, OptionValue>> = {};
  for (const [key, value] of Object.entries(entry)) {
    const spec = optionSpecs.find((candidate) => candidate.name === key);
    if (spec) found[spec.name] = readEntryValue(spec, value);
    else if (!hostKeys.has(key)) throw unknownPluginOption(key);
  }
  return found as Partial<Options>;
}

export interface OptionSources {
  readonly pluginEntry: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What a report path of the plugin entry is relative to. */
  readonly root: string;
  /** What a report path of the environment is relative to. */
  readonly cwd: string;
}

/**
 * Merges the sources: the environment wins over the plugin entry. The command line hands its flags over as
 * environment variables, and so wins over both.
 *
 * @throws UserError when a source holds an unknown option or a wrong value
 */
export function resolveOptions(sources: OptionSources): Options {
  const fromEntry = rebaseReport(readPluginEntry(sources.pluginEntry), sources.root);
  const fromEnvironment = rebaseReport(readEnvironment(sources.environment), sources.cwd);
  return { ...defaultOptions, ...fromEntry, ...fromEnvironment };
}

function rebaseReport(options: Partial<Options>, base: string): Partial<Options> {
  if (!options.report || isAbsolute(options.report)) return options;
  return { ...options, report: resolve(base, options.report) };
}

function readEntryValue(spec: OptionSpec, value: unknown): OptionValue {
  const where = `the plugin option "${spec.name}"`;
  if (typeof value === "boolean") {
    if (spec.kind === "switch") return value;
    if (spec.name === "explain") return value ? "text" : null;
  }
  if (value === null && defaultOptions[spec.name] === null) return null;
  if (spec.kind === "count" && typeof value === "number") return checkCount(value, where, String(value));
  if (typeof value === "string" && spec.kind === "choice") return checkChoice(spec, value, where);
  if (typeof value === "string" && spec.kind === "file") return checkReportName(value, where);
  const allowed = {
    switch: ["true", "false"],
    file: ["a file name"],
    count: [wholeNumber],
    choice: spec.choices,
  }[spec.kind];
  throw wrongValue(where, JSON.stringify(value) ?? String(value), allowed);
}

const wholeNumber = "a whole number from 0";

function checkCount(value: number, where: string, text: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw wrongValue(where, text, [wholeNumber]);
  return value;
}

function checkChoice(spec: OptionSpec, text: string, where: string): OptionValue {
  if (!spec.choices.includes(text)) throw wrongValue(where, text, spec.choices);
  return text as OptionValue;
}

function checkReportName(text: string, where: string): string {
  if (!/\.(json|html)$/.test(text)) {
    throw new UserError(
      `${where} cannot write '${text}': the ending of the file name chooses the form. Name a file that ends in .json or .html.`,
    );
  }
  return text;
}

function wrongValue(where: string, text: string, allowed: readonly string[]): UserError {
  return new UserError(`${where} cannot be '${text}'. Use ${listOf(allowed)}.`);
}

function unknownPluginOption(key: string): UserError {
  const close = optionSpecs.find(
    (spec) => spec.name.toLowerCase() === key.replace(/[-_]/g, "").toLowerCase(),
  );
  const remedy = close
    ? `Write "${close.name}".`
    : `Remove it, or use ${listOf(optionSpecs.map((spec) => spec.name))}.`;
  return new UserError(`unknown plugin option "${key}" in the tsconfig entry of ts-autofree. ${remedy}`);
}

function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;
}

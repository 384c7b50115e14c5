/**
 * The options of the transformer, and how the command line, the environment and the plugin entry name them.
 */
import { isAbsolute, resolve } from "node:path";
import type { LeastFreed } from "./budget/least-freed.js";
import { UserError } from "./diagnostics.js";
import { listOf, parseOptionText, readEntryValue } from "./option-values.js";
import { type Reason, reasons, type Verdict, verdicts } from "./report/report.js";

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
  /** Whether recycled buffers are handed out as they are where they are overwritten whole before they are read. */
  readonly elideZeroFill: "on" | "off";
  /** Whether small buffers that are only indexed by constants become local variables. */
  readonly scalars: "on" | "off";
  /** Whether a site that may make small buffers keeps what it frees for itself. */
  readonly slots: "on" | "off";
  /** Whether an iteration of a loop reuses what the one before has freed. */
  readonly reuse: "on" | "off";
  /** Free also what isn't worth it: tiny buffers, and those whose memory the runtime can't recycle. */
  readonly freeUnprofitable: boolean;
  /** Insert only so many of the frees, in the order of the report; `null` for all. For finding the one that breaks a program. */
  readonly maxFrees: number | null;
  /** Check the plan by other means than made it, and throw if a free is surely wrong. */
  readonly verify: boolean;
  /** Print verdicts after the build, in this form, or only of one place and in depth; `null` prints none. */
  readonly explain: "text" | "json" | "html" | ExplainedPlace | null;
  /** What `explain` is about, where not all: sites in files of these paths or patterns, as they are named from the root or the current folder. */
  readonly explainFile: readonly string[];
  /** Sites in functions of these names. */
  readonly explainFunction: readonly string[];
  readonly explainVerdict: readonly Verdict[];
  /** Sites that are kept for one of these reasons. */
  readonly explainReason: readonly Reason[];
  /** The least number or share of sites that must be freed; `null` asks for none. */
  readonly failUnder: LeastFreed | null;
  /** Whether verdicts are compared with the project's baseline, if it has one. */
  readonly baseline: "on" | "off";
  /** Write the project's baseline. */
  readonly updateBaseline: boolean;
  /** Write the report to this file (`.json` or `.html`), or `null`. */
  readonly report: string | null;
}

/** A line of the source, or a place in it. Lines and columns start at 1; the file is named from the root or the current folder. */
export interface ExplainedPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

export type OptionName = keyof Options;
export type OptionValue = Options[OptionName];

export const defaultOptions: Options = {
  noManualFree: false,
  checked: false,
  mode: "all",
  world: null,
  dependencies: "on",
  elideZeroFill: "on",
  scalars: "on",
  slots: "on",
  reuse: "on",
  freeUnprofitable: false,
  maxFrees: null,
  verify: false,
  explain: null,
  explainFile: [],
  explainFunction: [],
  explainVerdict: [],
  explainReason: [],
  failUnder: null,
  baseline: "on",
  updateBaseline: false,
  report: null,
};

/** One option under its three names: plugin entry (`name`), command line (`flag`), environment (`variable`). */
export interface OptionSpec {
  readonly name: OptionName;
  /** What it is about, by which the help is ordered. */
  readonly group: "freed" | "report" | "budget" | "fault";
  readonly flag: string;
  readonly variable: string;
  readonly kind: "switch" | "choice" | "count" | "file" | "list" | "budget";
  /** The values of a choice; those of a list, where not every word is one. */
  readonly choices: readonly string[];
  /** The value of a choice that is named without one; `null` where a value is required. */
  readonly bare: string | null;
  /** What stands for a value of another kind in help and messages, such as `FILE`. */
  readonly placeholder?: string;
  readonly summary: string;
}

export const optionSpecs: readonly OptionSpec[] = [
  {
    name: "noManualFree",
    group: "fault",
    flag: "--no-manual-free",
    variable: "AUTOFREE_NO_MANUAL_FREE",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Emit no free at all, and remove handwritten ones.",
  },
  {
    name: "checked",
    group: "fault",
    flag: "--checked",
    variable: "AUTOFREE_CHECKED",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Emit for the checked runtime, which catches mistakes.",
  },
  {
    name: "mode",
    group: "freed",
    flag: "--mode",
    variable: "AUTOFREE_MODE",
    kind: "choice",
    choices: ["all", "annotated"],
    bare: null,
    summary: "Transform everything (default), or only what a directive asks for.",
  },
  {
    name: "world",
    group: "freed",
    flag: "--world",
    variable: "AUTOFREE_WORLD",
    kind: "choice",
    choices: ["open", "closed"],
    bare: null,
    summary: "Whether others may extend exported classes (default: with declarations).",
  },
  {
    name: "dependencies",
    group: "freed",
    flag: "--dependencies",
    variable: "AUTOFREE_DEPENDENCIES",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Read the code of imported packages (default: on), or take them as unknown.",
  },
  {
    name: "elideZeroFill",
    group: "freed",
    flag: "--elide-zero-fill",
    variable: "AUTOFREE_ELIDE_ZERO_FILL",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Zero no recycled buffer that is overwritten before it is read (default: on).",
  },
  {
    name: "scalars",
    group: "freed",
    flag: "--scalars",
    variable: "AUTOFREE_SCALARS",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Hold small buffers in local variables where they can be (default: on).",
  },
  {
    name: "slots",
    group: "freed",
    flag: "--slots",
    variable: "AUTOFREE_SLOTS",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Keep small buffers at the site that frees them (default: on).",
  },
  {
    name: "reuse",
    group: "freed",
    flag: "--reuse",
    variable: "AUTOFREE_REUSE",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Reuse in a loop what an iteration before has freed (default: on).",
  },
  {
    name: "freeUnprofitable",
    group: "freed",
    flag: "--free-unprofitable",
    variable: "AUTOFREE_FREE_UNPROFITABLE",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Free also what the runtime can't recycle, which costs time and saves nothing.",
  },
  {
    name: "maxFrees",
    group: "fault",
    flag: "--max-frees",
    variable: "AUTOFREE_MAX_FREES",
    kind: "count",
    choices: [],
    bare: null,
    summary: "Insert only the first N frees, to find the one that breaks a program.",
  },
  {
    name: "verify",
    group: "fault",
    flag: "--verify",
    variable: "AUTOFREE_VERIFY",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Check every free again, by other means than those that placed it.",
  },
  {
    name: "explain",
    group: "report",
    flag: "--explain",
    variable: "AUTOFREE_EXPLAIN",
    kind: "choice",
    choices: ["text", "json", "html"],
    bare: "text",
    placeholder: "FILE:LINE",
    summary: "Print a verdict for every allocation, or all about one.",
  },
  {
    name: "explainFile",
    group: "report",
    flag: "--explain-file",
    variable: "AUTOFREE_EXPLAIN_FILE",
    kind: "list",
    choices: [],
    bare: null,
    placeholder: "GLOB",
    summary: "Explain only sites in these files.",
  },
  {
    name: "explainFunction",
    group: "report",
    flag: "--explain-function",
    variable: "AUTOFREE_EXPLAIN_FUNCTION",
    kind: "list",
    choices: [],
    bare: null,
    placeholder: "NAME",
    summary: "Explain only sites in functions of these names.",
  },
  {
    name: "explainVerdict",
    group: "report",
    flag: "--explain-verdict",
    variable: "AUTOFREE_EXPLAIN_VERDICT",
    kind: "list",
    choices: verdicts,
    bare: null,
    placeholder: "VERDICT",
    summary: "Explain only sites with these verdicts.",
  },
  {
    name: "explainReason",
    group: "report",
    flag: "--explain-reason",
    variable: "AUTOFREE_EXPLAIN_REASON",
    kind: "list",
    choices: reasons,
    bare: null,
    placeholder: "REASON",
    summary: "Explain only sites that are kept for these reasons.",
  },
  {
    name: "failUnder",
    group: "budget",
    flag: "--fail-under",
    variable: "AUTOFREE_FAIL_UNDER",
    kind: "budget",
    choices: [],
    bare: null,
    placeholder: "freed=80%",
    summary: "Fail if fewer sites are freed: a share, or a number.",
  },
  {
    name: "baseline",
    group: "budget",
    flag: "--baseline",
    variable: "AUTOFREE_BASELINE",
    kind: "choice",
    choices: ["on", "off"],
    bare: null,
    summary: "Fail if a site of the baseline is no longer freed (default: on).",
  },
  {
    name: "updateBaseline",
    group: "budget",
    flag: "--update-baseline",
    variable: "AUTOFREE_UPDATE_BASELINE",
    kind: "switch",
    choices: [],
    bare: null,
    summary: "Write the baseline, ts-autofree.baseline.json beside the tsconfig.",
  },
  {
    name: "report",
    group: "report",
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
    if (spec) found[spec.name] = readEntryValue(spec, value, { isNull: defaultOptions[spec.name] === null });
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
  /** What a program sets; it wins over both. */
  readonly given?: Partial<Options>;
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
  return completeOptions({ ...fromEntry, ...fromEnvironment, ...sources.given });
}

/**
 * Adds the defaults. A filter of what is explained asks for an explanation, unless `explain` says something else.
 *
 * @example
 * completeOptions({ explainVerdict: ["kept"] }).explain; // "text"
 */
export function completeOptions(given: Partial<Options>): Options {
  const { explain = hasFilter(given) ? "text" : null } = given;
  return { ...defaultOptions, ...given, explain };
}

function hasFilter(options: Partial<Options>): boolean {
  const { explainFile, explainFunction, explainVerdict, explainReason } = options;
  return [explainFile, explainFunction, explainVerdict, explainReason].some(
    (each) => (each?.length ?? 0) > 0,
  );
}

function rebaseReport(options: Partial<Options>, base: string): Partial<Options> {
  if (!options.report || isAbsolute(options.report)) return options;
  return { ...options, report: resolve(base, options.report) };
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

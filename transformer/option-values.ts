/** The values of options: how each kind is read from text and from a plugin entry, and what is said of a wrong one. */
import { parseLeastFreed } from "./budget/least-freed.js";
import { UserError } from "./diagnostics.js";
import type { ExplainedPlace, OptionSpec, OptionValue } from "./options.js";

const switchWords = new Map([
  ["1", true],
  ["true", true],
  ["0", false],
  ["false", false],
]);

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
  if (spec.kind === "list") return checkList(spec, splitList(text), where);
  if (spec.kind === "budget") return checkBudgetText(text, where);
  if (spec.kind === "count") return checkCount(text === "" ? Number.NaN : Number(text), where, text);
  if (spec.name === "explain") {
    const asSwitch = switchWords.get(text);
    if (asSwitch !== undefined) return asSwitch ? "text" : null;
  }
  return checkChoice(spec, text, where);
}

/**
 * Reads one option from a value of a plugin entry.
 *
 * @param spec which option
 * @param value the value, as JSON has it
 * @param isNull the option may be `null`
 * @throws UserError when the value is none of the option's
 */
export function readEntryValue(
  spec: OptionSpec,
  value: unknown,
  { isNull }: { isNull: boolean },
): OptionValue {
  const where = `the plugin option "${spec.name}"`;
  if (typeof value === "boolean") {
    if (spec.kind === "switch") return value;
    if (spec.name === "explain") return value ? "text" : null;
  }
  if (value === null && isNull) return null;
  if (spec.kind === "count" && typeof value === "number") return checkCount(value, where, String(value));
  if (typeof value === "string" && spec.kind === "choice") return checkChoice(spec, value, where);
  if (typeof value === "string" && spec.kind === "file") return checkReportName(value, where);
  if (typeof value === "string" && spec.kind === "budget") return checkBudgetText(value, where);
  if (spec.kind === "list") {
    const words = typeof value === "string" ? splitList(value) : value;
    if (Array.isArray(words) && words.every((each) => typeof each === "string")) {
      return checkList(spec, words, where);
    }
  }
  const allowed = {
    list: ["a list of text"],
    budget: budgetForms,
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
  if (spec.choices.includes(text)) return text as OptionValue;
  if (spec.name !== "explain") throw wrongValue(where, text, spec.choices);
  const place = readPlace(text);
  if (!place) throw wrongValue(where, text, [...spec.choices, "a place such as src/fft.ts:40"]);
  return place;
}

/**
 * A place as a compiler names it: `src/fft.ts:40`, `src/fft.ts:40:15`; `null` where a text is none.
 *
 * @example
 * readPlace("src/fft.ts:40"); // { file: "src/fft.ts", line: 40, column: null }
 */
export function readPlace(text: string): ExplainedPlace | null {
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (file === undefined) return null;
  return { file, line: Number(line), column: column === undefined ? null : Number(column) };
}

const budgetForms = ["a share such as freed=80%", "a number of sites such as freed=120"];

function checkBudgetText(text: string, where: string): OptionValue {
  const least = parseLeastFreed(text);
  if (!least) throw wrongValue(where, text, budgetForms);
  return least;
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function checkList(spec: OptionSpec, words: readonly string[], where: string): OptionValue {
  if (words.length === 0) throw new UserError(`${where} needs a value: ${exampleOf(spec)}`);
  const wrong = spec.choices.length > 0 ? words.find((word) => !spec.choices.includes(word)) : undefined;
  if (wrong !== undefined) throw wrongValue(where, wrong, spec.choices);
  return words as OptionValue;
}

/** How a flag with its value may look. */
export function exampleOf({ flag, kind, choices, placeholder }: OptionSpec): string {
  const offered = choices.length > 0 ? choices.join(kind === "list" ? "," : "|") : (placeholder ?? "");
  const values = {
    file: "report.json",
    count: "10",
    choice: offered,
    list: offered,
    budget: offered,
    switch: "",
  };
  return `${flag} ${values[kind]}`;
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

/** `a, b or c` */
export function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;
}

/**
 * Takes our flags out of a command line; everything else is left, in its order, for tsc.
 */
import { existsSync } from "node:fs";
import { UserError } from "../transformer/diagnostics.js";
import { exampleOf, parseOptionText, readPlace } from "../transformer/option-values.js";
import { type OptionName, type OptionSpec, optionSpecs } from "../transformer/options.js";

export interface CommandLine {
  /** Our options as text, in the words that the environment variables take too. */
  readonly own: ReadonlyMap<OptionName, string>;
  /** The arguments for tsc. */
  readonly rest: readonly string[];
}

/**
 * Splits a command line into our flags and tsc's. Flags are read as tsc reads its own: in any position, with one
 * dash or two, in any case, and `--checked false` unsets a switch. `--mode=annotated` works as well.
 *
 * @throws UserError when a flag of ours lacks its value or has a wrong one
 */
export function splitCommandLine(args: readonly string[]): CommandLine {
  const own = new Map<OptionName, string>();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? "";
    const [word, glued] = splitAtEquals(argument);
    const spec = specOf(word);
    if (!spec) {
      rest.push(argument);
      continue;
    }
    const next = glued === undefined ? args[at + 1] : undefined;
    const text = glued ?? takeValue(spec, next);
    if (glued === undefined && text !== null) at++;
    const value = text ?? bareValue(spec);
    parseOptionText(spec, value, spec.flag);
    own.set(spec.name, value);
  }
  return { own, rest };
}

function specOf(word: string): OptionSpec | undefined {
  if (!word.startsWith("-")) return undefined;
  const plain = word.replace(/^--?/, "").toLowerCase();
  return optionSpecs.find(({ name, flag }) => name.toLowerCase() === plain || flag.slice(2) === plain);
}

function splitAtEquals(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

/** The argument after a flag if it is that flag's value, else `null`. */
function takeValue(spec: OptionSpec, next: string | undefined): string | null {
  if (next === undefined || next.startsWith("-")) return null;
  if (spec.kind === "switch") return /^(true|false)$/i.test(next) ? next : null;
  if (spec.bare === null || spec.choices.includes(next)) return next;
  if (readPlace(next)) return next;
  // `--explain src/main.ts` names a file to compile, `--explain src/main.ts:4` a place in it; `--explain txet` is a slip.
  return /[./\\@]/.test(next) || existsSync(next) ? null : next;
}

function bareValue(spec: OptionSpec): string {
  if (spec.kind === "switch") return "true";
  if (spec.bare !== null) return spec.bare;
  throw new UserError(`${spec.flag} needs a value: ${exampleOf(spec)}`);
}

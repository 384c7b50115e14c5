/** The text of `--help`. */
import { type OptionSpec, optionSpecs } from "../transformer/options.js";

const titles: Readonly<Record<OptionSpec["group"], string>> = {
  freed: "What is freed",
  report: "What is said of it",
  budget: "Budgets for CI",
  fault: "Looking for a fault",
};

/** Where summaries begin. */
const column = 34;
/** How wide a terminal is at least. */
const width = 80;

/**
 * Our flags by what they are about, examples and exit codes, then the way to tsc's own help.
 *
 * @param tool the name and version of this package
 *
 * @example
 * helpText("ts-autofree 1.2.3").split("\n")[0]; // "ts-autofree 1.2.3: tsc that frees temporary buffers"
 */
export function helpText(tool: string): string {
  const groups = (Object.keys(titles) as OptionSpec["group"][]).map(groupText);
  return `${tool}: tsc that frees temporary buffers

Usage: ts-autofree [flags of tsc] [flags below] [files]
       ts-autofree bisect [flags] -- COMMAND   find the free that breaks COMMAND
       ts-autofree apply [-p DIR] [--dry-run] [flags]
                                               write the frees into the sources
       ts-autofree strip [-p DIR] [--dry-run] [--keep-manual]
                                               take them out again

Examples:
  ts-autofree -p .                          compile a project; or -b, --watch
  ts-autofree -p . --explain-verdict kept   see what is not freed, and why
  ts-autofree -p . --explain src/fft.ts:40  see all about one allocation

Flags, in any position:

${groups.join("\n\n")}

Each flag is also an option of the plugin entry in a tsconfig (maxFrees for
--max-frees) and an environment variable (AUTOFREE_MAX_FREES).

Exit codes:
  0  no errors
  1  errors and no output; a refused flag, option, project or baseline
  2  errors, over budget among them, and output

Every flag of tsc works as well: see npx tsc --help, or ts-autofree --all.
`;
}

function groupText(group: OptionSpec["group"]): string {
  const rows = optionSpecs.filter((spec) => spec.group === group).map(rowText);
  return [`${titles[group]}:`, ...rows].join("\n");
}

/** A flag with its values, and what it does: below it where the flag is long. */
function rowText(spec: OptionSpec): string {
  const flag = `  ${spec.flag}${valueText(spec)}`;
  const [first = "", ...others] = wrap(spec.summary, width - column);
  const margin = " ".repeat(column);
  const rest = others.map((line) => `${margin}${line}`);
  const isShort = flag.length < column - 1;
  const head = isShort ? [`${flag.padEnd(column)}${first}`] : [flag, `${margin}${first}`];
  return [...head, ...rest].join("\n");
}

/** A text in lines of at most `most` characters. */
function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function valueText({ kind, choices, bare, placeholder = "" }: OptionSpec): string {
  switch (kind) {
    case "switch":
      return "";
    case "count":
      return " N";
    case "file":
      return " FILE";
    case "budget":
      return ` ${placeholder}`;
    case "list":
      return ` ${placeholder},...`;
    case "choice": {
      const offered = [...choices, ...(placeholder === "" ? [] : [placeholder])].join("|");
      return bare === null ? ` ${offered}` : ` [${offered}]`;
    }
  }
}

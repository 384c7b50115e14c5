import { optionSpecs } from "../transformer/options.js";

/** The text of `--help`: our flags, then the way to tsc's. */
export function helpText(tool: string): string {
  const rows = optionSpecs.map(({ flag, kind, choices, bare, summary }) => {
    const offered = choices.join("|");
    const choice = bare ? ` [${offered}]` : ` ${offered}`;
    const value = { file: " FILE", count: " N", choice, switch: "" }[kind];
    return `  ${`${flag}${value}`.padEnd(26)}${summary}`;
  });
  return `${tool}: tsc that frees temporary buffers

Usage: ts-autofree [flags of tsc] [flags below] [files]

  ts-autofree                 compile the project of the current folder
  ts-autofree -p DIR          compile another
  ts-autofree -b              build a project and its references
  ts-autofree --watch         compile again when a file changes
  ts-autofree bisect [flags] -- COMMAND
                              find the free that makes a command fail
  ts-autofree apply [-p DIR] [--dry-run] [flags]
                              write the frees into the sources (needs ts-morph)
  ts-autofree strip [-p DIR] [--dry-run] [--keep-manual]
                              take the frees out of the sources again

Flags, in any position:
${rows.join("\n")}

Every flag of tsc works as well: see npx tsc --help, or ts-autofree --all.
`;
}

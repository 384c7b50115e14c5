import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DemoFailure } from "./failure.mjs";

/** The folder of the project: the demo's outputs lie below it, so that `ts-autofree/runtime` resolves from them. */
export const projectRoot = fileURLToPath(new URL("../../", import.meta.url));

export const usage = `Usage: npm run demo -- [options]

  --quick        few iterations, no live heap: for continuous integration
  --json FILE    write all figures to FILE
  --node PATH    run the workloads with another node
  --out DIR      where the compiled packages go (default: out/demo)
  --no-compile   measure what is already compiled in that folder
  --help         print this`;

/**
 * @typedef {object} DemoOptions
 * @property {boolean} quick
 * @property {boolean} compile
 * @property {boolean} help
 * @property {string} out absolute
 * @property {string} node the binary that runs the workloads
 * @property {string | undefined} json absolute
 */

/**
 * @param {string[]} args
 * @returns {DemoOptions}
 */
export function readOptions(args) {
  const values = parse(args);
  const out = path.resolve(projectRoot, values.out);
  const below = path.relative(projectRoot, out);
  if (below === "" || below.startsWith("..") || path.isAbsolute(below)) {
    throw new DemoFailure(
      `--out ${values.out} is not below ${projectRoot}: compiled code could not resolve ts-autofree/runtime there.`,
      2,
    );
  }
  const json = values.json === undefined ? undefined : path.resolve(values.json);
  if (json !== undefined && !existsSync(path.dirname(json))) {
    throw new DemoFailure(`--json ${values.json}: the folder ${path.dirname(json)} does not exist.`, 2);
  }
  return {
    quick: values.quick,
    compile: !values["no-compile"],
    help: values.help,
    out,
    node: values.node ?? process.execPath,
    json,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        quick: { type: "boolean", default: false },
        json: { type: "string" },
        node: { type: "string" },
        out: { type: "string", default: "out/demo" },
        "no-compile": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    const firstSentence = /** @type {Error} */ (error).message.split(". ")[0];
    throw new DemoFailure(`${firstSentence}.\n\n${usage}`, 2);
  }
}

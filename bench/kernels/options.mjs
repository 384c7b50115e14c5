import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { kernels } from "./kernels.mjs";

export const usage = `Usage: npm run bench:kernels -- [options]

  --node PATH         measure with this Node too (default: the one that runs this)
  --kernel TEXT       only kernels whose name has TEXT in it; may be repeated
  --rounds N          how often the versions take turns (default: 4)
  --seconds S         how much CPU time each of them is measured for in a round (default: 0.7)
  --build NAME=FLAGS  what ts-autofree is to compile with; may be repeated, the first is "freed"
                      (default: "freed=" and "freed, zeroed=--elide-zero-fill off")
  --docs              write the tables of all Nodes measured so far into docs/performance.md
  --help              print this`;

/**
 * @typedef {object} Options
 * @property {{ path: string, version: string }[]} nodes
 * @property {readonly import("./kernels.mjs").Kernel[]} kernels
 * @property {number} rounds
 * @property {number} seconds
 * @property {{ name: string, flags: string[] }[]} builds
 * @property {boolean} docs
 */

/** A wrong option; the message is for a person. */
export class WrongOption extends Error {}

/**
 * @param {string[]} args
 * @returns {Options | "help"}
 */
export function readOptions(args) {
  const values = parse(args);
  if (values.help) return "help";
  const chosen = chooseKernels(values.kernel);
  if (values.docs && chosen.length < kernels.length)
    throw new WrongOption("--docs needs the figures of all kernels: leave --kernel out.");
  return {
    nodes: values.node.map(askVersion),
    kernels: chosen,
    rounds: readNumber("--rounds", values.rounds, { least: 1, most: 1000, isWhole: true }),
    seconds: readNumber("--seconds", values.seconds, { least: 0.01, most: 600, isWhole: false }),
    builds: readBuilds(values.build),
    docs: values.docs,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        node: { type: "string", multiple: true, default: [process.execPath] },
        kernel: { type: "string", multiple: true, default: [] },
        rounds: { type: "string", default: "4" },
        seconds: { type: "string", default: "0.7" },
        build: {
          type: "string",
          multiple: true,
          default: ["freed=", "freed, zeroed=--elide-zero-fill off"],
        },
        docs: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new WrongOption(`${/** @type {Error} */ (error).message}\n\n${usage}`);
  }
}

/** @param {string} node */
function askVersion(node) {
  const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  const version = /^v(\d+\.\d+\.\d+)/.exec(stdout ?? "")?.[1];
  if (status !== 0 || version === undefined)
    throw new WrongOption(`--node ${node}: this is not a Node that can be run.`);
  if (Number.parseInt(version, 10) < 20)
    throw new WrongOption(`--node ${node}: is Node ${version}; 20 is the oldest that is measured.`);
  return { path: node.includes(path.sep) ? path.resolve(node) : node, version };
}

/** @param {readonly string[]} texts */
function chooseKernels(texts) {
  for (const text of texts) {
    if (kernels.some(({ name }) => name.includes(text))) continue;
    const names = kernels.map(({ name }) => `  ${name}`).join("\n");
    throw new WrongOption(`--kernel ${text}: no kernel has that in its name. There are:\n${names}`);
  }
  if (texts.length === 0) return kernels;
  return kernels.filter(({ name }) => texts.some((text) => name.includes(text)));
}

/**
 * @param {string} option
 * @param {string} text
 * @param {{ least: number, most: number, isWhole: boolean }} range
 */
function readNumber(option, text, { least, most, isWhole }) {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  const kind = isWhole ? "a whole number" : "a number";
  throw new WrongOption(`${option} ${text}: must be ${kind} from ${least} to ${most}.`);
}

/** @param {readonly string[]} texts */
function readBuilds(texts) {
  const builds = texts.map((text) => {
    const [, name = "", flags = ""] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (name === "")
      throw new WrongOption(`--build ${text}: must be NAME=FLAGS, such as "no slots=--slots off".`);
    return { name, flags: flags.split(" ").filter((flag) => flag !== "") };
  });
  const names = ["plain", "preallocated", ...builds.map(({ name }) => name)];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new WrongOption(`--build ${twice}=…: there is another version of that name.`);
  return builds;
}

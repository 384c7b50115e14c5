import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { packages, sampleSeed, sampleSize } from "./packages.mjs";

/** The folder that holds the measured packages, where no `--work` says another. */
const defaultWork = process.env.AUTOFREE_PRECISION_DIR ?? path.join(tmpdir(), "ts-autofree-precision");

/**
 * @param {string[]} args
 */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      work: { type: "string", default: defaultWork },
      seed: { type: "string", default: String(sampleSeed) },
      count: { type: "string", default: String(sampleSize) },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !packages.some((each) => each.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `No measured package is named ${unknown}: ${packages.map(({ name }) => name).join(", ")}.`,
    );
  }
  return {
    work: path.resolve(values.work),
    seed: Number(values.seed),
    count: Number(values.count),
    json: values.json,
    write: values.write,
    packages: packages.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
  };
}

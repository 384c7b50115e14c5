/**
 * Runs the fuzzer of edits on every mutant: `npm run fuzz:incremental:mutants -- [--sequences N] [--seed S] [name ...]`. Exit
 * code 1 if one survives.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { readFlags } from "../../scripts/read-flags.mjs";
import { mutants } from "./mutants.mjs";

const { values, positionals } = readFlags(
  "Usage: npm run fuzz:incremental:mutants -- [--sequences N] [--seed S] [name ...]",
  {
    allowPositionals: true,
    options: { sequences: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
  },
);
const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
let survivors = 0;
for (const { name } of chosen) {
  const script = path.join(import.meta.dirname, "main.mjs");
  const limits = ["--sequences", values.sequences, "--seed", values.seed, "--until-found"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--mutant", name, ...limits], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const sequences = /^sequences +(\d+)/m.exec(stdout)?.[1];
  if (sequences === undefined) throw new Error(`${name} did not run:\n${stdout}${stderr}`);
  if (status === 0) survivors++;
  const first = /^seed .*$/m.exec(stdout)?.[0] ?? "";
  console.log(
    `${name.padEnd(32)} ${status === 0 ? "SURVIVED" : "caught within"} ${sequences} sequences  ${first}`,
  );
}
console.log(`${chosen.length} mutants, ${survivors} survived`);
process.exitCode = survivors > 0 ? 1 : 0;

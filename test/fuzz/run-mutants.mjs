/**
 * Runs the fuzzer on every mutant: `npm run fuzz:mutants -- [--programs N] [--seed S] [--size SIZE] [--elided-only] [name ...]`. Exit code 1 if one survives.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { readFlags } from "../../scripts/read-flags.mjs";
import { mutants } from "./mutants.mjs";

const { values, positionals } = readFlags(
  "Usage: npm run fuzz:mutants -- [--programs N] [--seed S] [--size SIZE] [--elided-only] [name ...]",
  {
    allowPositionals: true,
    options: {
      programs: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
      size: { type: "string", default: "large" },
      "elided-only": { type: "boolean", default: false },
    },
  },
);
const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
let survivors = 0;
for (const { name, invariant } of chosen) {
  const script = path.join(import.meta.dirname, "main.mjs");
  const { programs: count, seed, size } = values;
  const limits = ["--programs", count, "--seed", seed, "--size", size, "--until-found", "--reduce", "0"];
  if (values["elided-only"]) limits.push("--elided-only");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--mutant", name, ...limits], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const programs = /^programs (\d+)/m.exec(stdout)?.[1];
  if (programs === undefined) throw new Error(`${name} did not run:\n${stdout}${stderr}`);
  const first = /^seed .*$/m.exec(stdout)?.[0] ?? "";
  if (status === 0) survivors++;
  console.log(
    `${invariant} ${name.padEnd(26)} ${status === 0 ? "SURVIVED" : "caught within"} ${programs} programs  ${first.slice(0, 120)}`,
  );
}
console.log(`${chosen.length} mutants, ${survivors} survived`);
process.exitCode = survivors > 0 ? 1 : 0;

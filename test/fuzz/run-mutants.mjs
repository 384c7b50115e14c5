/**
 * Runs the fuzzer on every mutant: `npm run fuzz:mutants -- [--programs N] [--seed S] [--size SIZE] [name ...]`. Exit code 1 if one survives.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { mutants } from "./mutants.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    programs: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    size: { type: "string", default: "large" },
  },
});
const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
let survivors = 0;
for (const { name, invariant } of chosen) {
  const script = path.join(import.meta.dirname, "main.mjs");
  const { programs: most, seed, size } = values;
  const limits = ["--programs", most, "--seed", seed, "--size", size, "--until-found", "--reduce", "0"];
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

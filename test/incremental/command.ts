/** The command line of the edit-sequence fuzzer. */
import { parseArgs } from "node:util";
import { Compilers } from "./compilers.js";
import { hunt, type Mismatch, type Totals } from "./hunt.js";

const usage = `Usage: npm run fuzz:incremental -- [options]
  --sequences N    how many sequences of edits (default 50)
  --seed S         the first one's seed (default 1)
  --steps N        builds in a sequence (default 8)
  --time SECONDS   begin no sequence after so long
  --way NAME       only this way of building, as "tspc watch"; may be given again
  --until-found    stop at the first mismatch
  --mutant NAME    break what keeps output up to date; see test/incremental/mutants.mjs`;

/**
 * Runs it; returns the exit code.
 *
 * @param dist the built package to test
 */
export async function runCommand(argv: readonly string[], dist: string): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      sequences: { type: "string", default: "50" },
      seed: { type: "string", default: "1" },
      steps: { type: "string", default: "8" },
      time: { type: "string", default: "1000000" },
      way: { type: "string", multiple: true },
      "until-found": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const started = Date.now();
  let told = 0;
  const totals = hunt({
    compilers: await Compilers.load(dist),
    sequences: Number(values.sequences),
    seed: Number(values.seed),
    steps: Number(values.steps),
    untilFound: values["until-found"],
    time: Number(values.time) * 1000,
    ...(values.way && { ways: values.way }),
    onSequence: (so) => {
      for (; told < so.mismatches.length; told++) tell(so.mismatches[told] as Mismatch);
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      if (so.sequences % 10 === 0)
        console.error(`${so.sequences} sequences, ${so.steps} steps, ${seconds} s`);
    },
  });
  console.log(summaryOf(totals));
  return totals.mismatches.length > 0 ? 1 : 0;
}

function tell({ seed, step, way, edits, file, expected, found }: Mismatch): void {
  console.log(`seed ${seed}: ${way}: ${file} is stale after ${edits.join(", ")} (step ${step})`);
  console.log(`----- a full build -----\n${expected ?? "(none)"}\n----- found -----\n${found ?? "(none)"}`);
}

function summaryOf({ sequences, steps, builds, reaching, frees, edits, mismatches }: Totals): string {
  const kinds = [...edits].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  return [
    `sequences  ${sequences}`,
    `steps      ${steps}, ${reaching} of them changed the output of a file that was not edited`,
    `builds     ${builds}`,
    `frees      ${frees} in full builds`,
    `edits      ${kinds.join(", ")}`,
    `mismatches ${mismatches.length}`,
  ].join("\n");
}

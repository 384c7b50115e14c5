/** The fuzzer's command line. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { comparePrograms } from "./compare.js";
import type { Output, Sources } from "./compile.js";
import { generateProgram, type ProgramSize, programSizes } from "./generate.js";
import { reduceProgram } from "./reduce.js";
import { type Finding, hunt, summaryOf, type Totals } from "./run.js";

const usage = `Usage: npm run fuzz -- [options]
  --programs N     how many programs (default 1000)
  --seed S         the first program's seed (default 1)
  --size SIZE      large programs (default), or small ones, which are quicker; fills or scalars: only functions that fill buffers, or of small ones
  --time SECONDS   stop after so long
  --skip REGEXP    leave out programs whose text it matches: a known failure hides others
  --self-check     look for type errors in the generated programs too
  --elided-only    compare only the variant without needless zeros: quicker, where it is about those
  --until-found    stop at the first mismatch
  --mutant NAME    break the transformer on purpose; see test/fuzz/mutants.mjs
  --reduce N       how many failing programs to shrink (default 3)
  --print S        print the program of a seed, and stop
  --check FILE     compare the variants of a file of yours instead`;

/** Returns the exit code. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      programs: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      size: { type: "string", default: "large" },
      time: { type: "string", default: "1000000" },
      reduce: { type: "string", default: "3" },
      "self-check": { type: "boolean", default: false },
      "elided-only": { type: "boolean", default: false },
      "until-found": { type: "boolean", default: false },
      skip: { type: "string" },
      print: { type: "string" },
      check: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(usage, 0);
  const size = values.size as ProgramSize;
  if (!programSizes.includes(size)) return say(`--size takes ${programSizes.join(", ")}\n\n${usage}`, 2);
  if (values.print !== undefined) return say(format(generateProgram(Number(values.print), size)), 0);
  if (values.check !== undefined) return check(values.check);
  // Programs leave promises behind that reject.
  process.on("unhandledRejection", () => {});
  const started = Date.now();
  let told = 0;
  let mistakes = 0;
  const totals = await hunt({
    programs: Number(values.programs),
    seed: Number(values.seed),
    size,
    time: Number(values.time) * 1000,
    typeCheck: values["self-check"],
    variants: values["elided-only"] ? "elided" : "all",
    untilFound: values["until-found"],
    skip: values.skip === undefined ? null : new RegExp(values.skip),
    batch: 50,
    onBatch: (so) => {
      showProgress(so, started);
      for (; mistakes < so.invalid.length; mistakes++) tell(so.invalid[mistakes] as Finding);
      for (; told < so.findings.length; told++) tell(so.findings[told] as Finding);
    },
  });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  for (const finding of totals.findings.slice(0, Number(values.reduce))) await report(finding);
  return say(summaryOf(totals), totals.findings.length > 0 ? 1 : 0);
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

function tell({ seed, problem }: Finding): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  say(`seed ${seed}: ${problem.kind}: ${problem.message.split("\n")[0]}`, 1);
}

function showProgress({ programs, freeing, findings }: Totals, started: number): void {
  const isTerminal = process.stderr.isTTY;
  if (!isTerminal && programs % 250 !== 0) return;
  const rate = (programs / ((Date.now() - started) / 1000)).toFixed(0);
  const text = `${programs} programs, ${rate} a second, ${freeing} with frees, ${findings.length} mismatches`;
  process.stderr.write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
}

async function report({ seed, sources, problem }: Finding): Promise<void> {
  const reduced = await reduceProgram(sources, problem.kind);
  const [verdict] = await comparePrograms([reduced], { typeCheck: false });
  say(`\n===== seed ${seed}: ${problem.kind}, shrunk =====`, 1);
  say(format(reduced), 1);
  if (verdict?.compiled) say(`----- freed output -----\n${formatOutput(verdict.compiled.freed)}`, 1);
  say(verdict?.problem?.message ?? "(no longer fails)", 1);
}

async function check(file: string): Promise<number> {
  const [verdict] = await comparePrograms([{ "main.ts": readFileSync(file, "utf8") }], { typeCheck: true });
  if (!verdict) return 1;
  if (verdict.compiled) say(formatOutput(verdict.compiled.freed), 0);
  const { problem, executedFrees } = verdict;
  return say(problem ? `${problem.kind}: ${problem.message}` : `ok, ${executedFrees} frees`, problem ? 1 : 0);
}

function format(sources: Sources): string {
  return Object.entries(sources)
    .map(([name, text]) => `// ----- ${name} -----\n${text}`)
    .join("\n");
}

function formatOutput(output: Output): string {
  return [...output].map(([name, text]) => `// ----- ${name}.js -----\n${text}`).join("\n");
}

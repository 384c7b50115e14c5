/**
 * Measures what freeing changes in real packages, without a change to their sources: compiled by tsc, and by us.
 *
 *     npm run bench:real -- [--work DIR] [--node PATH ...] [--rounds N] [--seconds S] [--only TEXT] [--svg FILE]
 *
 * Versions take turns, each run in a process of its own; the table has the least CPU time of the rounds, and of that run the rest. "Least ms" is
 * the one iteration of all rounds that took least: nothing was collected in it, and other work on the machine disturbed it least.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { readFlags } from "../../scripts/read-flags.mjs";
import { drawChart } from "./chart.mjs";
import { compilePackages, packages } from "./packages.mjs";
import { workloads } from "./workloads.mjs";

const { values } = readFlags(
  "Usage: npm run bench:real -- [--work DIR] [--node PATH]... [--rounds N] [--seconds S] [--only NAME] [--svg FILE]",
  {
    options: {
      work: { type: "string", default: path.resolve(import.meta.dirname, "../../out/real") },
      node: { type: "string", multiple: true, default: [process.execPath] },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "2" },
      only: { type: "string", default: "" },
      svg: { type: "string" },
    },
  },
);
const work = path.resolve(values.work);
const progress = (/** @type {string} */ message) => void (process.stderr.isTTY && console.error(message));

const wanted = Object.keys(workloads).filter((name) => name.includes(values.only));
if (wanted.length === 0) {
  console.error(`--only ${values.only}: no workload has that in its name. There are:`);
  for (const name of Object.keys(workloads)) console.error(`  ${name}`);
  process.exit(2);
}
const chosen = packages.filter(({ name }) => wanted.some((workload) => workloads[workload].in === name));
const compiled = compilePackages(work, chosen, progress);
console.log("| package | sites | freed | in part |\n| --- | ---: | ---: | ---: |");
for (const { name, sites, freed, partial } of compiled)
  console.log(`| ${name} | ${sites} | ${freed} | ${partial} |`);
const names = wanted.filter((name) => compiled.some((each) => each.name === workloads[name].in));
if (names.length === 0) {
  console.error("nothing is left to measure");
  process.exit(1);
}

console.log("\nBytes in array buffers, an iteration in the steady state:\n");
console.log(
  "| workload | plain MB | freed MB | ratio | buffers, plain | freed |\n| --- | ---: | ---: | ---: | ---: | ---: |",
);
const sums = { plain: 0, freed: 0 };
for (const workload of names) {
  const [plain, freed, zeroed] = ["plain", "freed", "zeroed"].map((version) =>
    child(values.node[0], [], { version, workload, counts: true, seconds: 0, liveObjects: 0 }),
  );
  if (plain.result !== freed.result || plain.result !== zeroed.result)
    throw new Error(`${workload}: results differ`);
  sums.plain += plain.bytes;
  sums.freed += freed.bytes;
  const row = [mega(plain.bytes), mega(freed.bytes), (freed.bytes / plain.bytes).toFixed(2)];
  console.log(
    `| ${workload} | ${[...row, Math.round(plain.buffers), Math.round(freed.buffers)].join(" | ")} |`,
  );
}
console.log(
  `| all | ${mega(sums.plain)} | ${mega(sums.freed)} | ${(sums.freed / sums.plain).toFixed(2)} | | |`,
);

/** @type {{ node: string, heap: string, workload: string, ratio: number }[]} */
const bars = [];
for (const node of values.node) {
  const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  // Node 22 and 24 know it; 20 keeps the new space small anyway.
  const smallNewSpace = knows(node, "--scavenger-max-new-space-capacity-mb=8");
  for (const liveObjects of [0, 2_000_000]) {
    const heap = liveObjects === 0 ? "empty heap" : "200 MB live heap";
    console.log(`\nNode ${version.slice(1)}, ${heap}:\n`);
    console.log(
      "| workload | | CPU ms | ratio | ms | least ms | ratio | young, full collections | pauses ms | page faults | peak RSS MB |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    );
    for (const workload of names)
      bars.push({
        node: version,
        heap,
        workload,
        ratio: measure(node, smallNewSpace, { workload, liveObjects }),
      });
  }
}
if (values.svg) writeFileSync(values.svg, drawChart(bars));

/**
 * @param {string} node
 * @param {string | null} smallNewSpace the flag that limits it
 * @param {{ workload: string, liveObjects: number }} what
 */
function measure(node, smallNewSpace, { workload, liveObjects }) {
  /** @type {[string, string, string[]][]} */
  const ways = [
    ["plain", "plain", []],
    ["freed", "freed", []],
    ["freed, zeroed", "zeroed", []],
  ];
  if (smallNewSpace !== null) ways.push(["plain, small new space", "plain", [smallNewSpace]]);
  /** @type {Map<string, any>} */
  const best = new Map();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, version, flags] of ways) {
      const run = child(node, flags, {
        version,
        workload,
        counts: false,
        seconds: Number(values.seconds),
        liveObjects,
      });
      const before = best.get(name);
      const leastMs = Math.min(run.leastMs, before?.leastMs ?? run.leastMs);
      best.set(name, { ...(before && before.cpuMs <= run.cpuMs ? before : run), leastMs });
    }
  }
  const base = best.get("plain");
  for (const [name, run] of best) {
    const cells = [
      run.cpuMs.toFixed(2),
      (run.cpuMs / base.cpuMs).toFixed(2),
      run.ms.toFixed(2),
      run.leastMs.toFixed(2),
      (run.leastMs / base.leastMs).toFixed(2),
      `${run.minor.toFixed(2)}, ${run.major.toFixed(2)}`,
      run.pauseMs.toFixed(2),
      Math.round(run.pageFaults),
      Math.round(run.peakRss / 1e6),
    ];
    console.log(`| ${name === "plain" ? workload : ""} | ${name} | ${cells.join(" | ")} |`);
  }
  return best.get("freed").cpuMs / base.cpuMs;
}

/** @param {string} node @param {string} flag @returns {string | null} the flag, if this Node has it */
function knows(node, flag) {
  return spawnSync(node, [flag, "--eval", "0"]).status === 0 ? flag : null;
}

/** @param {number} bytes */
function mega(bytes) {
  return (bytes / 1e6).toFixed(2);
}

/**
 * @param {string} node
 * @param {readonly string[]} flags
 * @param {Omit<import("./workloads.mjs").Request, "work">} request
 */
function child(node, flags, request) {
  const args = [
    ...flags,
    "--expose-gc",
    path.join(import.meta.dirname, "workloads.mjs"),
    JSON.stringify({ ...request, work }),
  ];
  progress(`${request.workload}, ${request.version}${request.counts ? ", counting" : ""}`);
  const run = spawnSync(node, args, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${request.workload} (${request.version}) failed:\n${run.stderr}`);
  return JSON.parse(run.stdout);
}

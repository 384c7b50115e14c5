/**
 * Runs the own tests of open packages four times: on their sources, on freed output, on freed output with a runtime that
 * overwrites at once what is freed, and hands it out again at the first chance, and on checked output.
 *
 * `npm run suites -- --work DIR [name ...]`, where `DIR/<name>` is a checkout with its dependencies installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readFlags } from "../read-flags.mjs";
import { placeRuntime, readCounts } from "./place-runtime.mjs";
import { suites } from "./suites.mjs";

const { values, positionals } = readFlags("Usage: npm run suites -- --work DIR [name ...]", {
  allowPositionals: true,
  options: {
    work: { type: "string" },
    free: { type: "string" },
    checked: { type: "boolean", default: false },
  },
});

if (values.free !== undefined) {
  // In a process of its own: large programs need a larger stack.
  const { freeSources } = await import("./free-sources.mjs");
  const suite = suites.find(({ name }) => name === positionals[0]);
  if (suite)
    console.log(JSON.stringify(freeSources(suite, path.resolve(values.free), { checked: values.checked })));
} else main();

function main() {
  const unknown = positionals.find((name) => !suites.some((each) => each.name === name));
  if (values.work === undefined || unknown !== undefined) {
    const names = suites.map(({ name }) => name).join(", ");
    console.error(
      `Usage: npm run suites -- --work DIR [name ...], with a checkout in DIR/<name> (${names}).`,
    );
    process.exitCode = 1;
    return;
  }
  const work = path.resolve(values.work);
  const chosen = suites.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const failed = chosen.map((suite) => runSuite(suite, path.join(work, suite.name))).some((ok) => !ok);
  if (failed) process.exitCode = 1;
}

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} root
 * @returns {boolean} whether all runs ended as the first one did
 */
function runSuite(suite, root) {
  if (!existsSync(path.join(root, "node_modules"))) {
    console.log(
      `${suite.name}: skipped. Check out ${suite.url} at ${suite.commit} in ${root}; npm install there.`,
    );
    return true;
  }
  const runtime = path.join(root, "node_modules", "ts-autofree");
  restore(suite, root);
  const plain = runTests(suite, root);
  const freed = free(suite, root, []);
  placeRuntime(runtime, "counting");
  const release = runTests(suite, root);
  const counts = readCounts(runtime);
  placeRuntime(runtime, "poison");
  const poisoned = runTests(suite, root);
  restore(suite, root);
  const { files } = free(suite, root, ["--checked"]);
  placeRuntime(runtime, "release");
  const checked = runTests(suite, root);
  restore(suite, root);
  console.log(`${suite.name}: ${freed.frees} frees in ${freed.files} files; ${files} files instrumented`);
  console.log(`  executed: ${counts.freed} buffers freed, ${counts.recycled} of them handed out again`);
  for (const [kind, run] of Object.entries({ plain, freed: release, poisoned, checked }))
    console.log(`  ${kind.padEnd(9)} ${run.status === 0 ? "passed" : "FAILED"}  ${run.summary}`);
  const others = [release, poisoned, checked].filter(({ summary }) => summary !== plain.summary);
  const told = [release, poisoned, checked].filter(({ output }) =>
    /BufferMistake|ts-autofree: /.test(output),
  );
  for (const { output } of new Set([...others, ...told])) console.log(output.slice(-4000));
  return others.length + told.length === 0;
}

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} root
 */
function restore({ sources }, root) {
  const run = spawnSync("git", ["checkout", "--quiet", "--", ...sources], { cwd: root, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`the sources in ${root} can't be restored: ${run.stderr}`);
}

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} root
 * @param {string[]} flags
 * @returns {{ files: number, frees: number }}
 */
function free({ name }, root, flags) {
  const script = fileURLToPath(import.meta.url);
  const run = spawnSync("node", ["--stack-size=4000", script, name, "--free", root, ...flags], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`${name} could not be compiled: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} root
 */
function runTests({ command }, root) {
  const run = spawnSync(command.join(" "), {
    cwd: root,
    encoding: "utf8",
    shell: true,
    env: { ...process.env, CI: "1", NO_COLOR: "1" },
    maxBuffer: 2 ** 28,
  });
  const output = run.stdout + run.stderr;
  const lines = output.split("\n").map((line) => line.trim());
  const summary = lines.filter((line) =>
    /^(?:Tests |# (?:pass|fail) |ℹ (?:pass|fail) |(?:\d+ tests? (?:passed|failed)))/.test(line),
  );
  return {
    status: run.status,
    output,
    summary:
      summary.join(", ").replace(/ in (?:\d+ min )?\d+ sec/g, "") || (lines.filter(Boolean).at(-1) ?? ""),
  };
}

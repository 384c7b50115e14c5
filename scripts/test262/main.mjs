/**
 * Runs tests of test262 on the output of tsc and on checked output: the same must pass.
 *
 *     npm run test262 -- [--dir DIR] [--only FOLDER]
 *
 * `DIR`, or the variable TEST262, is a checkout of https://github.com/tc39/test262. Without one there is nothing to run.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { readFlags } from "../read-flags.mjs";
import { compileTests } from "./compile.mjs";
import { folders, readTests } from "./tests.mjs";

const top = fileURLToPath(new URL("../../", import.meta.url));
const { values } = readFlags("Usage: npm run test262 -- --dir DIR [--only FOLDER]", {
  options: { dir: { type: "string" }, only: { type: "string" } },
});
const root = values.dir ?? process.env.TEST262;
if (root === undefined || !existsSync(path.join(root, "harness/assert.js"))) {
  console.log(
    "test262: skipped. Name a checkout of https://github.com/tc39/test262 with --dir DIR or TEST262=DIR.",
  );
} else process.exitCode = await main(root);

/** @param {string} checkout */
async function main(checkout) {
  const harness = readHarness(path.join(checkout, "harness"));
  const runtime = bundleRuntime();
  const totals = { files: 0, passed: 0, failed: 0, different: 0, frees: 0, crashes: 0 };
  for (const folder of folders.filter((each) => values.only === undefined || each.startsWith(values.only))) {
    const tests = readTests(checkout, folder);
    for (let at = 0; at < tests.length; at += 400) {
      const batch = tests.slice(at, at + 400);
      const { outputs, frees, crashes } = compileTests(batch, harness);
      const [plain, checked] = await Promise.all(
        /** @type {const} */ (["plain", "checked"]).map((kind) =>
          execute(
            batch.map(({ name, includes, isAsync, expects }, i) => ({
              id: name,
              code: outputs[i]?.[kind] ?? "",
              includes,
              isAsync,
              expects,
            })),
            { harness, runtime },
          ),
        ),
      );
      for (const { name, message } of crashes) console.log(`CRASH ${name}\n${message}`);
      totals.crashes += crashes.length;
      totals.frees += frees;
      for (const { name } of batch) {
        const [a, b] = [plain.get(name) ?? "ended the process", checked.get(name) ?? "ended the process"];
        totals.files++;
        if (a === "passed") totals.passed++;
        else totals.failed++;
        if ((a === "passed") === (b === "passed")) continue;
        totals.different++;
        console.log(`DIFFERENT ${name}\n  plain:   ${a.slice(0, 300)}\n  checked: ${b.slice(0, 300)}`);
      }
    }
    if (process.stderr.isTTY) process.stderr.write(`${folder}: ${JSON.stringify(totals)}\n`);
  }
  const { files, passed, failed, different, frees, crashes } = totals;
  console.log(
    `test262: ${files} files, ${passed} pass and ${failed} fail as compiled by tsc; ${different} differ when checked; ` +
      `${frees} frees inserted, ${crashes} crashes of the transformer`,
  );
  return different + crashes > 0 ? 1 : 0;
}

/** @param {string} folder */
function readHarness(folder) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const name of readdirSync(folder))
    if (name.endsWith(".js")) found[name] = readFileSync(path.join(folder, name), "utf8");
  return found;
}

/** The checked runtime as one module that imports nothing. */
function bundleRuntime() {
  const contents =
    'export * from "./dist/runtime/checked.js"; export { countMistakes } from "./dist/runtime/checked/mistakes.js";';
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: top },
    bundle: true,
    write: false,
    format: "esm",
  });
  return outputFiles[0]?.text ?? "";
}

/**
 * Runs jobs in child processes; one that ends early is followed by another, for what is left.
 *
 * @param {readonly { id: string, code: string }[]} jobs
 * @param {{ harness: Record<string, string>, runtime: string }} shared
 * @returns {Promise<Map<string, string>>} what became of each
 */
async function execute(jobs, shared) {
  /** @type {Map<string, string>} */
  const outcomes = new Map();
  const folder = mkdtempSync(path.join(tmpdir(), "autofree-test262-"));
  const [jobsFile, resultsFile] = ["jobs.json", "results.ndjson"].map((name) => path.join(folder, name));
  let left = [...jobs];
  while (left.length > 0) {
    writeFileSync(jobsFile, JSON.stringify({ jobs: left, ...shared }));
    writeFileSync(resultsFile, "");
    const script = path.join(import.meta.dirname, "execute.mjs");
    const flags = ["--experimental-vm-modules", "--no-warnings", "--expose-gc", "--max-old-space-size=4000"];
    await new Promise((resolve) => {
      const child = spawn(process.execPath, [...flags, script, jobsFile, resultsFile], { stdio: "ignore" });
      child.on("close", resolve);
    });
    const lines = readFileSync(resultsFile, "utf8").trim().split("\n").filter(Boolean);
    const seen = new Set();
    for (const line of lines) {
      const { started, id, outcome } = JSON.parse(line);
      seen.add(started ?? id);
      if (id !== undefined) outcomes.set(id, outcome);
    }
    if (seen.size === 0) break;
    left = left.filter(({ id }) => !seen.has(id));
  }
  rmSync(folder, { recursive: true, force: true });
  return outcomes;
}

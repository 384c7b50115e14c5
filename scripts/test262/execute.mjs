/**
 * Runs compiled tests, each in a context of its own, and writes what became of each as a line of JSON. A child process of `main.mjs`:
 *
 *     node --experimental-vm-modules --expose-gc execute.mjs jobs.json results.ndjson
 */
import { appendFileSync, readFileSync } from "node:fs";
import vm from "node:vm";

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {string} code
 * @property {string[]} includes
 * @property {boolean} isAsync
 * @property {string | null} expects
 */

const [, , jobsFile, resultsFile] = process.argv;
/** @type {{ jobs: Job[], harness: Record<string, string>, runtime: string }} */
const { jobs, harness, runtime } = JSON.parse(readFileSync(jobsFile, "utf8"));
/** @type {Map<string, vm.Script>} */
const scripts = new Map();
const limit = 10_000;

process.on("unhandledRejection", () => {});
for (const job of jobs) {
  appendFileSync(resultsFile, `${JSON.stringify({ started: job.id })}\n`);
  appendFileSync(resultsFile, `${JSON.stringify({ id: job.id, outcome: await run(job) })}\n`);
}
process.exit(0);

/** @param {string} name */
function script(name) {
  let found = scripts.get(name);
  if (!found) {
    found = new vm.Script(harness[name] ?? "", { filename: name });
    scripts.set(name, found);
  }
  return found;
}

/**
 * @param {Job} job
 * @returns {Promise<string>} `passed`, or what went wrong
 */
async function run({ code, includes, isAsync, expects }) {
  const context = makeContext();
  /** @type {Promise<string>} */
  const done = new Promise((resolve) => {
    context.print = (/** @type {unknown} */ text) => resolve(String(text));
  });
  for (const name of ["assert.js", "sta.js", ...(isAsync ? ["doneprintHandle.js"] : []), ...includes])
    script(name).runInContext(context, { timeout: limit });
  /** @type {vm.Module | undefined} */
  let watch;
  try {
    const module = new vm.SourceTextModule(code, { context, identifier: "test.js" });
    await module.link(async () => {
      watch ??= new vm.SourceTextModule(runtime, { context, identifier: "runtime.js" });
      if (watch.status === "unlinked")
        await watch.link(() => Promise.reject(new Error("the runtime imports nothing")));
      return watch;
    });
    await module.evaluate({ timeout: limit });
    if (isAsync) {
      const text = await Promise.race([done, new Promise((r) => setTimeout(r, limit, "never ended"))]);
      if (text !== "Test262:AsyncTestComplete") return String(text);
    }
  } catch (error) {
    const name = Object(error).constructor?.name ?? typeof error;
    return name === expects ? mistakes(watch) : `${name}: ${Object(error).message ?? String(error)}`;
  }
  return expects === null ? mistakes(watch) : `did not throw ${expects}`;
}

/** @param {vm.Module | undefined} watch */
function mistakes(watch) {
  if (!watch) return "passed";
  const { trim, countMistakes } = /** @type {any} */ (watch.namespace);
  trim();
  return countMistakes() === 0 ? "passed" : "mistakes found";
}

/** @returns {any} */
function makeContext() {
  const context = vm.createContext({});
  const global = vm.runInContext("globalThis", context);
  context.$262 = {
    global,
    gc: () => globalThis.gc?.(),
    detachArrayBuffer: (/** @type {ArrayBuffer} */ buffer) => structuredClone(0, { transfer: [buffer] }),
    evalScript: (/** @type {string} */ text) => vm.runInContext(text, context),
    createRealm: () => makeContext().$262,
  };
  context.structuredClone = structuredClone;
  return context;
}

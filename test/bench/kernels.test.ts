/** The kernels of `npm run bench:kernels` return the same in every version. No time is measured. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const kernels = [
  "biquad filter over frames",
  "FFT per frame",
  "convolution of rows",
  "products of 4 × 4 matrices",
  "k-means distances",
  "run-length packer",
  "vectors of 3 elements",
  "Base64 and UTF-8",
  "sliding windows",
  "histogram per tile",
];

/** Compiles and runs them in one process: as modules of Node they find `ts-autofree/runtime`. */
const script = `
import { byTsc, compileKernels, versionOf } from "./bench/kernels/compile.mjs";
import { resultsOf } from "./bench/kernels/run.mjs";
const builds = [{ name: "freed", flags: ["--verify"] }, { name: "zeroed", flags: ["--elide-zero-fill", "off"] }];
const versions = [...byTsc, ...builds.map(versionOf)];
const sites = compileKernels(process.env.KERNELS, versions);
const results = {};
for (const { name, folder } of versions) results[name] = await resultsOf(process.env.KERNELS + "/" + folder + "/out");
const freed = sites.get("freed").filter(({ verdict }) => verdict === "freed").length;
console.log(JSON.stringify({ results, freed }));
`;

let folder = "";
let outcome: { results: Record<string, Record<string, string[]>>; freed: number };

beforeAll(() => {
  mkdirSync(path.join(root, "out"), { recursive: true });
  folder = mkdtempSync(path.join(root, "out/test-kernels-"));
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, KERNELS: folder },
  });
  expect(run.stderr).toBe("");
  outcome = JSON.parse(run.stdout);
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("kernels", () => {
  it("are those that are listed", () => {
    expect(Object.keys(outcome.results.preallocated ?? {})).toEqual(kernels);
    expect(outcome.freed).toBeGreaterThan(40);
  });

  it.each(kernels)("%s", (kernel) => {
    const expected = outcome.results.preallocated?.[kernel];
    expect(expected?.[1]).toBe(expected?.[0]);
    for (const [version, results] of Object.entries(outcome.results))
      expect(results[kernel], version).toEqual(expected);
  });
});

/**
 * A temporary buffer by every way there is: `npm run bench`.
 *
 *     node bench/compare/main.mjs [--node PATH]... [--quick] [--markdown]
 *
 * One table for each Node and live heap: a row a size, a column a way. Times are ratios to a buffer that was allocated once by
 * hand; with them the collections, and the peak of memory as a ratio.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = path.join(root, "out/bench");
const usage = "Usage: npm run bench -- [--node PATH]... [--quick] [--rounds N]";

function options() {
  try {
    const { values } = parseArgs({
      options: {
        node: { type: "string", multiple: true, default: [process.execPath] },
        quick: { type: "boolean", default: false },
        rounds: { type: "string", default: "3" },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n${usage}`);
    process.exit(2);
  }
}

/** The kernel, compiled plain and with frees. */
function compileKernel() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, "src"), { recursive: true });
  copyFileSync(path.join(root, "bench/compare/kernel.ts"), path.join(folder, "src/kernel.ts"));
  const compilerOptions = { target: "es2022", module: "nodenext", strict: true, types: [], rootDir: "src" };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  for (const [version, compiler] of [
    ["plain", "node_modules/typescript/lib/tsc.js"],
    ["freed", "dist/cli/main.js"],
  ]) {
    const args = [path.join(root, compiler), "-p", folder, "--outDir", path.join(folder, version)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
  }
}

/** @type {[title: string, way: string, flags: string[]][]} */
const ways = [
  ["by hand", "by hand", []],
  ["new", "plain", []],
  ["new, small new space", "plain", ["--scavenger-max-new-space-capacity-mb=8"]],
  ["ts-autofree", "freed", []],
  ["in a function", "calls", []],
  ["runtime by hand", "uninitialized", []],
  ["typedarray-pool", "typedarray-pool", []],
  ["@thi.ng/malloc", "thi.ng", []],
];

/** @typedef {{ ns: number, minor: number, major: number, peakMb: number }} Result */

/**
 * @param {string} node
 * @param {string[]} flags
 * @param {object} request
 * @returns {Result | null} null where this Node doesn't know the flag
 */
function measure(node, flags, request) {
  const args = [...flags, path.join(root, "bench/compare/ways.mjs"), JSON.stringify({ ...request, folder })];
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8", cwd: root });
  if (status === 9 || /bad option/.test(stderr)) return null;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** @param {Result} a @param {Result} b */
const least = (a, b) => ({ ...a, ns: Math.min(a.ns, b.ns), peakMb: Math.min(a.peakMb, b.peakMb) });

const { node: nodes, quick, rounds, help } = options();
if (help) {
  console.log(usage);
  process.exit(0);
}
compileKernel();
const sizes = quick
  ? [16, 1024, 1 << 17]
  : [4, 16, 32, 64, 128, 512, 2048, 8192, 1 << 15, 1 << 17, 1 << 19, 1 << 21];
for (const node of nodes) {
  const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  for (const live of quick ? [0] : [0, 2_000_000]) {
    console.log(`\nNode ${version}, ${live === 0 ? "empty heap" : "200 MB live heap"}`);
    console.log(
      "time of an iteration, as a ratio to by hand; collections, young and full; peak of memory as a ratio\n",
    );
    console.log(
      `| bytes | by hand, ns | ${ways
        .slice(1)
        .map(([title]) => title)
        .join(" | ")} |`,
    );
    console.log(`| ---: | ---: |${" ---: |".repeat(ways.length - 1)}`);
    for (const n of sizes) {
      const times = Math.max(10, Math.min(300_000, Math.round(2e7 / n)));
      /** @type {(Result | null)[]} */
      let results = ways.map(() => null);
      for (let round = 0; round < Number(rounds); round++) {
        results = ways.map(([, way, flags], i) => {
          const result = measure(node, flags, { way, n, times, live });
          const before = results[i];
          return result && before ? least(result, before) : result;
        });
      }
      const base = /** @type {Result} */ (results[0]);
      const cells = results.slice(1).map((each) => {
        if (!each) return "–";
        const { ns, minor, major, peakMb } = each;
        const collections = minor + major > 0 ? ` (${minor}, ${major})` : "";
        return `${(ns / base.ns).toFixed(2)}${collections} ${(peakMb / base.peakMb).toFixed(2)}`;
      });
      console.log(`| ${n * 8} | ${base.ns.toFixed(0)} | ${cells.join(" | ")} |`);
    }
  }
}

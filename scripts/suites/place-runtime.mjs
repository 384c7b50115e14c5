/** Puts a runtime where compiled code looks for it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const top = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param {string} folder the package's place, `…/node_modules/ts-autofree`
 * @param {"release" | "poison" | "counting"} kind this package; or a runtime that overwrites at once what is freed, and hands it out
 * again at the first chance; or this package's release runtime, which also writes down how often it freed (`readCounts`)
 */
export function placeRuntime(folder, kind) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  if (kind === "release") return symlinkSync(top, folder);
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, "runtime.js"),
    kind === "poison" ? poisonRuntime() : countingRuntime(folder),
  );
  const manifest = {
    name: "ts-autofree",
    version: "0.0.0",
    type: "module",
    exports: { "./runtime": "./runtime.js" },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
}

function poisonRuntime() {
  const source = readFileSync(path.join(top, "test/fixtures/poison-runtime.ts"), "utf8");
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

/**
 * Test runners end their workers in their own ways, so the counts are written every now and then, and at an exit.
 *
 * @param {string} folder
 */
function countingRuntime(folder) {
  const counts = path.join(folder, "counts");
  mkdirSync(counts);
  return `
import { writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { stats } from ${JSON.stringify(pathToFileURL(path.join(top, "dist/runtime/index.js")).href)};
export * from ${JSON.stringify(pathToFileURL(path.join(top, "dist/runtime/index.js")).href)};
const file = ${JSON.stringify(counts)} + \`/\${process.pid}-\${threadId}-\${process.hrtime.bigint()}.json\`;
let written = 0;
const write = () => {
  const { freed, recycled } = stats();
  if (freed !== written) writeFileSync(file, JSON.stringify({ freed: (written = freed), recycled }));
};
setInterval(write, 50).unref();
process.on("exit", write);
`;
}

/**
 * What all processes with the counting runtime in a folder have freed, and of this handed out again. Buffers of 64 bytes or less, and
 * what waits in a slot at the end, are not among it.
 *
 * @param {string} folder the package's place
 * @returns {{ freed: number, recycled: number }}
 */
export function readCounts(folder) {
  const counts = path.join(folder, "counts");
  const all = readdirSync(counts).map((name) => JSON.parse(readFileSync(path.join(counts, name), "utf8")));
  return all.reduce(
    (sum, each) => ({ freed: sum.freed + each.freed, recycled: sum.recycled + each.recycled }),
    {
      freed: 0,
      recycled: 0,
    },
  );
}

/**
 * Runs the specs of TensorFlow.js' core on its cpu backend: as tsc compiles them, freed, freed on a runtime that overwrites
 * what is freed, and checked.
 *
 * `npm run suites:tfjs -- --work DIR`, where `DIR/tfjs` has `tfjs-core`, `tfjs-backend-cpu` (https://github.com/tensorflow/tfjs at
 * 0fc04d958), and a package.json of its own with what `packages` below lists.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import ts from "typescript";
import { defaultOptions } from "../../dist/transformer/options.js";
import { runPipeline } from "../../dist/transformer/pipeline.js";
import { bindTypeScript } from "../../dist/transformer/typescript.js";
import { readFlags } from "../read-flags.mjs";
import { placeRuntime, readCounts } from "./place-runtime.mjs";

const packages = [
  "jasmine@4.2.1",
  "jasmine-core@4.2.0",
  "@types/jasmine@4.0.3",
  "@types/node@18",
  "@types/node-fetch@2.1.2",
  "seedrandom@3.0.5",
  "@types/seedrandom@2.4.28",
  "long@4.0.0",
  "@types/long@4.0.1",
  "node-fetch@2.6",
  "@types/offscreencanvas@2019.7.0",
  "@webgpu/types@0.1.38",
];

const folders = ["tfjs-core", "tfjs-backend-cpu"];

/** Outputs of one compilation, and what it takes to make them. */
const variants = /** @type {const} */ ([
  { name: "plain", runtime: null, compiled: "plain" },
  { name: "freed", runtime: "counting", compiled: "freed" },
  { name: "poisoned", runtime: "poison", compiled: "freed" },
  { name: "checked", runtime: "release", compiled: "checked" },
]);

/** What `run_tests.ts` of the backend does, with the files that its build collects. */
const runner = `
require('./tfjs-backend-cpu/src/index');
require('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops');
require('@tensorflow/tfjs-core/dist/register_all_gradients');
const { setTestEnvs, setupTestFilters } = require('@tensorflow/tfjs-core/dist/jasmine_util');
const Jasmine = require('jasmine');
setTestEnvs([{ name: 'cpu', backendName: 'cpu', isDataSync: true }]);
const runner = new Jasmine();
runner.loadConfig({ spec_files: ['tfjs-backend-cpu/src/**/*_test.js', 'tfjs-core/src/**/*_test.js', '!**/{setup,worker,worker_node}_test.js'], random: false });
setupTestFilters([], (name) => !name.includes('computation in worker'));
runner.execute();
`;

const { values } = readFlags("Usage: npm run suites:tfjs -- --work DIR", {
  options: { work: { type: "string" }, compile: { type: "string" } },
});
if (values.work === undefined) {
  console.error("Usage: npm run suites:tfjs -- --work DIR, with a checkout in DIR/tfjs.");
  process.exitCode = 1;
} else if (values.compile !== undefined) {
  console.log(JSON.stringify(compile(path.resolve(values.work, "tfjs"), values.compile)));
} else main(path.resolve(values.work, "tfjs"));

/** @param {string} root */
function main(root) {
  if (!existsSync(path.join(root, "node_modules/jasmine"))) {
    console.log(`tfjs: skipped. Check it out in ${root}; there: npm install ${packages.join(" ")}`);
    return;
  }
  let expected = "";
  for (const { name, runtime, compiled } of variants) {
    if (name !== "poisoned") console.log(`tfjs ${compiled}: ${compileApart(root, compiled)}`);
    const output = path.join(root, "out", compiled);
    const place = path.join(output, "node_modules/ts-autofree");
    if (runtime) placeRuntime(place, runtime);
    const run = spawnSync("node", ["run.js"], { cwd: output, encoding: "utf8", maxBuffer: 2 ** 28 });
    const seen = stripVTControlCharacters(run.stdout);
    const summary = /^\d+ specs?, .*$/m.exec(seen)?.[0] ?? "did not run";
    expected ||= summary;
    console.log(`  ${name.padEnd(9)} ${summary}`);
    if (runtime === "counting") {
      const { freed, recycled } = readCounts(place);
      console.log(`  executed: ${freed} buffers freed, ${recycled} of them handed out again`);
    }
    const mistakes = /BufferMistake|ts-autofree: /.test(seen + run.stderr);
    if (summary === expected && !mistakes) continue;
    process.exitCode = 1;
    console.log(seen.slice(-6000), run.stderr.slice(-3000));
  }
}

/**
 * In a process of its own, with a larger stack.
 *
 * @param {string} root
 * @param {string} kind
 */
function compileApart(root, kind) {
  const args = ["--stack-size=4000", "--max-old-space-size=8000", fileURLToPath(import.meta.url)];
  const run = spawnSync("node", [...args, "--work", path.dirname(root), "--compile", kind], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`tfjs could not be compiled: ${run.stderr}`);
  const { files, sites, freed, frees } = JSON.parse(run.stdout);
  return kind === "plain"
    ? `${files} files`
    : `${files} files, ${freed} of ${sites} sites freed by ${frees} frees`;
}

/**
 * @param {string} root
 * @param {string} kind `plain`, `freed` or `checked`
 */
function compile(root, kind) {
  bindTypeScript(ts);
  const output = path.join(root, "out", kind);
  rmSync(output, { recursive: true, force: true });
  const program = ts.createProgram({
    rootNames: folders.flatMap((folder) => [...sources(path.join(root, folder, "src"))]),
    options: {
      target: ts.ScriptTarget.ES2019,
      lib: ["lib.es2019.d.ts", "lib.dom.d.ts", "lib.es2022.error.d.ts"],
      module: ts.ModuleKind.CommonJS,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: ["jasmine", "node", "offscreencanvas", "@webgpu/types"],
      paths: {
        "@tensorflow/tfjs-core": [path.join(root, "tfjs-core/src/index.ts")],
        "@tensorflow/tfjs-core/dist/*": [path.join(root, "tfjs-core/src/*")],
      },
      rootDir: root,
      outDir: output,
      skipLibCheck: true,
      resolveJsonModule: true,
      // As a library, which others extend.
      declaration: true,
    },
  });
  const result = runPipeline({ program, root, options: { ...defaultOptions, checked: kind === "checked" } });
  /** @type {ts.TransformerFactory<ts.SourceFile>} */
  const transform = (context) => (file) => result.transformSourceFile(context, file);
  let files = 0;
  program.emit(
    undefined,
    (name, text) => {
      if (!name.endsWith(".js")) return;
      mkdirSync(path.dirname(name), { recursive: true });
      writeFileSync(name, text);
      files++;
    },
    undefined,
    false,
    kind === "plain" ? {} : { before: [transform] },
  );
  writeFileSync(path.join(output, "run.js"), runner);
  for (const name of folders) {
    const place = path.join(output, "node_modules/@tensorflow", name);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, "package.json"), JSON.stringify({ name, main: "dist/index.js" }));
    symlinkSync(path.join(output, name, "src"), path.join(place, "dist"));
  }
  const freed = result.report.sites.filter(({ verdict }) => verdict !== "kept");
  const frees = result.report.frees.length;
  return { files, sites: result.report.sites.length, freed: freed.length, frees };
}

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(full);
    else if (entry.name.endsWith(".ts")) yield full;
  }
}

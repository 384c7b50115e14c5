/** Compiles a package's sources with frees, and puts the JavaScript in the place of the TypeScript that it was made from. */
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { defaultOptions } from "../../dist/transformer/options.js";
import { runPipeline } from "../../dist/transformer/pipeline.js";
import { bindTypeScript } from "../../dist/transformer/typescript.js";

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} root the checkout
 * @param {{ checked: boolean }} options for the checked runtime, with its instrumentation
 * @returns {{ files: number, frees: number }} what was rewritten
 */
export function freeSources(suite, root, { checked }) {
  bindTypeScript(ts);
  const program = openProgram(suite, root);
  const options = { ...defaultOptions, checked };
  const result = runPipeline({ program, ts, options, root });
  const changed = new Set();
  let frees = 0;
  for (const site of result.report.sites) {
    if (site.verdict === "kept") continue;
    frees += site.frees.length;
    changed.add(path.resolve(root, site.file));
    for (const each of site.frees) if (each.file) changed.add(path.resolve(root, each.file));
  }
  /** @type {Map<string, string>} */
  const outputs = new Map();
  program.emit(
    undefined,
    (name, text, _mark, _error, sources) => {
      const source = sources?.[0];
      if (source && !name.endsWith(".d.ts")) outputs.set(source.fileName, text);
    },
    undefined,
    false,
    { before: [(context) => (file) => result.transformSourceFile(context, file)] },
  );
  let files = 0;
  for (const [name, text] of outputs) {
    if (checked ? !text.includes("ts-autofree/runtime") : !changed.has(path.resolve(name))) continue;
    // Types are gone: a checker that reads it again must not complain.
    writeFileSync(name, `// @ts-nocheck\n${text}`);
    files++;
  }
  return { files, frees };
}

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} root
 */
function openProgram({ sources, compilerOptions }, root) {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions ?? {}, root);
  const rootNames = sources.flatMap((folder) => [...sourceFiles(path.join(root, folder))]);
  return ts.createProgram(rootNames, {
    ...parsed.options,
    ...options,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    declaration: true,
    declarationMap: false,
    sourceMap: false,
    inlineSourceMap: false,
    composite: false,
    incremental: false,
    tsBuildInfoFile: undefined,
    noEmit: false,
    emitDeclarationOnly: false,
    skipLibCheck: true,
    outDir: undefined,
    rootDir: undefined,
  });
}

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!/^(?:__tests__|tests?|node_modules)$/.test(entry.name)) yield* sourceFiles(full);
    } else if (/\.ts$/.test(entry.name) && !/\.(?:d|test|spec)\.ts$/.test(entry.name)) yield full;
  }
}

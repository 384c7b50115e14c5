import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @typedef {object} Project
 * @property {string} name
 * @property {string} sources the folder that is compiled
 * @property {string} modules the `node_modules` that its imports are found in
 * @property {object} config what its tsconfig says
 */

/** Settings under which copies of one source folder can lie side by side. */
const placement = {
  rootDir: ".",
  outDir: "out",
  declarationDir: null,
  declaration: false,
  noEmit: false,
  noEmitOnError: false,
  skipLibCheck: true,
};

/** Its own tsconfig is not in the npm package; the demo compiles it like this too. */
const spectraOptions = {
  target: "ES2023",
  module: "NodeNext",
  lib: ["ES2024", "DOM", "DOM.Iterable"],
  types: ["node"],
  strict: true,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

/**
 * The package among our own dependencies, and every checkout in `work`: a folder with a `tsconfig.json` and `src`.
 *
 * @param {string} work
 * @param {string[]} checkouts names of folders in `work`
 * @returns {Project[]}
 */
export function findProjects(work, checkouts) {
  const spectra = {
    name: "ml-spectra-processing",
    sources: path.join(root, "node_modules/ml-spectra-processing/src"),
    modules: path.join(root, "node_modules"),
    config: { compilerOptions: { ...spectraOptions, ...placement } },
  };
  const others = checkouts.map((name) => {
    const folder = path.join(work, name);
    const own = path.join(folder, "node_modules");
    if (!existsSync(path.join(folder, "src"))) throw new Error(`${folder} has no folder src.`);
    return {
      name,
      sources: path.join(folder, "src"),
      modules: existsSync(own) ? own : path.join(root, "node_modules"),
      config: { extends: path.join(folder, "tsconfig.json"), compilerOptions: placement },
    };
  });
  return [spectra, ...others];
}

/**
 * Lays `copies` copies of the project's sources side by side, as one program.
 *
 * @param {string} work
 * @param {Project} project
 * @param {number} copies
 * @returns {string} its tsconfig
 */
export function layOutCopies(work, project, copies) {
  const folder = path.join(work, "sized", `${project.name}-x${copies}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (let i = 1; i <= copies; i++) {
    cpSync(project.sources, path.join(folder, `copy${i}`), { recursive: true });
  }
  symlinkSync(project.modules, path.join(folder, "node_modules"));
  const tsconfig = path.join(folder, "tsconfig.json");
  const config = { ...project.config, include: ["copy*/**/*.ts"], exclude: ["**/*.test.ts", "**/__tests__"] };
  writeFileSync(tsconfig, `${JSON.stringify(config, null, 2)}\n`);
  return tsconfig;
}

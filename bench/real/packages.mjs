/**
 * The packages that are measured: where their TypeScript sources come from, and how they are compiled.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * @typedef {object} MeasuredPackage
 * @property {string} name of its folder
 * @property {string | null} npm what npm installs, whose package has the sources in `src`; `null`: a checkout in the work folder
 * @property {readonly string[]} entries the modules that are compiled with all that they import
 * @property {"esm" | "cjs"} format of the output
 */

/** @type {readonly MeasuredPackage[]} */
export const packages = [
  { name: "spectra", npm: "ml-spectra-processing@14.35.1", entries: ["index.ts"], format: "esm" },
  { name: "pq", npm: "@noble/post-quantum@0.7.1", entries: ["ml-kem.ts", "ml-dsa.ts"], format: "esm" },
  { name: "png", npm: "fast-png@8.0.0", entries: ["index.ts"], format: "esm" },
  { name: "fflate", npm: null, entries: ["index.ts"], format: "cjs" },
];

/** By version, the compiler's own arguments. `plain` is tsc. */
export const versions = {
  plain: [path.join(root, "node_modules/typescript/bin/tsc")],
  freed: [path.join(root, "dist/cli/main.js"), "--elide-zero-fill", "off", "--report", "report.json"],
  elided: [path.join(root, "dist/cli/main.js")],
};

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2024", "dom", "dom.iterable"],
  types: [],
  strict: false,
  skipLibCheck: true,
  rootDir: "src",
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
};

/**
 * Compiles every package that is there in every version.
 *
 * @param {string} work the folder for sources and output
 * @param {(message: string) => void} progress
 * @returns {{ name: string, sites: number, freed: number, partial: number }[]} those that are there
 */
export function compilePackages(work, progress) {
  install(work, progress);
  return packages.flatMap((each) => {
    const sources = sourcesOf(work, each);
    if (sources === null) {
      progress(
        `${each.name}: left out, there is no checkout of it in ${path.join(work, each.name, "checkout")}`,
      );
      return [];
    }
    const folder = path.join(work, each.name);
    rmSync(path.join(folder, "src"), { recursive: true, force: true });
    cpSync(sources, path.join(folder, "src"), { recursive: true });
    const isCommonJs = each.format === "cjs";
    const own = isCommonJs ? { module: "commonjs", moduleResolution: "bundler" } : {};
    const config = {
      compilerOptions: { ...compilerOptions, ...own },
      files: each.entries.map((entry) => `src/${entry}`),
    };
    writeFileSync(path.join(folder, "package.json"), `{ "type": "${isCommonJs ? "commonjs" : "module"}" }\n`);
    writeFileSync(path.join(folder, "tsconfig.json"), `${JSON.stringify(config, null, 2)}\n`);
    for (const [version, command] of Object.entries(versions)) {
      progress(`${each.name}: compiling, ${version}`);
      compile(folder, version, command);
    }
    const { totals } = JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8"));
    return [{ name: each.name, sites: totals.sites, freed: totals.freed, partial: totals.partial }];
  });
}

/**
 * @param {string} work
 * @param {(message: string) => void} progress
 */
function install(work, progress) {
  mkdirSync(path.join(work, "node_modules"), { recursive: true });
  const dependencies = Object.fromEntries(
    packages.flatMap(({ npm }) => {
      const at = npm?.lastIndexOf("@") ?? 0;
      return npm ? [[npm.slice(0, at), npm.slice(at + 1)]] : [];
    }),
  );
  const manifest = `${JSON.stringify({ private: true, type: "module", dependencies }, null, 2)}\n`;
  const file = path.join(work, "package.json");
  if (!existsSync(file) || readFileSync(file, "utf8") !== manifest) {
    progress("installing the packages");
    writeFileSync(file, manifest);
    const child = spawnSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: work, encoding: "utf8" });
    if (child.status !== 0) throw new Error(`npm install failed in ${work}:\n${child.stderr}`);
  }
  const link = path.join(work, "node_modules/ts-autofree");
  if (!existsSync(link)) symlinkSync(root, link, "junction");
}

/**
 * @param {string} work
 * @param {MeasuredPackage} measured
 */
function sourcesOf(work, { name, npm }) {
  const at = npm?.lastIndexOf("@") ?? 0;
  const folder = npm ? path.join(work, "node_modules", npm.slice(0, at)) : path.join(work, name, "checkout");
  return existsSync(path.join(folder, "src")) ? path.join(folder, "src") : null;
}

/**
 * Type errors of a package under our options don't matter as long as there is output.
 *
 * @param {string} folder
 * @param {string} version
 * @param {readonly string[]} command
 */
function compile(folder, version, command) {
  rmSync(path.join(folder, version), { recursive: true, force: true });
  const args = [...command, "-p", "tsconfig.json", "--outDir", version];
  const child = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  if (!existsSync(path.join(folder, version)))
    throw new Error(`node ${args.join(" ")} in ${folder} emitted nothing:\n${child.stdout}${child.stderr}`);
}

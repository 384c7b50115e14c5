/** Finds or installs a measured package's code outside the tree, and writes a tsconfig for it. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { commonOptions, repositoryTypes } from "./packages.mjs";

/**
 * @typedef {object} OpenedPackage
 * @property {string} folder what file names are relative to
 * @property {string} tsconfig
 * @property {string} version of an npm package, or a commit
 */

/**
 * @param {import("./packages.mjs").MeasuredPackage} measured
 * @param {string} work
 * @param {(message: string) => void} notice
 * @returns {OpenedPackage | null} `null` for one that is not there
 */
export function openPackage(measured, work, notice) {
  const folder = path.join(work, measured.name);
  const version = measured.npm ? openNpm(measured.npm, folder) : openRepository(measured, folder, notice);
  if (version === null) return null;
  const tsconfig = path.join(folder, "tsconfig.precision.json");
  const { include, exclude } = measured;
  const compilerOptions = { ...commonOptions, ...measured.compilerOptions };
  writeFileSync(tsconfig, `${JSON.stringify({ compilerOptions, include, exclude }, null, 2)}\n`);
  return { folder, tsconfig, version };
}

/**
 * The sources are copied out of `node_modules`, so that the compiler sees a user's project, not a dependency.
 *
 * @param {NonNullable<import("./packages.mjs").MeasuredPackage["npm"]>} npm
 * @param {string} folder
 */
function openNpm({ package: name, version, types }, folder) {
  const installed = path.join(folder, "node_modules", name);
  const manifest = path.join(installed, "package.json");
  const isThere = existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
  if (!isThere || types.some((each) => !hasModule(folder, each))) {
    installInto(folder, [`${name}@${version}`, ...types]);
  }
  const sources = path.join(folder, "src");
  if (!isThere || !existsSync(sources)) {
    cpSync(path.join(installed, "src"), sources, { recursive: true });
  }
  return version;
}

/**
 * @param {import("./packages.mjs").MeasuredPackage} measured
 * @param {string} folder
 * @param {(message: string) => void} notice
 */
function openRepository({ name, repository }, folder, notice) {
  if (repository === null || !existsSync(path.join(folder, ".git"))) {
    notice(`${name}: skipped, ${folder} is missing. Check out ${repository?.url} there.`);
    return null;
  }
  const git = spawnSync("git", ["-C", folder, "rev-parse", "HEAD"], { encoding: "utf8" });
  if (git.status !== 0) throw new Error(`git cannot read ${folder}: ${git.stderr}`);
  const commit = git.stdout.trim();
  if (commit !== repository.commit) {
    notice(`${name}: commit ${commit} is checked out; the labels are of ${repository.commit}.`);
  }
  const work = path.dirname(folder);
  if (repositoryTypes.some((each) => !hasModule(work, each))) installInto(work, repositoryTypes);
  return commit;
}

/**
 * @param {string} folder
 * @param {string} spec a package with its version
 */
function hasModule(folder, spec) {
  return existsSync(path.join(folder, "node_modules", spec.slice(0, spec.lastIndexOf("@"))));
}

/**
 * @param {string} folder
 * @param {string[]} specs
 */
function installInto(folder, specs) {
  mkdirSync(folder, { recursive: true });
  const manifest = path.join(folder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true, "type": "module" }\n');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--legacy-peer-deps"];
  const npm = spawnSync("npm", ["install", ...flags, ...specs], { cwd: folder, encoding: "utf8" });
  if (npm.status !== 0) throw new Error(`npm install ${specs.join(" ")} failed:\n${npm.stderr}`);
}

/**
 * The packages that are measured: where their TypeScript sources come from, and how they are compiled.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * @typedef {object} MeasuredPackage
 * @property {string} name of its folder
 * @property {string | null} npm what npm installs, whose package has the sources in `src`; `null`: a checkout in the work folder
 * @property {{ url: string, commit: string }} [repository] what to check out
 * @property {readonly string[]} [dependencies] installed beside it: what a checkout imports, and types
 * @property {readonly string[]} [beside] folders of a checkout that its sources import from
 * @property {readonly string[]} entries the modules that are compiled with all that they import
 * @property {"esm" | "cjs" | "bundle"} format of the output; a bundle is one module, `index.js`, as the package itself is published
 * @property {Record<string, unknown>} [compilerOptions]
 */

/** @type {readonly MeasuredPackage[]} */
export const packages = [
  { name: "spectra", npm: "ml-spectra-processing@14.35.1", entries: ["index.ts"], format: "esm" },
  { name: "pq", npm: "@noble/post-quantum@0.7.1", entries: ["ml-kem.ts", "ml-dsa.ts"], format: "esm" },
  { name: "png", npm: "fast-png@8.0.0", entries: ["index.ts"], format: "esm" },
  {
    name: "fflate",
    npm: null,
    repository: {
      url: "https://github.com/101arrowz/fflate",
      commit: "f7873560ad229c22c4b23b06c6a3806ffde77569",
    },
    entries: ["index.ts"],
    format: "cjs",
  },
  {
    name: "image",
    npm: "image-js@1.7.0",
    dependencies: [
      "@types/node@24.10.1",
      "@types/js-priority-queue@0.0.9",
      "@types/robust-point-in-polygon@1.0.4",
    ],
    entries: ["index.ts"],
    format: "esm",
    compilerOptions: { types: ["node"], strict: true },
  },
  {
    name: "splat",
    npm: null,
    repository: {
      url: "https://github.com/playcanvas/splat-transform",
      commit: "8d6b801f06dd61b4ed215e9cfd9f314d2f509102",
    },
    dependencies: ["pathe@2.0.3", "playcanvas@2.21.1"],
    beside: ["lib"],
    // Its index needs a graphics card's interface; its writers don't.
    entries: [
      "lib/writers/write-compressed-ply.ts",
      "lib/io/write/memory-file-system.ts",
      "lib/data-table/index.ts",
    ],
    format: "bundle",
  },
];

/** By version, the compiler's own arguments. `plain` is tsc. */
export const versions = {
  plain: [path.join(root, "node_modules/typescript/bin/tsc")],
  freed: [path.join(root, "dist/cli/main.js"), "--report", "report.json"],
  zeroed: [path.join(root, "dist/cli/main.js"), "--elide-zero-fill", "off"],
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

/** Sources that import without extensions can only become CommonJS, or a bundle. */
const formats = {
  esm: {},
  cjs: { module: "commonjs", moduleResolution: "bundler" },
  bundle: { module: "esnext", moduleResolution: "bundler" },
};

/**
 * Compiles those of the packages that are there, in every version.
 *
 * @param {string} work the folder for sources and output
 * @param {readonly MeasuredPackage[]} chosen
 * @param {(message: string) => void} progress
 * @returns {{ name: string, sites: number, freed: number, partial: number }[]} those that are there
 */
export function compilePackages(work, chosen, progress) {
  install(work, progress);
  return chosen.flatMap((each) => {
    const sources = sourcesOf(work, each);
    if (sources === null) {
      console.error(howToGet(work, each));
      return [];
    }
    const folder = path.join(work, each.name);
    rmSync(path.join(folder, "src"), { recursive: true, force: true });
    cpSync(sources, path.join(folder, "src"), { recursive: true });
    for (const name of each.beside ?? [])
      cpSync(path.join(sources, "..", name), path.join(folder, name), { recursive: true });
    const isCommonJs = each.format === "cjs";
    const config = {
      compilerOptions: { ...compilerOptions, ...formats[each.format], ...each.compilerOptions },
      files: each.entries.map((entry) => `src/${entry}`),
    };
    writeFileSync(path.join(folder, "package.json"), `{ "type": "${isCommonJs ? "commonjs" : "module"}" }\n`);
    writeFileSync(path.join(folder, "tsconfig.json"), `${JSON.stringify(config, null, 2)}\n`);
    for (const [version, command] of Object.entries(versions)) {
      progress(`${each.name}: compiling, ${version}`);
      compile(folder, version, command);
      if (each.format === "bundle") bundle(path.join(folder, version), each.entries);
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
  const wanted = packages.flatMap(({ npm, dependencies = [] }) => [...(npm ? [npm] : []), ...dependencies]);
  const dependencies = Object.fromEntries(
    wanted.map((each) => [each.slice(0, each.lastIndexOf("@")), each.slice(each.lastIndexOf("@") + 1)]),
  );
  const manifest = `${JSON.stringify({ private: true, type: "module", dependencies }, null, 2)}\n`;
  const file = path.join(work, "package.json");
  if (!existsSync(file) || readFileSync(file, "utf8") !== manifest) {
    progress("installing the packages");
    writeFileSync(file, manifest);
    const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional"];
    const child = spawnSync("npm", ["install", ...flags], { cwd: work, encoding: "utf8" });
    if (child.status !== 0) throw new Error(`npm install failed in ${work}:\n${child.stderr}`);
  }
  const link = path.join(work, "node_modules/ts-autofree");
  // The folder may have been used from another checkout of this repository.
  if (existsSync(link) && realpathSync(link) === realpathSync(root)) return;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(root, link, "junction");
}

/**
 * @param {string} work
 * @param {MeasuredPackage} measured
 */
function howToGet(work, { name, npm, repository }) {
  const folder = path.join(work, name, "checkout");
  const remedy = repository
    ? `git clone ${repository.url} ${folder} && git -C ${folder} checkout ${repository.commit}`
    : `npm install ${npm}, in ${work}`;
  return `${name}: left out, its sources are missing. To measure it too:\n  ${remedy}`;
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

/**
 * @param {string} folder of the compiled modules
 * @param {readonly string[]} entries
 */
function bundle(folder, entries) {
  const modules = entries.map((entry) => entry.replace(/ts$/, "js"));
  buildSync({
    stdin: { contents: modules.map((each) => `export * from "./${each}";`).join("\n"), resolveDir: folder },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["ts-autofree/runtime"],
    outfile: path.join(folder, "index.js"),
    logLevel: "error",
  });
}

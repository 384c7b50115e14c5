/**
 * The command line of the edit-sequence fuzzer: transpiles it from its sources, and runs it on `dist`.
 *
 *     node test/incremental/main.mjs --sequences 50 --seed 1
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { tellUsage } from "../../scripts/read-flags.mjs";
import { makeMutant } from "./mutants.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const target = path.join(root, "out", `fuzz-incremental-${process.pid}`);
const { args, mutant } = takeMutant(process.argv.slice(2));

try {
  for (const folder of ["test/incremental", "test/fuzz"]) {
    for (const name of readdirSync(path.join(root, folder)).filter(isModule)) {
      const file = path.join(target, folder, name.replace(/\.ts$/, ".js"));
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, transpile(path.join(root, folder, name)));
    }
  }
  const dist = mutant === null ? path.join(root, "dist") : makeMutant(root, mutant, target);
  const command = path.join(target, "test/incremental/command.js");
  const { runCommand } = await import(pathToFileURL(command).href);
  process.exitCode = await runCommand(args, dist);
} catch (error) {
  tellUsage("npm run fuzz:incremental -- --help tells of all flags.", error);
} finally {
  rmSync(target, { recursive: true, force: true });
}

/** @param {string} name */
function isModule(name) {
  return name.endsWith(".ts") && !name.endsWith(".test.ts");
}

/** @param {string} file */
function transpile(file) {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions, fileName: file }).outputText;
}

/**
 * Takes `--mutant NAME` out of the arguments.
 *
 * @param {string[]} given
 */
function takeMutant(given) {
  const at = given.indexOf("--mutant");
  return at < 0
    ? { args: given, mutant: null }
    : { args: given.toSpliced(at, 2), mutant: given[at + 1] ?? "" };
}

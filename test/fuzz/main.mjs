/**
 * The command line of the fuzzer: transpiles it and the transformer from their sources, and runs it.
 *
 *     node test/fuzz/main.mjs --programs 5000 --seed 1
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { tellUsage } from "../../scripts/read-flags.mjs";
import { mutants, mutate } from "./mutants.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const target = path.join(root, "out", `fuzz-${process.pid}`);
const { args, mutant } = takeMutant(process.argv.slice(2));

for (const folder of ["transformer", "runtime", "test/fuzz"]) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  for (const name of names.filter((each) => each.endsWith(".ts") && !each.endsWith(".test.ts"))) {
    const source = path.join(root, folder, name);
    const text = readFileSync(source, "utf8");
    const changed = mutant ? mutate(mutant, `${folder}/${name}`, text) : text;
    const { outputText } = ts.transpileModule(changed, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      fileName: source,
    });
    const file = path.join(target, folder, name.replace(/\.ts$/, ".js"));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
}

try {
  const { runCommand } = await import(pathToFileURL(path.join(target, "test/fuzz/command.js")).href);
  process.exitCode = await runCommand(args);
} catch (error) {
  tellUsage("npm run fuzz -- --help tells of all flags.", error);
} finally {
  rmSync(target, { recursive: true, force: true });
}

/**
 * Takes `--mutant NAME` out of the arguments.
 *
 * @param {string[]} given
 */
function takeMutant(given) {
  const at = given.indexOf("--mutant");
  if (at < 0) return { args: given, mutant: null };
  const found = mutants.find(({ name }) => name === given[at + 1]);
  if (!found) {
    console.error(`--mutant takes one of: ${mutants.map(({ name }) => name).join(", ")}`);
    process.exit(2);
  }
  return { args: given.toSpliced(at, 2), mutant: found };
}

/**
 * The command line of the fuzzer: transpiles it and the transformer from their sources, and runs it.
 *
 *     node test/fuzz/main.mjs --programs 5000 --seed 1
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";

const root = path.resolve(import.meta.dirname, "../..");
const target = path.join(root, "out", `fuzz-${process.pid}`);

for (const folder of ["transformer", "test/fuzz"]) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  for (const name of names.filter((each) => each.endsWith(".ts") && !each.endsWith(".test.ts"))) {
    const source = path.join(root, folder, name);
    const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      fileName: source,
    });
    const file = path.join(target, folder, name.replace(/\.ts$/, ".js"));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
}

const { runCommand } = await import(pathToFileURL(path.join(target, "test/fuzz/command.js")).href);
process.exitCode = await runCommand(process.argv.slice(2));

/** Puts a runtime where compiled code looks for it. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const top = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param {string} folder the package's place, `…/node_modules/ts-autofree`
 * @param {"release" | "poison"} kind this package; or a runtime that overwrites at once what is freed, and hands it out again
 * at the first chance
 */
export function placeRuntime(folder, kind) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  if (kind === "release") return symlinkSync(top, folder);
  mkdirSync(folder);
  const source = readFileSync(path.join(top, "test/fixtures/poison-runtime.ts"), "utf8");
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  writeFileSync(path.join(folder, "runtime.js"), ts.transpileModule(source, { compilerOptions }).outputText);
  const manifest = {
    name: "ts-autofree",
    version: "0.0.0",
    type: "module",
    exports: { "./runtime": "./runtime.js" },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
}

/**
 * Deliberately broken builds: each takes out one thing that keeps incremental output up to date. The fuzzer of edits must
 * notice every one of them, or its silence says nothing.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { mutate } from "../fuzz/mutants.mjs";

/** @type {readonly import("./mutants.mjs").Mutant[]} */
export const mutants = [
  {
    name: "forgets-callees",
    invariant: "S7",
    changes: [{ file: "transformer/versions.ts", from: 'text === "" ? plain', to: "text || true ? plain" }],
  },
  {
    name: "looks-once-at-a-file",
    invariant: "S7",
    changes: [
      {
        file: "transformer/versions.ts",
        from: "const plain = plainVersions.get(file)",
        to: "if (plainVersions.has(file)) continue;\n    const plain = plainVersions.get(file)",
      },
    ],
  },
  {
    name: "forgets-flags",
    invariant: "S7",
    changes: [
      {
        file: "cli/plugin-entry.ts",
        from: "JSON.stringify([toolName(), deciding, ...budget])",
        to: "toolName()",
      },
    ],
  },
  {
    name: "takes-plain-output-for-stripped",
    invariant: "S7",
    changes: [
      { file: "cli/build-info.ts", from: "return replaceLast(text, plain, foreign);", to: "return text;" },
    ],
  },
];

/**
 * Writes a `dist` folder with a mutant in it, and returns its path.
 *
 * @param {string} root the repository
 * @param {string} name of the mutant
 * @param {string} target an empty folder
 */
export function makeMutant(root, name, target) {
  const mutant = mutants.find((each) => each.name === name);
  if (!mutant)
    throw new Error(`there is no mutant '${name}': ${mutants.map((each) => each.name).join(", ")}`);
  const dist = path.join(target, "package", "dist");
  mkdirSync(path.dirname(dist), { recursive: true });
  cpSync(path.join(root, "dist"), dist, { recursive: true });
  cpSync(path.join(root, "package.json"), path.join(target, "package/package.json"));
  for (const file of new Set(mutant.changes.map((change) => change.file))) {
    const source = path.join(root, file);
    const changed = mutate(mutant, file, readFileSync(source, "utf8"));
    const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(changed, { compilerOptions, fileName: source });
    writeFileSync(path.join(dist, file.replace(/\.ts$/, ".js")), outputText);
  }
  return dist;
}

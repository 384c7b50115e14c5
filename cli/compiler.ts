/**
 * Finds the compiler of the user's project and loads it as ts-patch patches it.
 *
 * ts-patch's own `tspc` runs the patched `tsc` at once. Here the same source is evaluated with the call at its end
 * taken out, so that the command can take part: `ts` is that compiler, and `hooks` is ts-patch's own namespace
 * inside of it, through whose `createProgram` every program is made.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInThisContext } from "node:vm";
import type TS from "typescript";
import { checkTypeScriptVersion, supportedTypeScript, UserError } from "../transformer/diagnostics.js";
import { type FoundPackage, patchedSource } from "./patched-source.js";

/** What the command needs of TypeScript beyond its public types. */
export type CommandLineTypeScript = typeof TS & {
  executeCommandLine(system: TS.System, afterEmit: () => void, args: readonly string[]): unknown;
};

/** ts-patch's namespace in the patched compiler, as far as it is used here. */
export interface PatchHooks {
  createProgram(...args: unknown[]): TS.Program;
  getTsInstance(): CommandLineTypeScript;
  currentLibrary: string;
}

export interface PatchedCompiler {
  readonly ts: CommandLineTypeScript;
  readonly hooks: PatchHooks;
}

const installPatch = "npm install -D ts-patch@3";

/**
 * Loads the patched compiler.
 *
 * @param folders where to look for `typescript` and `ts-patch`, the best first; this package's own come last
 * @throws UserError when one is missing, or its version is not supported
 */
export function loadCompiler(folders: readonly string[]): PatchedCompiler {
  const typescript = findPackage("typescript", folders);
  if (!typescript) {
    throw new UserError(
      `TypeScript cannot be found from '${folders[0]}'. Run: ${supportedTypeScript.install}`,
    );
  }
  checkTypeScriptVersion(typescript.version, typescript.folder);
  const patch = findPackage("ts-patch", folders);
  if (!patch) throw new UserError(`ts-patch cannot be found from '${folders[0]}'. Run: ${installPatch}`);
  process.env.TSP_COMPILER_TS_PATH = typescript.folder;
  return evaluate(sourceOf(patch, typescript), join(typescript.folder, "lib", "tsc.js"));
}

function findPackage(name: string, folders: readonly string[]): FoundPackage | undefined {
  const bases = [...folders.map((folder) => join(folder, "index.js")), import.meta.url];
  for (const base of bases) {
    try {
      const manifest = createRequire(base).resolve(`${name}/package.json`);
      const { version } = JSON.parse(readFileSync(manifest, "utf8"));
      return { folder: dirname(manifest), version: String(version) };
    } catch {
      // The next place is tried; the caller says that none has it.
    }
  }
  return undefined;
}

function sourceOf(patch: FoundPackage, typescript: FoundPackage): string {
  try {
    return patchedSource(patch, typescript, "$publish(tsp);");
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new UserError(
      `ts-patch ${patch.version} cannot patch TypeScript ${typescript.version}: ${why}. Run: ${installPatch}`,
    );
  }
}

function evaluate(source: string, file: string): PatchedCompiler {
  const wrapped = `(function (exports, require, module, __filename, __dirname, $publish) {${source}\n})`;
  const module: { exports: object } = { exports: {} };
  let hooks: PatchHooks | undefined;
  const publish = (namespace: PatchHooks) => {
    hooks = namespace;
  };
  const body = runInThisContext(wrapped, { filename: file });
  body.call(module.exports, module.exports, createRequire(file), module, file, dirname(file), publish);
  if (!hooks) throw new Error("the patched compiler did not publish ts-patch's namespace");
  // As `tsc`, ts-patch would mix the options of a tsconfig nearby into those of bare files.
  hooks.currentLibrary = "typescript";
  return { ts: hooks.getTsInstance(), hooks };
}

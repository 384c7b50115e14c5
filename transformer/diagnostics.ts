/**
 * Errors that a user can mend: their wording, the checks that raise them, and how a build ends on one.
 */
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type TS from "typescript";

/** The versions of TypeScript that the transformer runs in. */
export const supportedTypeScript = { range: ">=5.9 <7", install: "npm install -D typescript@6" } as const;

/**
 * A mistake in what the user gave us. The message names the remedy, and there is no stack: hosts that print
 * an error's stack print the message alone.
 */
export class UserError extends Error {
  constructor(message: string) {
    super(`ts-autofree: error: ${message}`);
    this.name = "UserError";
    this.stack = this.message;
  }
}

/**
 * Refuses a compiler outside {@link supportedTypeScript}.
 *
 * @param version such as `6.0.3`
 * @param place where that compiler was found, or `null` if that is not known
 */
export function checkTypeScriptVersion(version: string, place: string | null): void {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (major === 6 || (major === 5 && minor >= 9)) return;
  const why = major >= 7 ? ", which has no transformer API" : "";
  throw new UserError(
    `found TypeScript ${version}${why}${place === null ? "" : ` (${place})`}, ` +
      `but ts-autofree needs TypeScript ${supportedTypeScript.range}. Run: ${supportedTypeScript.install}`,
  );
}

/** Refuses a report path that the report could not be written to, before anything is emitted. */
export function checkReportPath(file: string): void {
  const refuse = (why: string): UserError =>
    new UserError(`cannot write the report to '${file}': ${why}. Name a file in a folder you can write to.`);
  const present = existsSync(file);
  if (present && statSync(file).isDirectory()) throw refuse("it is a folder");
  const target = present ? file : nearestExisting(dirname(file));
  if (!present && !statSync(target).isDirectory()) throw refuse(`'${target}' is not a folder`);
  try {
    accessSync(target, constants.W_OK);
  } catch {
    throw refuse(`'${target}' is not writable`);
  }
}

/**
 * Refuses a project whose output could not load the runtime. The output may find it as Node does, from the
 * project or from the output folder, or through the project's own TypeScript path mappings.
 */
export function checkRuntimeResolves(request: {
  readonly ts: typeof TS;
  readonly compilerOptions: TS.CompilerOptions;
  readonly root: string;
  readonly checked: boolean;
}): void {
  const { ts, compilerOptions, root } = request;
  const specifier = request.checked ? "ts-autofree/runtime/checked" : "ts-autofree/runtime";
  const folders = compilerOptions.outDir ? [root, compilerOptions.outDir] : [root];
  if (folders.some((folder) => nodeResolves(specifier, folder))) return;
  const mapped = ts.resolveModuleName(specifier, join(root, "index.ts"), compilerOptions, ts.sys);
  if (mapped.resolvedModule) return;
  throw new UserError(
    `the compiled program imports "${specifier}", which cannot be found from '${root}'. ` +
      "Run: npm install ts-autofree (or compile with --no-manual-free)",
  );
}

/** The name and version of this package, such as `ts-autofree 1.2.3`. */
export function toolName(): string {
  return `ts-autofree ${packageVersion()}`;
}

function packageVersion(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (dirname(folder) !== folder) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const manifest: { name?: string; version?: string } = JSON.parse(readFileSync(file, "utf8"));
      if (manifest.name === "ts-autofree") return manifest.version ?? "unknown";
    }
    folder = dirname(folder);
  }
  return "unknown";
}

function nodeResolves(specifier: string, folder: string): boolean {
  try {
    createRequire(join(folder, "index.js")).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

function nearestExisting(folder: string): string {
  let current = folder;
  while (!existsSync(current) && dirname(current) !== current) current = dirname(current);
  return current;
}

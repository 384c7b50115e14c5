/**
 * The source of `tsc` as ts-patch patches it, kept beside the installed packages between runs.
 *
 * ts-patch has such a store itself, but copies the compiler into it in every run under a lock that a second run
 * waits two seconds for and then fails. Builds that run side by side are ordinary, so what ts-patch made is kept
 * once more here: written whole, under a name that tells the versions, and read without a lock.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface FoundPackage {
  readonly folder: string;
  readonly version: string;
}

/** The call by which the patched source runs itself; it is its last statement. */
const startOfRun = "tsp.execTsc();";

const attempts = 8;

/**
 * The patched source, with `replacement` in the place of the call by which it starts to run.
 *
 * @throws Error whatever ts-patch throws when it cannot patch that compiler
 */
export function patchedSource(patch: FoundPackage, typescript: FoundPackage, replacement: string): string {
  const store = join(dirname(typescript.folder), ".cache", "ts-autofree");
  const file = join(store, `tsc-${keyOf(patch, typescript)}.js`);
  const source = readStored(file) ?? patchNow(patch);
  const at = source.lastIndexOf(startOfRun);
  if (at < 0) throw new Error("its tsc does not start as expected");
  keep(store, file, source);
  return source.slice(0, at) + replacement + source.slice(at + startOfRun.length);
}

function keyOf(patch: FoundPackage, typescript: FoundPackage): string {
  const sources = ["_tsc.js", "tsc.js", "typescript.js"].map((name) => {
    const found = statSync(join(typescript.folder, "lib", name), { throwIfNoEntry: false });
    return [found?.size, found?.mtimeMs];
  });
  const key = JSON.stringify([patch.version, typescript.version, sources]);
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
}

function readStored(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Asks ts-patch, again while another run holds its lock or has its store half written. */
function patchNow(patch: FoundPackage): string {
  const { getLiveModule } = createRequire(join(patch.folder, "package.json"))(patch.folder);
  for (let attempt = 1; ; attempt++) {
    try {
      const source: string = getLiveModule("tsc.js").js;
      if (source.includes(startOfRun) || attempt === attempts) return source;
    } catch (error) {
      if (attempt === attempts || !/acquire lock/.test(String(error))) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100 * attempt);
  }
}

/** Where nothing can be written, the next run patches again. */
function keep(store: string, file: string, source: string): void {
  if (statSync(file, { throwIfNoEntry: false })) return;
  const partial = `${file}.${process.pid}`;
  try {
    mkdirSync(store, { recursive: true });
    writeFileSync(partial, source);
    renameSync(partial, file);
  } catch {
    // Only time is lost.
  }
}

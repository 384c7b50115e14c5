/**
 * Projects in temporary folders, and the commands that users run in them.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Commands by the script that node runs. */
export const commands = {
  "ts-autofree": join(repository, "dist/cli/main.js"),
  tsc: join(repository, "node_modules/typescript/bin/tsc"),
  tspc: join(repository, "node_modules/ts-patch/bin/tspc.js"),
} as const;

if (!existsSync(commands["ts-autofree"])) throw new Error("dist/ is missing: run npm run build first");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Files = Readonly<Record<string, string | object>>;

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ts-autofree-"));
  temporary.push(folder);
  return folder;
}

/** Writes files; an object becomes JSON. */
export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** A project whose `node_modules` has what `npm install` would bring; `without` names what it lacks. */
export function makeProject(files: Files, without: readonly string[] = []): string {
  const folder = temporaryFolder();
  const packages = {
    "ts-autofree": repository,
    typescript: join(repository, "node_modules/typescript"),
    "ts-patch": join(repository, "node_modules/ts-patch"),
  };
  mkdirSync(join(folder, "node_modules"));
  for (const [name, target] of Object.entries(packages)) {
    if (!without.includes(name)) symlinkSync(target, join(folder, "node_modules", name));
  }
  writeFiles(folder, files);
  return folder;
}

/** Compiler options that make a small program quick to check. */
export const quickOptions = {
  target: "es2022",
  lib: ["es2022"],
  types: [],
  skipLibCheck: true,
  strict: true,
  module: "nodenext",
} as const;

/** Runs a script under node to its end. */
export function runScript(
  script: string,
  args: readonly string[],
  where: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: where.cwd,
      env: { ...cleanEnvironment(), ...where.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}

let lastPatched: Promise<unknown> = Promise.resolve();
let patchCache: string | undefined;

/**
 * Runs one of the {@link commands} in a folder. ts-patch fails when runs side by side share its store, so `tspc`
 * runs one at a time, on a store of this test file.
 */
export function run(
  command: keyof typeof commands,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  if (command !== "tspc") return runScript(commands[command], args, { cwd, env });
  patchCache ??= temporaryFolder();
  const where = { cwd, env: { TSP_CACHE_DIR: patchCache, ...env } };
  const outcome = lastPatched.then(() => runScript(commands.tspc, args, where));
  lastPatched = outcome;
  return outcome;
}

/** A compiler under `--watch`: `round(n)` waits until it has finished for the nth time. */
export function startWatch(script: string, cwd: string, words: readonly string[] = []) {
  const child = spawn(process.execPath, [script, ...words, "--watch", "--preserveWatchOutput"], {
    cwd,
    env: cleanEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let rounds = 0;
  let printed = "";
  let wake = () => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    rounds += text.split("Watching for file changes").length - 1;
    wake();
  });
  const round = (count: number) =>
    new Promise<void>((done) => {
      wake = () => {
        if (rounds >= count) done();
      };
      wake();
    });
  return { round, output: () => printed, stop: () => child.kill() };
}

/** The environment of the test run without what would steer a compiler. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const steering = /^(AUTOFREE|TSP_|NODE_OPTIONS|VITEST|FORCE_COLOR)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}

/** Every file below a folder with its content, but for `node_modules`; empty if there is no such folder. */
export function readTree(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (current: string) => {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules") visit(path);
      } else if (!entry.isSymbolicLink()) {
        found.set(relative(folder, path), readFileSync(path, "latin1"));
      }
    }
  };
  if (existsSync(folder)) visit(folder);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

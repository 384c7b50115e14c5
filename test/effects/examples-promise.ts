/** Executions of what gives a promise: joins, and operations on files that go on with what they were given. */
import * as fs from "node:fs";
import * as promises from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { others } from "./examples-globals.js";
import { bytes, type Examples, each } from "./examples-language.js";
import { constants, type Example, isObject, reach, scribble } from "./trial.js";

/** An array and a Set of a value and a promise of one. */
function joins(values: (settled: unknown[]) => unknown[]): readonly Example[] {
  const example =
    (collect: (items: unknown[]) => unknown): Example =>
    (trial) => {
      const [first, second] = [trial.element(), trial.element()];
      const check = async (result: Promise<unknown[]>): Promise<void> => {
        expect(values(await result)).toEqual([first, second]);
        expect(Array.isArray(await result)).toBe(true);
      };
      return { on: Promise, args: [collect([first, Promise.resolve(second)])], check };
    };
  return [example((items) => items), example((items) => new Set(items))];
}

export const promiseExamples: Examples = {
  all: joins((values) => values),
  allSettled: joins((settled) =>
    settled.map((each) => {
      expect(Object.keys(each as object)).toEqual(["status", "value"]);
      return (each as { value: unknown }).value;
    }),
  ),
  resolve: [
    (trial) => {
      const given = trial.element();
      const check = async (result: Promise<unknown>): Promise<void> => expect(await result).toBe(given);
      return { on: Promise, args: [given], check };
    },
    (trial) => {
      const given = Promise.resolve(trial.element());
      const check = (result: Promise<unknown>): void => expect(result).toBe(given);
      return { on: Promise, args: [given], check };
    },
  ],
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "autofree-operations-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true }));
let count = 0;
const fresh = (): string => path.join(folder, `${count++}`);
const existing = (): string => {
  const file = fresh();
  fs.writeFileSync(file, bytes(64));
  return file;
};

/**
 * Awaits the operation's end, then overwrites what it was given: what was written must not change. What it resolves with reaches an
 * argument only where the row says so.
 */
function operates(on: object, args: readonly unknown[], { file, reports }: Outcome): ReturnType<Example> {
  const check = async (result: Promise<unknown>): Promise<void> => {
    const value = await result;
    const written = file !== null && fs.existsSync(file) ? fs.readFileSync(file) : null;
    scribble(args);
    if (written) expect(fs.readFileSync(file as string)).toEqual(written);
    const found = reach(value);
    for (const each of args) if (isObject(each) && !reports) expect(found.has(each)).toBe(false);
  };
  return { on, args, check };
}

interface Outcome {
  readonly file: string | null;
  readonly reports: boolean;
}

const quiet = (...args: (() => unknown)[]): Example => {
  return () => {
    const given = args.map((each) => each());
    const [file] = given;
    return operates(promises, given, { file: typeof file === "string" ? file : null, reports: false });
  };
};

const onHandle =
  (reports: boolean, ...args: (() => unknown)[]): Example =>
  () => {
    const { file, handle } = openFile();
    return operates(
      handle,
      args.map((each) => each()),
      { file, reports },
    );
  };

const used: promises.FileHandle[] = [];
const spare: { readonly file: string; readonly handle: promises.FileHandle }[] = [];

/** Handles are opened beforehand, since an example is arranged at once. */
export async function openHandles(number: number): Promise<void> {
  for (let i = 0; i < number; i++) {
    const file = existing();
    spare.push({ file, handle: await promises.open(file, "r+") });
  }
}

export async function closeHandles(): Promise<void> {
  for (const handle of [...used, ...spare.map((each) => each.handle)]) await handle.close();
}

function openFile(): { readonly file: string; readonly handle: promises.FileHandle } {
  const found = spare.pop();
  if (!found) throw new Error("no handle left: open more");
  used.push(found.handle);
  constants.add(found.handle);
  return found;
}

export const fsPromisesExamples: Examples = others(
  "fs/promises",
  {
    ...each("writeFile appendFile", () => quiet(fresh, () => bytes(100_000))),
    ...each("access lstat readFile realpath stat statfs unlink", () => quiet(existing)),
    readFile: quiet(existing, () => ({ flag: "r" })),
    chmod: quiet(existing, () => 0o600),
    ...each("chown lchown", () =>
      quiet(
        existing,
        () => process.getuid?.() ?? 0,
        () => process.getgid?.() ?? 0,
      ),
    ),
    ...each("copyFile rename link", () => quiet(existing, fresh)),
    symlink: quiet(existing, fresh),
    readlink: quiet(() => {
      const link = fresh();
      fs.symlinkSync(existing(), link);
      return link;
    }),
    ...each("utimes lutimes", () =>
      quiet(
        existing,
        () => new Date(0),
        () => new Date(0),
      ),
    ),
    truncate: quiet(existing, () => 3),
    mkdtemp: quiet(fresh),
    rm: quiet(existing, () => ({ force: true })),
    rmdir: quiet(() => {
      const made = fresh();
      fs.mkdirSync(made);
      return made;
    }),
  },
  (name) => {
    throw new Error(`no example of fs/promises.${name}`);
  },
);

export const fileHandleExamples: Examples = {
  ...each("writeFile appendFile", () => onHandle(false, () => bytes(100_000))),
  ...each("read write", () => [
    onHandle(true, () => bytes(32)),
    onHandle(
      true,
      () => bytes(32),
      () => 0,
      () => 8,
      () => 0,
    ),
  ]),
  ...each("readv writev", () => onHandle(true, () => [bytes(8), bytes(8)])),
  ...each("datasync sync stat readFile", () => onHandle(false)),
  chmod: onHandle(false, () => 0o600),
  chown: onHandle(
    false,
    () => process.getuid?.() ?? 0,
    () => process.getgid?.() ?? 0,
  ),
  truncate: onHandle(false, () => 3),
  utimes: onHandle(
    false,
    () => new Date(0),
    () => new Date(0),
  ),
};

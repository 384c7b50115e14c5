/**
 * The three commands in this process: ts-autofree and tspc as a `dist` folder has them, and plain tsc.
 *
 * All run `executeCommandLine` of one patched compiler, which is what their own scripts do. What sets them apart is put
 * right before each run, and again before a watching one goes on.
 */
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type TS from "typescript";
import type { PatchedCompiler } from "../../cli/compiler.js";
import type { startCompiler } from "../../cli/start.js";

export type Command = "ts-autofree" | "tspc" | "tsc";

/** Environment variables of ours, `AUTOFREE_…`. */
export type Environment = Readonly<Record<string, string>>;

export interface Run {
  readonly command: Command;
  readonly words: readonly string[];
  readonly environment: Environment;
  readonly system: TS.System;
}

type Start = typeof startCompiler;
type CreateProgram = PatchedCompiler["hooks"]["createProgram"];

/** Thrown in the place of ending this process; holds the exit code. */
export class Exit extends Error {
  constructor(readonly code: number | undefined) {
    super(`exit ${code}`);
  }
}

export class Compilers {
  readonly ts: PatchedCompiler["ts"];
  /** The file that a plugin entry names. */
  readonly transformer: string;
  private readonly createProgram: CreateProgram;

  private constructor(
    /** The folder of the package under test. */
    readonly packageFolder: string,
    private readonly compiler: PatchedCompiler,
    private readonly startCommand: Start,
  ) {
    this.ts = compiler.ts;
    this.transformer = join(packageFolder, "dist/transformer/index.js");
    this.createProgram = compiler.hooks.createProgram;
  }

  /** Loads what a `dist` folder holds. */
  static async load(dist: string): Promise<Compilers> {
    const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(dist, file)).href);
    const [{ loadCompiler }, { startCompiler }] = [await load("cli/compiler.js"), await load("cli/start.js")];
    const packageFolder = dirname(dist);
    return new Compilers(packageFolder, loadCompiler([packageFolder, process.cwd()]), startCompiler);
  }

  /** Runs a command until it ends or waits for changes. */
  start(run: Run): void {
    this.within(run, () => {
      if (run.command === "ts-autofree") this.startCommand(this.compiler, run.words, run.system);
      else this.ts.executeCommandLine(run.system, () => {}, run.words);
    });
  }

  /** Lets a watching run go on. */
  resume(run: Run, work: () => void): void {
    this.within(run, work);
  }

  private readonly hooksOf = new WeakMap<Run, CreateProgram>();

  private within(run: Run, work: () => void): void {
    const { hooks, ts } = this.compiler;
    const script = process.argv[1];
    hooks.createProgram = this.hooksOf.get(run) ?? this.createProgram;
    hooks.currentLibrary = run.command === "tspc" ? "tsc" : "typescript";
    process.argv[1] = run.command === "tspc" ? "/tspc.js" : "/main.js";
    const { exit, args } = ts.sys;
    ts.sys.args = [...run.words];
    ts.sys.exit = (code) => {
      throw new Exit(code);
    };
    setEnvironment(run.environment);
    try {
      work();
      this.hooksOf.set(run, hooks.createProgram);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
    } finally {
      setEnvironment({});
      if (script !== undefined) process.argv[1] = script;
      ts.sys.args = args;
      ts.sys.exit = exit;
      hooks.createProgram = this.createProgram;
    }
  }
}

function setEnvironment(wanted: Environment): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("AUTOFREE")) delete process.env[name];
  Object.assign(process.env, wanted);
}

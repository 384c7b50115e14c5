/** One project folder that one command keeps up to date in one way. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command, Compilers, Environment, Run } from "./compilers.js";
import { applyEdit, type Edit, RecordingSystem } from "./system.js";

export const modes = ["incremental", "watch", "build", "build-watch"] as const;
export type Mode = (typeof modes)[number];

/** What is emitted, by path: JavaScript and declarations. */
export type Output = ReadonlyMap<string, string>;

export interface Setup {
  readonly folder: string;
  readonly command: Command;
  readonly mode: Mode;
  readonly environment?: Environment;
}

export class Session {
  readonly name: string;
  private environment: Environment;
  private running: { readonly run: Run; readonly system: RecordingSystem } | null = null;
  /** What the last run said. */
  said = "";

  constructor(
    private readonly compilers: Compilers,
    private readonly setup: Setup,
  ) {
    this.name = `${setup.command} ${setup.mode}`;
    this.environment = setup.environment ?? {};
    mkdirSync(join(setup.folder, "node_modules"), { recursive: true });
    symlinkSync(compilers.packageFolder, join(setup.folder, "node_modules/ts-autofree"));
  }

  /** Edits sources and builds; returns the names of the files that were emitted, each once, in order. */
  step(edit: Edit): string[] {
    const { folder } = this.setup;
    const changes = applyEdit(folder, edit);
    for (const [name, text] of edit) if (text === null) removeOutputOf(folder, name);
    if (this.running) {
      const { run, system } = this.running;
      this.compilers.resume(run, () => system.notify(changes));
      return this.finish(system);
    }
    return this.start();
  }

  /** Ends a watching run, and begins anew with other variables of ours, and for this run more words for the compiler. */
  restart(environment: Environment, words: readonly string[] = []): string[] {
    this.environment = environment;
    this.running = null;
    return this.start(words);
  }

  output(): Output {
    return readOutput(this.setup.folder);
  }

  private start(more: readonly string[] = []): string[] {
    const { command, mode, folder } = this.setup;
    const system = new RecordingSystem(this.compilers.ts, folder);
    const words = [...wordsOf(mode, folder), ...more];
    const run: Run = { command, words, environment: this.environment, system: system.system };
    this.compilers.start(run);
    this.compilers.resume(run, () => system.notify([]));
    if (mode === "watch" || mode === "build-watch") this.running = { run, system };
    return this.finish(system);
  }

  private finish(system: RecordingSystem): string[] {
    this.said = system.takePrinted();
    const names = system.takeWritten().map((file) => relative(this.setup.folder, file));
    return [...new Set(names)].filter(isOutput).sort();
  }
}

function wordsOf(mode: Mode, folder: string): string[] {
  switch (mode) {
    case "incremental":
      return ["-p", folder];
    case "watch":
      return ["-p", folder, "--watch"];
    case "build":
      return ["-b", folder];
    case "build-watch":
      return ["-b", folder, "--watch"];
  }
}

function isOutput(name: string): boolean {
  return /\.(js|d\.ts)$/.test(name);
}

/** The compiler leaves what a deleted file was compiled to. */
function removeOutputOf(folder: string, source: string): void {
  const stem = source.replace(/(^|\/)src\//, "$1out/").replace(/\.ts$/, "");
  for (const extension of [".js", ".d.ts"]) rmSync(join(folder, stem + extension), { force: true });
}

function readOutput(folder: string): Output {
  const found = new Map<string, string>();
  const visit = (path: string, inside: boolean) => {
    if (!existsSync(path)) return;
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const file = join(path, entry.name);
      if (entry.isDirectory()) visit(file, inside || entry.name === "out");
      else if (inside && isOutput(entry.name)) found.set(relative(folder, file), readFileSync(file, "utf8"));
    }
  };
  for (const root of ["out", "lib", "app"]) visit(join(folder, root), root === "out");
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a full build of the same sources gives, in a folder that holds nothing else. */
export class FreshBuild {
  private readonly session: Session;

  constructor(
    compilers: Compilers,
    private readonly folder: string,
    private environment: Environment = {},
  ) {
    this.session = new Session(compilers, { folder, command: "ts-autofree", mode: "build", environment });
  }

  step(edit: Edit, environment: Environment = this.environment): Output {
    this.environment = environment;
    applyEdit(this.folder, edit);
    for (const part of [".", "lib", "app"]) {
      rmSync(join(this.folder, part, "out"), { recursive: true, force: true });
      rmSync(join(this.folder, part, "tsconfig.tsbuildinfo"), { force: true });
    }
    this.session.restart(environment);
    return this.session.output();
  }

  get said(): string {
    return this.session.said;
  }
}

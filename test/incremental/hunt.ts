/**
 * Random sequences of edits, each built step by step in every way; after each step the output is that of a full build.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../fuzz/random.js";
import type { Command, Compilers, Environment } from "./compilers.js";
import { randomEdit, randomProject } from "./edits.js";
import { filesOf, type Project } from "./project.js";
import { FreshBuild, type Mode, modes, type Output, Session } from "./session.js";
import type { Edit } from "./system.js";

export interface HuntRequest {
  readonly compilers: Compilers;
  readonly sequences: number;
  readonly seed: number;
  readonly steps: number;
  readonly untilFound: boolean;
  /** Begin no sequence after so many milliseconds. */
  readonly time?: number;
  /** Ways of building to look at; all if not given. */
  readonly ways?: readonly string[];
  readonly onSequence?: (totals: Totals) => void;
}

export interface Mismatch {
  readonly seed: number;
  readonly step: number;
  readonly way: string;
  readonly edits: readonly string[];
  readonly file: string;
  readonly expected: string | undefined;
  readonly found: string | undefined;
}

export interface Totals {
  sequences: number;
  steps: number;
  builds: number;
  /** Steps after which a file that nobody edited has other output. */
  reaching: number;
  /** Frees in all fresh output. */
  frees: number;
  readonly edits: Map<string, number>;
  readonly mismatches: Mismatch[];
}

const commands: readonly Command[] = ["ts-autofree", "tspc"];

/** Looks for a sequence of edits after which some build leaves other output than a full build. */
export function hunt(request: HuntRequest): Totals {
  const totals: Totals = {
    sequences: 0,
    steps: 0,
    builds: 0,
    reaching: 0,
    frees: 0,
    edits: new Map(),
    mismatches: [],
  };
  const end = Date.now() + (request.time ?? Number.POSITIVE_INFINITY);
  for (let at = 0; at < request.sequences && Date.now() < end; at++) {
    const root = mkdtempSync(join(tmpdir(), "ts-autofree-"));
    try {
      new Sequence(request, request.seed + at, root, totals).run();
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
    totals.sequences++;
    request.onSequence?.(totals);
    if (request.untilFound && totals.mismatches.length > 0) break;
  }
  return totals;
}

class Sequence {
  private readonly random: Random;
  private readonly project: Project;
  private readonly sessions: readonly {
    readonly session: Session;
    readonly command: Command;
    readonly mode: Mode;
  }[];
  private readonly fresh: FreshBuild;
  private files = new Map<string, string>();
  private expected: Output = new Map();
  private environment: Environment = {};

  constructor(
    private readonly request: HuntRequest,
    private readonly seed: number,
    root: string,
    private readonly totals: Totals,
  ) {
    this.random = new Random(seed);
    this.project = randomProject(this.random);
    const { compilers } = request;
    const own = this.project.pair ? modes.filter((mode) => mode.startsWith("build")) : modes;
    const ways = commands.flatMap((command) => own.map((mode) => ({ command, mode })));
    const asked = ways.filter(({ command, mode }) => request.ways?.includes(`${command} ${mode}`) ?? true);
    this.sessions = asked.map(({ command, mode }) => {
      const folder = join(root, `${command}-${mode}`);
      mkdirSync(folder);
      return { session: new Session(compilers, { folder, command, mode }), command, mode };
    });
    this.fresh = new FreshBuild(compilers, join(root, "fresh"));
  }

  run(): void {
    if (!this.step(this.nextFiles(), ["start"])) return;
    const states = [this.files];
    for (let at = 1; at < this.request.steps; at++) {
      const what = this.random.int(100);
      if (what < 6) {
        if (!this.toggle()) return;
        continue;
      }
      const undo = what < 14 && states.length > 1;
      const names = undo ? ["undo"] : randomEdit(this.project, this.random);
      const files = undo ? this.random.pick(states) : this.nextFiles();
      if (!this.step(files, names)) return;
      states.push(files);
    }
  }

  private nextFiles(): Map<string, string> {
    return filesOf(this.project, this.request.compilers.transformer);
  }

  /** Brings all folders to a state; whether their output is right. */
  private step(files: Map<string, string>, names: readonly string[]): boolean {
    const edit = difference(this.files, files);
    this.files = files;
    for (const { session } of this.sessions) session.step(edit);
    return this.compare(edit, names);
  }

  /** Builds again with other flags; `tspc -b` can't see that unless it is forced. */
  private toggle(): boolean {
    const flags: Environment[] = [
      {},
      { AUTOFREE_CHECKED: "1" },
      { AUTOFREE_ELIDE_ZERO_FILL: "off" },
      { AUTOFREE_NO_MANUAL_FREE: "1" },
      { AUTOFREE_MODE: "annotated" },
      { AUTOFREE_WORLD: "open" },
      { AUTOFREE_WORLD: "closed" },
      { AUTOFREE_MAX_FREES: "1" },
    ];
    this.environment = this.random.pick(flags);
    for (const { session, command, mode } of this.sessions) {
      session.restart(this.environment, command === "tspc" && mode.startsWith("build") ? ["--force"] : []);
    }
    return this.compare(new Map(), ["flags"]);
  }

  private compare(edit: Edit, names: readonly string[]): boolean {
    const { totals } = this;
    const before = this.expected;
    this.expected = this.fresh.step(edit, this.environment);
    totals.builds += this.sessions.length;
    this.count(before, edit, names);
    let right = true;
    for (const { session } of this.sessions) {
      const wrong = firstDifference(this.expected, session.output());
      if (wrong === null) continue;
      right = false;
      const found = { seed: this.seed, step: totals.steps, way: session.name, edits: names, ...wrong };
      totals.mismatches.push(found);
    }
    return right;
  }

  private count(before: Output, edit: Edit, names: readonly string[]): void {
    const { totals } = this;
    totals.steps++;
    for (const name of names) totals.edits.set(name, (totals.edits.get(name) ?? 0) + 1);
    for (const text of this.expected.values()) totals.frees += text.split(/\$free\w*\(|\.give\(/).length - 1;
    const edited = new Set(
      [...edit.keys()].map((name) => name.replace("src/", "out/").replace(/\.ts$/, ".js")),
    );
    const reached = [...this.expected].some(
      ([name, text]) =>
        before.has(name) && before.get(name) !== text && !edited.has(name) && name.endsWith(".js"),
    );
    if (reached) totals.reaching++;
  }
}

function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Edit {
  const edit = new Map<string, string | null>();
  for (const [name, text] of after) if (before.get(name) !== text) edit.set(name, text);
  for (const name of before.keys()) if (!after.has(name)) edit.set(name, null);
  return edit;
}

type Difference = Pick<Mismatch, "file" | "expected" | "found">;

/** The first file of a full build that is missing or differs. What it could not emit for errors, an earlier build may have left. */
export function firstDifference(expected: Output, found: Output): Difference | null {
  for (const [file, text] of expected) {
    const is = found.get(file);
    if (is !== text) return { file, expected: text, found: is };
  }
  return null;
}

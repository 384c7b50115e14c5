/**
 * Decides when a program is analysed: an analysis looks at the whole program, an editor makes a new program at every edit.
 *
 * - Nothing is analysed that nobody asks about, and no program twice.
 * - While an analysis takes no longer than the budget, it is done when it is asked for.
 * - Beyond, it is done when edits have paused; until then the last verdicts stand for the files that are still the same.
 * - A program with too many files of its own is never analysed.
 */
import type TS from "typescript";
import type { Settings } from "./settings.js";
import type { FileVerdicts, Verdicts } from "./verdicts.js";

export interface ScheduleHost {
  readonly analyze: (program: TS.Program) => Verdicts;
  /** The program as it stands; asked for when edits have paused. */
  readonly currentProgram: () => TS.Program | undefined;
  /** Called when verdicts have come that nobody waits for. */
  readonly announce: () => void;
  readonly log: (text: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
  readonly later: (work: () => void, milliseconds: number) => () => void;
}

export class Schedule {
  private known = new WeakSet<TS.Program>();
  private last: Verdicts = new Map();
  /** How long the last analysis took; `null` before the first. */
  private duration: number | null = null;
  private cancel: (() => void) | null = null;
  private toldTooMany = false;

  constructor(
    private readonly settings: Settings,
    private readonly host: ScheduleHost,
  ) {}

  /** What is known of a file of the program now; `null` if nothing is. */
  verdictsOf(program: TS.Program, fileName: string): FileVerdicts | null {
    const file = program.getSourceFile(fileName);
    if (!file || file.isDeclarationFile) return null;
    if (!this.known.has(program) && !this.isTooLarge(program)) {
      if (this.isQuick(program)) this.analyze(program);
      else this.postpone();
    }
    return this.last.get(file) ?? null;
  }

  /** Forgets the timer; verdicts stay. */
  close(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private isQuick(program: TS.Program): boolean {
    // Of an analysis that was never made the size of the program tells something.
    return this.duration === null ? ownFiles(program) <= 40 : this.duration <= this.settings.budget;
  }

  private isTooLarge(program: TS.Program): boolean {
    const count = ownFiles(program);
    if (count <= this.settings.maxFiles) return false;
    if (!this.toldTooMany)
      this.host.log(
        `off: the program has ${count} files of its own; "maxFiles" is ${this.settings.maxFiles}`,
      );
    this.toldTooMany = true;
    this.last = new Map();
    return true;
  }

  private postpone(): void {
    this.close();
    this.cancel = this.host.later(() => {
      this.cancel = null;
      const program = this.host.currentProgram();
      if (!program || this.known.has(program)) return;
      this.analyze(program);
      this.host.announce();
    }, this.settings.pause);
  }

  private analyze(program: TS.Program): void {
    this.close();
    // First of all, so that what fails isn't tried again.
    this.known.add(program);
    const start = this.host.now();
    try {
      this.last = this.host.analyze(program);
    } catch (error) {
      this.last = new Map();
      this.host.log(`failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    }
    this.duration = this.host.now() - start;
    this.host.log(`analysed ${ownFiles(program)} files in ${Math.round(this.duration)} ms`);
  }
}

function ownFiles(program: TS.Program): number {
  return program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file)).length;
}

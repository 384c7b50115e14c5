/**
 * A compiler's system on real files in which nothing depends on the clock: every write is a second later than the one before, and
 * a watching compiler goes on when it is told of changes, and only then.
 */
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type TS from "typescript";

/** Files by their path in the project; `null` deletes one. */
export type Edit = ReadonlyMap<string, string | null>;

let seconds = Math.floor(Date.now() / 1000);

/** The next point in time; no two are alike. */
function nextTime(): Date {
  seconds++;
  return new Date(seconds * 1000);
}

interface Change {
  readonly file: string;
  readonly kind: TS.FileWatcherEventKind;
}

/** Writes and deletes files as an editor does, and says what became of each. */
export function applyEdit(folder: string, edit: Edit): Change[] {
  return [...edit].map(([name, text]) => {
    const file = join(folder, name);
    const existed = existsSync(file);
    if (text === null) {
      rmSync(file, { force: true });
      return { file, kind: 2 };
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const time = nextTime();
    utimesSync(file, time, time);
    return { file, kind: existed ? 1 : 0 };
  });
}

interface Timer {
  readonly call: () => void;
}

/** The system of one run. */
export class RecordingSystem {
  readonly system: TS.System;
  /** The files that were written since they were last taken. */
  private written: string[] = [];
  private printed = "";
  private readonly fileWatchers = new Map<string, Set<TS.FileWatcherCallback>>();
  private readonly folderWatchers = new Map<string, Map<TS.DirectoryWatcherCallback, boolean>>();
  private timers: Timer[] = [];

  constructor(ts: typeof TS, folder: string) {
    const base = ts.sys;
    const extra: Partial<TS.System> & { now(): Date } = {
      now: nextTime,
      getCurrentDirectory: () => folder,
      getExecutingFilePath: base.getExecutingFilePath,
      exit: () => {},
      write: (text) => {
        this.printed += text;
      },
      clearScreen: () => {},
      writeOutputIsTTY: () => false,
      writeFile: (file, text, mark) => {
        base.writeFile(file, text, mark);
        const time = nextTime();
        utimesSync(file, time, time);
        this.written.push(file);
      },
      setModifiedTime: (file, time) => utimesSync(file, time, time),
      watchFile: (file, callback) => watchOn(this.fileWatchers, file, callback),
      watchDirectory: (path, callback, recursive) => this.watchFolder(path, callback, recursive === true),
      setTimeout: (callback, _delay, ...args) => {
        const timer = { call: () => callback(...args) };
        this.timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        this.timers = this.timers.filter((each) => each !== timer);
      },
    };
    this.system = { ...base, ...extra } as TS.System;
  }

  /** Tells watchers of changes, and runs what they ask for later. */
  notify(changes: readonly Change[]): void {
    for (const { file, kind } of changes) {
      for (const callback of [...(this.fileWatchers.get(file) ?? [])]) callback(file, kind);
      if (kind === 1) continue;
      for (const [path, callbacks] of this.folderWatchers) {
        for (const [callback, recursive] of [...callbacks]) {
          if (recursive ? file.startsWith(`${path}/`) : dirname(file) === path) callback(file);
        }
      }
    }
    for (let rounds = 0; this.timers.length > 0; rounds++) {
      if (rounds > 1000) throw new Error("a watching compiler does not come to rest");
      this.timers.shift()?.call();
    }
  }

  takeWritten(): string[] {
    const taken = this.written;
    this.written = [];
    return taken;
  }

  takePrinted(): string {
    const taken = this.printed;
    this.printed = "";
    return taken;
  }

  private watchFolder(path: string, callback: TS.DirectoryWatcherCallback, recursive: boolean) {
    const plain = path.replace(/\/$/, "");
    const callbacks = this.folderWatchers.get(plain) ?? new Map();
    this.folderWatchers.set(plain, callbacks);
    callbacks.set(callback, recursive);
    return { close: () => callbacks.delete(callback) };
  }
}

function watchOn<T>(watchers: Map<string, Set<T>>, path: string, callback: T): TS.FileWatcher {
  const callbacks = watchers.get(path) ?? new Set();
  watchers.set(path, callbacks);
  callbacks.add(callback);
  return { close: () => callbacks.delete(callback) };
}

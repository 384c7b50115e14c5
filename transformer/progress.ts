/**
 * Shows on a terminal how far a long analysis has come: one line on stderr that is written over, and taken away at the end.
 *
 * The passes say what they do to a {@link Clock}, so nothing of the pipeline knows of this. A short run shows nothing, and neither does one
 * that nobody watches: in a pipe, or under continuous integration.
 */
import { type Clock, noClock } from "./clock.js";

/** A terminal, as far as it is used here. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

export interface ProgressRequest {
  readonly stream: ProgressStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What is compiled, as the line names it. */
  readonly project: string;
  /** How many files are looked through. */
  readonly files: number;
  /** Milliseconds from any moment on. */
  readonly now: () => number;
}

export interface Progress {
  readonly clock: Clock;
  /** Takes the line away; nothing is shown after that. */
  readonly end: () => void;
}

/** A run that ends sooner shows nothing. */
const quietMilliseconds = 500;
const millisecondsBetweenLines = 100;

const noProgress: Progress = { clock: noClock, end: () => {} };

/** The passes that say something else than that functions are analysed. */
const phases: ReadonlyMap<string, string> = new Map([
  ["link", "linking plans"],
  ["zero-fill", "looking for zeros that nobody reads"],
  ["check", "checking frees"],
  ["report", "making the report"],
  ["describe", "describing"],
  ["edits", "preparing the output"],
]);

/**
 * Begins to show the progress of one project.
 *
 * @param request where to, of what
 * @returns a clock for the pipeline, and what ends the line
 *
 * @example
 * const { clock, end } = showProgress({ stream: process.stderr, environment: process.env, project: "a", files: 80, now: performance.now });
 */
export function showProgress({ stream, environment, project, files, now }: ProgressRequest): Progress {
  if (!isWatched(stream, environment)) return noProgress;
  const start = now();
  let last = Number.NEGATIVE_INFINITY;
  let isShown = false;
  let hasEnded = false;
  let [file, functions] = [0, 0];
  const show = (pass: string): void => {
    const at = now();
    if (hasEnded || at - start < quietMilliseconds || at - last < millisecondsBetweenLines) return;
    last = at;
    isShown = true;
    const phase = phases.get(pass) ?? "analysing";
    const text = `ts-autofree: ${project}: ${phase}, file ${file} of ${files}, ${functions} functions`;
    stream.write(`\r${text.slice(0, (stream.columns || 80) - 1)}\u001b[K`);
  };
  const during: Clock["during"] = (pass, work) => {
    if (pass === "findFunctions") file++;
    if (pass === "planning") functions++;
    show(pass);
    return work();
  };
  const end = (): void => {
    if (isShown && !hasEnded) stream.write("\r\u001b[K");
    hasEnded = true;
  };
  return { clock: { during }, end };
}

/** Whether somebody sees the line, and the terminal can write over it. */
function isWatched({ isTTY }: ProgressStream, { CI, TERM }: ProgressRequest["environment"]): boolean {
  const isIntegration = CI !== undefined && CI !== "" && CI !== "0" && CI !== "false";
  return isTTY === true && !isIntegration && TERM !== "dumb";
}

let terminal: ProgressStream | null = null;

/** Has builds of this run show their progress: for the command, which has the terminal for itself. Under a bundler nothing is shown. */
export function allowProgress(stream: ProgressStream): void {
  terminal = stream;
}

/** Begins to show progress if that is allowed in this run. */
export function startProgress(project: string, files: number): Progress {
  if (!terminal) return noProgress;
  const { env: environment } = process;
  return showProgress({ stream: terminal, environment, project, files, now: () => performance.now() });
}

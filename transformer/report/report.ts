/**
 * The report: what the tool says about every allocation site. Other tools read its JSON form, so its shape
 * is stable (version 1).
 */
import { type Reason, reasons } from "../plan/reasons.js";

/** What became of a site. `static` and `scalar` mean that no allocation is left at all. */
export const verdicts = ["freed", "partial", "static", "scalar", "kept"] as const;
export type Verdict = (typeof verdicts)[number];

export { type Reason, reasons };

/** A step of the way by which a buffer escapes. Lines and columns start at 1; `file` is relative to the project root. */
export interface PathStep {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** Where a free was inserted; `file` is present when it lies in another file than the site. */
export interface FreePlace {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

export interface SiteReport {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The source text of the allocation expression, on one line, at most 120 characters. */
  readonly expression: string;
  /** The type of the buffer, such as `Float64Array`. */
  readonly type: string;
  /** The name of the enclosing function; `<module>` at the top level. */
  readonly function: string;
  readonly verdict: Verdict;
  readonly frees: readonly FreePlace[];
  readonly reason: Reason | null;
  readonly path: readonly PathStep[];
  /** Present where every element is written before any is read, so that the memory is handed out without zeros. */
  readonly elided?: true;
  /** Present where the next iteration of a loop reuses what one frees. */
  readonly reused?: true;
}

/** A free in the emitted code; `value` is what it names: a variable, or a path from one. */
export interface InsertedFree {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly value: string;
}

/** A handwritten free that is wrong (`certain`: then it is a compile error too) or may be. */
export interface SuspectFree {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly certain: boolean;
  readonly text: string;
  readonly path: readonly PathStep[];
}

export interface Report {
  readonly version: 1;
  readonly tool: string;
  readonly sites: readonly SiteReport[];
  /** All frees in the order by which `--max-frees` counts them. */
  readonly frees: readonly InsertedFree[];
  /** Handwritten frees to look at. */
  readonly suspects: readonly SuspectFree[];
  /** How many sites a filter has left out; missing where there was none. */
  readonly hidden?: number;
  readonly totals: {
    readonly sites: number;
    readonly freed: number;
    readonly partial: number;
    readonly static: number;
    readonly scalar: number;
    readonly kept: number;
  };
}

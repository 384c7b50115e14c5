/** What the page is made of, besides the report: the program's files before and after. It is embedded in the page as JSON. */
import type { Report } from "../report.js";

/** A run of lines in which the output differs from what `tsc` alone emits. */
export interface LineChange {
  /** How many lines of the plain output come before it. */
  readonly at: number;
  /** How many lines of the plain output are replaced. */
  readonly removed: number;
  /** The lines in their place. */
  readonly added: readonly string[];
}

/** The JavaScript of one file. */
export interface EmittedCode {
  /** The name of the emitted file, without its folder. */
  readonly name: string;
  /** What the compiler emits with no transformer. */
  readonly plain: string;
  /** What ts-autofree makes of that; empty where it changes nothing. */
  readonly changes: readonly LineChange[];
}

export interface PageFile {
  /** As in the report: relative to the project root. */
  readonly file: string;
  readonly source: string;
  /** `null` where the compiler emits nothing, or several files as one. */
  readonly emitted: EmittedCode | null;
}

export interface PageData {
  readonly report: Report;
  readonly files: readonly PageFile[];
}

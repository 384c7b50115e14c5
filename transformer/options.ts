/**
 * The options of the transformer, after the command line, the plugin entry and the environment are merged.
 */
export interface Options {
  /** Emit no free at all, and remove handwritten ones. */
  readonly noManualFree: boolean;
  /** Emit for the checked runtime. */
  readonly checked: boolean;
  /** Transform everything, or only what a directive asks for. */
  readonly mode: "all" | "annotated";
  /** Print verdicts after the build, in this form; `null` prints none. */
  readonly explain: "text" | "json" | "html" | null;
  /** Write the report to this file (`.json` or `.html`), or `null`. */
  readonly report: string | null;
}

export const defaultOptions: Options = {
  noManualFree: false,
  checked: false,
  mode: "all",
  explain: null,
  report: null,
};

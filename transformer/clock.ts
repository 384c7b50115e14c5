/** Lets a caller see how long each pass takes. Passes call one another on demand, so their times are nested. */
export interface Clock {
  /** Does `work` as part of `pass`. */
  readonly during: <T>(pass: string, work: () => T) => T;
}

/** Measures nothing. */
export const noClock: Clock = { during: (_pass, work) => work() };

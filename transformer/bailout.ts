/**
 * Two kinds of trouble, never confused:
 *
 * - **Unsupported input** bails out. The function is left exactly as it was and the report says why
 *   ({@link Bailout}). This is normal.
 * - **A broken invariant** of ours throws ({@link InvariantError}). This is a bug, and nobody catches it.
 */

/** Thrown by the lowering to leave one function alone; caught in one place, where a function is lowered. */
export class Bailout extends Error {
  constructor(readonly why: string) {
    super(why);
    this.name = "Bailout";
  }
}

/** A bug in ts-autofree. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(`ts-autofree: internal invariant broken: ${message}. Please report this with the source file.`);
    this.name = "InvariantError";
  }
}

/** Throws {@link InvariantError} unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** For the end of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new InvariantError(`unexpected ${JSON.stringify(value)}`);
}

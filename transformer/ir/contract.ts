/**
 * What a declaration promises of a function that is called without its body being known: the directives
 * `@autofree noescape` and `@autofree fresh`.
 *
 * Example: `declare function hash(data: Uint8Array, salt: string[]): Uint8Array` with `noescape data, salt` and `fresh` has
 * the parameters `numbers` and `objects`, and the result `Uint8Array`.
 */
import type { BufferType } from "./effect.js";

/**
 * Whether an argument is only borrowed for the call, so that no new reference to it, or to anything it holds, is left
 * after the call but inside of itself.
 *
 * - `none`: nothing is promised;
 * - `numbers`: it is borrowed, and by its type it holds no other objects;
 * - `objects`: it is borrowed, and may hold others, which may change places.
 */
export type Borrowing = "none" | "numbers" | "objects";

export interface Contract {
  readonly receiver: Borrowing;
  /** By position; the last one stands for all further arguments if {@link hasRest}. */
  readonly parameters: readonly Borrowing[];
  readonly hasRest: boolean;
  /** The result is a new buffer of this type, which only the caller knows. */
  readonly fresh: BufferType | null;
}

/** What is promised of the argument at `position`. */
export function borrowingOf({ parameters, hasRest }: Contract, position: number): Borrowing {
  const last = parameters.length - 1;
  return (hasRest && position >= last ? parameters[last] : parameters[position]) ?? "none";
}

/** What is promised of arguments that may stand at any position from `position` on. */
export function borrowingFrom(contract: Contract, position: number): Borrowing {
  if (!contract.hasRest) return "none";
  const last = Math.max(position, contract.parameters.length - 1);
  let weakest = borrowingOf(contract, last);
  for (let i = position; i < last; i++) {
    const each = borrowingOf(contract, i);
    if (each === "none" || weakest === "none") return "none";
    if (each === "objects") weakest = each;
  }
  return weakest;
}

/** Both promises together. */
export function mergeContracts(a: Contract, b: Contract): Contract {
  const length = Math.max(a.parameters.length, b.parameters.length);
  return {
    receiver: strongest(a.receiver, b.receiver),
    parameters: Array.from({ length }, (_, i) =>
      strongest(a.parameters[i] ?? "none", b.parameters[i] ?? "none"),
    ),
    hasRest: a.hasRest && b.hasRest,
    fresh: a.fresh ?? b.fresh,
  };
}

function strongest(a: Borrowing, b: Borrowing): Borrowing {
  return a === "none" ? b : a;
}

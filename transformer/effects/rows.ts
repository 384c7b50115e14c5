/** Short forms for the rows that most tables repeat. */
import type { CallbackArgument, Effect, ResultEffect } from "../ir/effect.js";

/** Reads its receiver and arguments, returns no object. */
export function reads(clause: string): Effect {
  return { clause, receiver: "borrowed", rest: "borrowed", result: { kind: "primitive" } };
}

/** Reads its receiver and arguments, returns `result`. */
export function gives(clause: string, result: ResultEffect): Effect {
  return { clause, receiver: "borrowed", rest: "borrowed", result };
}

/** Calls its first argument with `callback`, reads the others. */
export function calls(clause: string, callback: readonly CallbackArgument[], result: ResultEffect): Effect {
  // The argument after the callback is its `this`, or the accumulator's first value: seen by the callback.
  return { clause, receiver: "borrowed", arguments: ["callback"], rest: "escaped", callback, result };
}

/** The same row for several names. */
export function each(names: string, row: (name: string) => Effect): Record<string, Effect> {
  return Object.fromEntries(names.split(" ").map((name) => [name, row(name)]));
}

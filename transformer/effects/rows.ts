/** Short forms for the rows that most tables repeat. */
import type { CallbackArgument, Effect, ResultEffect } from "../ir/effect.js";

/** The rows of an interface, a namespace or a module, by member. */
export type Table = Readonly<Record<string, Effect>>;

/** Reads its receiver and arguments, returns no object. */
export function reads(clause: string): Effect {
  return { clause, receiver: "borrowed", rest: "borrowed", result: { kind: "primitive" } };
}

/** Looks at its receiver and arguments as they are, and returns no object. */
export function inspects(clause: string): Effect {
  return { ...reads(clause), rest: "inspected" };
}

/** Reads its receiver and arguments, returns `result`. */
export function gives(clause: string, result: ResultEffect): Effect {
  return { clause, receiver: "borrowed", rest: "borrowed", result };
}

/** Reads its receiver and arguments, returns something of which nothing is known but that it reaches neither. */
export function makes(clause: string): Effect {
  return gives(clause, { kind: "unknown" });
}

/** Reads its receiver and arguments, returns a new object that holds primitives only. */
export function describes(clause: string): Effect {
  return gives(clause, { kind: "fresh-container", from: "nothing" });
}

/** Calls its first argument with `callback`, reads the others. */
export function calls(clause: string, callback: readonly CallbackArgument[], result: ResultEffect): Effect {
  // The argument after the callback is its `this`: seen by the callback.
  return { clause, receiver: "borrowed", arguments: ["callback"], rest: "escaped", callback, result };
}

/** `reduce(f, initial)`: the second argument is the accumulator's first value. */
export function reduces(clause: string, callback: readonly CallbackArgument[]): Effect {
  return {
    ...calls(clause, callback, { kind: "callback-result" }),
    arguments: ["callback", "borrowed"],
  };
}

/** The rows of a table without those of some names. */
export function without(table: Table, names: string): Table {
  const left = new Set(names.split(/\s+/));
  return Object.fromEntries(Object.entries(table).filter(([name]) => !left.has(name)));
}

/** The same row for several names. */
export function each(names: string, row: (name: string) => Effect): Record<string, Effect> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, row(name)]));
}

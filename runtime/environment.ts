/**
 * `AUTOFREE` in the environment of a compiled program: `off` makes frees do nothing, `checked` has the checked runtime watch.
 *
 * Idea: the checked runtime sits beside this file and takes the pool over when it is loaded. It is loaded by `require`, so that it
 * is there before anything is allocated, and a release program carries none of it.
 *
 * Invariants:
 * - Without the variable, or where there is no environment to read, nothing happens.
 * - A wish for `checked` that can't be fulfilled is an error: nobody shall think that a program was watched.
 *
 * Example: `AUTOFREE=checked node dist/main.js`
 */
import { turnOff } from "./pool.js";

interface Process {
  readonly env?: Record<string, string | undefined>;
  getBuiltinModule(name: string): { createRequire(from: string): (name: string) => unknown };
}

let wish: string | undefined;
const { process } = globalThis as { process?: Process };
try {
  wish = process?.env?.AUTOFREE;
} catch {
  // An environment that may not be read has no wishes.
}
if (wish === "off") turnOff();
// In a bundle there is nothing beside this file: compile with --checked there.
if (wish === "checked") process?.getBuiltinModule("module").createRequire(import.meta.url)("./checked.js");

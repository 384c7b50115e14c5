/**
 * `ts-autofree/runtime/off`: importing it makes every free of the program do nothing.
 *
 * Idea: the same as `AUTOFREE=off` in the environment, for where there is none. `alloc` is `new` from here on.
 *
 * Invariants: S6, for a program that is already compiled. Frees before the import have happened: import it first.
 *
 * Example:
 * ```ts
 * import "ts-autofree/runtime/off";
 * import "./main.js";
 * ```
 */
import { turnOff } from "./pool.js";

turnOff();

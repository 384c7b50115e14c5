/**
 * The TypeScript instance of the host compiler.
 *
 * A transformer must build nodes with the very instance that runs it (ts-patch's, the CLI's, a test's), so
 * the package never imports `typescript` at run time. Every entry point calls {@link bindTypeScript} first;
 * the rest of the compile-time code imports the live binding `ts` from here, and types from `typescript`.
 */
import type TS from "typescript";

export let ts: typeof TS;

let bound: typeof TS | null = null;

/**
 * Makes `host` the instance that all later calls use. The module's exports are getters, which take longer than most of
 * what they give; so they are read once.
 *
 * @param host the `typescript` module object of the running compiler
 */
export function bindTypeScript(host: typeof TS): void {
  if (host === bound) return;
  bound = host;
  ts = { ...host };
}

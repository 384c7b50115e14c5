/**
 * The TypeScript instance of the host compiler.
 *
 * A transformer must build nodes with the very instance that runs it (ts-patch's, the CLI's, a test's), so
 * the package never imports `typescript` at run time. Every entry point calls {@link bindTypeScript} first;
 * the rest of the compile-time code imports the live binding `ts` from here, and types from `typescript`.
 */
import type TS from "typescript";

export let ts: typeof TS;

/**
 * Makes `host` the instance that all later calls use.
 *
 * @param host the `typescript` module object of the running compiler
 */
export function bindTypeScript(host: typeof TS): void {
  ts = host;
}

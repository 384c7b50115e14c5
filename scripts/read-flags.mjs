/** The flags of a script; a wrong one ends it with one message. */
import { parseArgs } from "node:util";

/**
 * `parseArgs`, but a flag that isn't known, or lacks its value, is told with the usage, and the process ends with exit code 2.
 *
 * @template {import("node:util").ParseArgsConfig} T
 * @param {string} usage
 * @param {T} config
 * @returns {ReturnType<typeof parseArgs<T>>}
 */
export function readFlags(usage, config) {
  try {
    return parseArgs(config);
  } catch (error) {
    tellUsage(usage, error);
    process.exit();
  }
}

/**
 * Tells the usage if an error is about flags, and sets the exit code to 2; throws any other.
 *
 * @param {string} usage
 * @param {unknown} error
 */
export function tellUsage(usage, error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
  console.error(`${message}\n${usage}`);
  process.exitCode = 2;
}

/**
 * Lists the library functions that some code calls and that have no effect row, most frequent first:
 *
 *     node scripts/missing-rows.mjs [--all] FILE-OR-FOLDER...
 *
 * Counted are calls that hand over an object, or are made on a buffer, container or other object; with `--all`, every call.
 */
import path from "node:path";
import { runnerImport } from "vite";

const { module } = await runnerImport(path.join(import.meta.dirname, "missing-rows.ts"));
const options = process.argv.slice(2);
module.print(
  options.filter((each) => each !== "--all"),
  options.includes("--all"),
);

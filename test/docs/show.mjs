/**
 * Prints what a pass makes of a TypeScript file:
 *
 *     node test/docs/show.mjs functions|ir|facts|summaries|plan|links|report|edits|js|stripped FILE
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { runnerImport } from "vite";

const { module } = await runnerImport(path.join(import.meta.dirname, "show.ts"));
const [view, file] = process.argv.slice(2);
if (!module.views.includes(view) || !file) {
  console.error(`usage: node test/docs/show.mjs ${module.views.join("|")} FILE`);
  process.exitCode = 1;
} else {
  const name = path.basename(file);
  const example = new module.Example(new Map([[name, readFileSync(file, "utf8")]]));
  for (const error of example.errors(name)) console.error(`type error: ${error}`);
  console.log(example.show(view, name));
}

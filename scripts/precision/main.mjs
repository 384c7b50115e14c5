/**
 * Measures how many buffers the tool frees in open code, and compares its verdicts with labels made by hand:
 *
 *     npm run precision -- [PACKAGE…] [--work DIR] [--write]
 *
 * Prints the page; `--write` puts it in `docs/precision.md`, for which all packages must be there.
 */
import { writeFileSync } from "node:fs";
import { renderPage } from "./document.mjs";
import { readMisses } from "./labels.mjs";
import { measurePackage } from "./measure.mjs";
import { readOptions } from "./options.mjs";
import { packages } from "./packages.mjs";
import { openPackage } from "./prepare.mjs";

const options = readOptions(process.argv.slice(2));
const notice = (/** @type {string} */ message) => console.error(message);
const all = options.packages.flatMap((measured) => {
  const opened = openPackage(measured, options.work, notice);
  if (opened === null) return [];
  notice(`${measured.name} ${opened.version}`);
  return measurePackage(measured, opened);
});
const page = `${renderPage(all, options, readMisses())}\n`;
console.log(page);
if (options.write) {
  if (all.length < packages.length)
    throw new Error("--write needs all packages: the page is about all of them.");
  writeFileSync(new URL("../../docs/precision.md", import.meta.url), page);
}

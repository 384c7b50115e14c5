/**
 * Draws the sites of a package that are to be labelled, without the tool's verdicts:
 *
 *     node scripts/precision/sample.mjs [PACKAGE…] [--work DIR] [--seed N] [--count N] [--json]
 *
 * With `--json` it prints the skeleton of a file of labels. Needs a build in `dist`.
 */
import { pathToFileURL } from "node:url";
import { readOptions } from "./options.mjs";
import { openPackage } from "./prepare.mjs";
import { findAllocations, openProgram } from "./sites.mjs";

/**
 * Numbers from 0 to below 1 that only the seed decides (Mulberry32).
 *
 * @param {number} seed
 */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {readonly T[]} all
 * @param {{ seed: number, count: number }} options
 * @returns {T[]} in the order of `all`
 */
export function draw(all, { seed, count }) {
  const random = generator(seed);
  const order = all.map((_, position) => position);
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  const drawn = new Set(order.slice(0, count));
  return all.filter((_, position) => drawn.has(position));
}

function main() {
  const options = readOptions(process.argv.slice(2));
  for (const measured of options.packages) {
    const opened = openPackage(measured, options.work, (message) => console.error(message));
    if (opened === null) continue;
    const all = findAllocations(openProgram(opened.tsconfig), opened.folder);
    const drawn = draw(all, options);
    console.error(
      `${measured.name} ${opened.version}: ${drawn.length} of ${all.length} sites, seed ${options.seed}`,
    );
    if (options.json) {
      console.log(
        JSON.stringify(
          drawn.map((site) => ({ ...site, label: "", note: "" })),
          null,
          2,
        ),
      );
      continue;
    }
    for (const { file, line, column, expression } of drawn) {
      console.log(`${file}:${line}:${column} ${expression}`);
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();

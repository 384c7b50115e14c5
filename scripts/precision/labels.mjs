/** Reads the labels that were made by hand: one array for each package, in `labels/`. */
import { existsSync, readFileSync } from "node:fs";

/**
 * @typedef {object} Label
 * @property {string} file
 * @property {number} line
 * @property {number} column
 * @property {string} expression
 * @property {"local" | "dies-in-caller-or-owner" | "escapes"} label
 * @property {string} note
 */

export const labelNames = /** @type {const} */ (["local", "dies-in-caller-or-owner", "escapes"]);

/**
 * @param {string} name of a package
 * @returns {Label[]}
 */
export function readLabels(name) {
  const file = new URL(`labels/${name}.json`, import.meta.url);
  if (!existsSync(file)) return [];
  const labels = JSON.parse(readFileSync(file, "utf8"));
  for (const { file: source, line, label } of labels) {
    if (!labelNames.includes(label)) throw new Error(`${name}: ${source}:${line} is labelled ${label}.`);
  }
  return labels;
}

/**
 * Why a site was missed, written by hand once and kept when the page is generated anew.
 *
 * @returns {Record<string, { cause: string, explanation: string }>}
 */
export function readMisses() {
  return JSON.parse(readFileSync(new URL("misses.json", import.meta.url), "utf8"));
}

/**
 * @param {string} name of a package
 * @param {Pick<Label, "file" | "line" | "column">} site
 */
export function siteKey(name, { file, line, column }) {
  return `${name} ${file}:${line}:${column}`;
}

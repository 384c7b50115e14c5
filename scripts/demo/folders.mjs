import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {object} FolderComparison
 * @property {number} files how many there are in either
 * @property {string[]} different paths that differ in content, or are in one folder only
 */

/**
 * Compares two folders, recursively, byte for byte.
 *
 * @param {string} left
 * @param {string} right
 * @returns {FolderComparison}
 */
export function compareFolders(left, right) {
  const inLeft = new Set(listFiles(left));
  const inRight = new Set(listFiles(right));
  const all = [...new Set([...inLeft, ...inRight])].sort();
  const different = all.filter((file) => {
    if (!inLeft.has(file) || !inRight.has(file)) return true;
    return !readFileSync(path.join(left, file)).equals(readFileSync(path.join(right, file)));
  });
  return { files: all.length, different };
}

/** @param {string} folder */
function listFiles(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(path.join(folder, file)).isFile(),
  );
}

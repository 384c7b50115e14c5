/**
 * Lets a build with other options see earlier output as out of date.
 *
 * `tsc -b` skips a project whose output is newer than its sources before any program exists. What it does look at
 * is the compiler version in the project's `.tsbuildinfo`. So that version is extended by a word for our options
 * when the file is written, and taken off when it is read again under the same options; under others, and by plain
 * `tsc`, it reads as the output of another compiler, and the project is built again.
 *
 * Output of `--no-manual-free` carries no such word, since it is that of plain `tsc`; and since output without one
 * may hold handwritten frees, `--no-manual-free` takes none for its own and always builds.
 */
import type TS from "typescript";

/**
 * Changes how `system` reads and writes `.tsbuildinfo` files.
 *
 * @param version that of the compiler
 * @param stamp the word for this run's options; empty for the output of plain `tsc`
 */
export function stampBuildInfo(system: TS.System, version: string, stamp: string): void {
  const { readFile, writeFile } = system;
  const plain = `"version":"${version}"`;
  const stamped = `"version":"${version}+ts-autofree.${stamp}"`;
  const foreign = `"version":"${version} with other options of ts-autofree"`;
  system.readFile = (file, encoding) => {
    const text = readFile.call(system, file, encoding);
    if (text === undefined || !isBuildInfo(file)) return text;
    if (stamp !== "" && text.includes(stamped)) return replaceLast(text, stamped, plain);
    return replaceLast(text, plain, foreign);
  };
  system.writeFile = (file, text, byteOrderMark) => {
    const written = isBuildInfo(file) && stamp !== "" ? replaceLast(text, plain, stamped) : text;
    writeFile.call(system, file, written, byteOrderMark);
  };
}

function isBuildInfo(file: string): boolean {
  return file.endsWith(".tsbuildinfo");
}

function replaceLast(text: string, found: string, replacement: string): string {
  const at = text.lastIndexOf(found);
  return at < 0 ? text : text.slice(0, at) + replacement + text.slice(at + found.length);
}

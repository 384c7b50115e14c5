/** Which tests of test262 are run, and what each asks for (https://github.com/tc39/test262, INTERPRETING.md). */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Folders below `test/` that have to do with buffers, or with the control flow that buffers pass through. */
export const folders = [
  "built-ins/TypedArray",
  "built-ins/TypedArrayConstructors",
  "built-ins/ArrayBuffer",
  "built-ins/DataView",
  "built-ins/Array/from",
  "built-ins/Array/of",
  "built-ins/AsyncGeneratorFunction",
  "built-ins/GeneratorPrototype",
  "language/statements/generators",
  "language/statements/async-function",
  "language/statements/async-generator",
  "language/statements/for-of",
  "language/statements/for-await-of",
  "language/statements/try",
  "language/statements/variable",
  "language/expressions/generators",
  "language/expressions/async-function",
  "language/expressions/async-generator",
  "language/expressions/async-arrow-function",
  "language/expressions/yield",
  "language/expressions/await",
  "language/expressions/assignment/dstr",
  "language/destructuring",
];

/**
 * @typedef {object} Test
 * @property {string} name below `test/`
 * @property {string} source
 * @property {string[]} includes files of the harness
 * @property {boolean} isAsync tells by `$DONE` that it has ended
 * @property {string | null} expects the name of the error that it must end with
 */

/**
 * The tests below one of the folders that can run as a module in strict mode.
 *
 * @param {string} root the checkout
 * @param {string} folder
 * @returns {Test[]}
 */
export function readTests(root, folder) {
  const base = path.join(root, "test");
  const names = readdirSync(path.join(base, folder), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".js") && !/_FIXTURE\.js$/.test(name))
    .sort()
    .flatMap((name) => readTest(base, path.join(folder, name)) ?? []);
}

/**
 * @param {string} base
 * @param {string} name
 * @returns {Test | null}
 */
function readTest(base, name) {
  const source = readFileSync(path.join(base, name), "utf8");
  const meta = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1] ?? "";
  const list = (/** @type {string} */ key) => {
    const inline = new RegExp(`^${key}: *\\[([^\\]]*)\\]`, "m").exec(meta)?.[1];
    const block = new RegExp(`^${key}:\\s*\\n((?: +- .*\\n?)+)`, "m").exec(meta)?.[1];
    return (inline?.split(",") ?? block?.split("\n").map((line) => line.replace(/^ *- /, "")) ?? [])
      .map((each) => each.trim())
      .filter(Boolean);
  };
  const flags = list("flags");
  if (flags.some((flag) => ["noStrict", "raw", "CanBlockIsFalse", "CanBlockIsTrue"].includes(flag)))
    return null;
  const phase = /^ +phase: *(\w+)/m.exec(meta)?.[1];
  if (phase !== undefined && phase !== "runtime") return null;
  const expects = phase === "runtime" ? (/^ +type: *(\w+)/m.exec(meta)?.[1] ?? "Error") : null;
  return { name, source, includes: list("includes"), isAsync: flags.includes("async"), expects };
}

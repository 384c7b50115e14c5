/**
 * Programs with one memory mistake each, and programs without any (the same ones, mended, and a few more), compiled with `--checked` and
 * run. A program in `mistakes/` names its kind in the first line, and marks the lines where the buffer is allocated, freed and used.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { freeErrorCode } from "../../transformer/free-errors.js";
import { compile } from "../../transformer/index.js";
import { makeProject, quickOptions, repository, runScript, writeFiles } from "../cli/harness.js";

const here = import.meta.dirname;
let work: string;

/** Compiles each folder as one program, against the runtime as it is built. */
beforeAll(() => {
  work = makeProject({ "package.json": { type: "module" } });
  mkdirSync(join(work, "node_modules/@types"));
  symlinkSync(join(repository, "node_modules/@types/node"), join(work, "node_modules/@types/node"));
  for (const folder of ["mistakes", "correct"]) {
    cpSync(join(here, folder), join(work, folder), { recursive: true });
    const own = { types: ["node"], sourceMap: true, rootDir: ".", outDir: "out" };
    const name = `tsconfig.${folder}.json`;
    writeFiles(work, { [name]: { compilerOptions: { ...quickOptions, ...own }, include: [folder] } });
    const { diagnostics } = compile({ tsconfig: join(work, name), options: { checked: true } });
    // What is wrong with a free may be told at compile time already.
    const others = diagnostics.filter(({ code }) => folder === "correct" || code !== freeErrorCode);
    expect(others.map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"))).toEqual([]);
  }
});

const run = (file: string) => runScript(join("out", file), [], { cwd: work });
const namesIn = (folder: string) => readdirSync(join(here, folder)).map((name) => basename(name, ".ts"));

/** The lines marked with a word, from 1. */
function marked(file: string, word: string): string[] {
  const lines = readFileSync(join(here, file), "utf8").split("\n");
  return lines.flatMap((line, i) => {
    const words = /\/\/ (.*)$/.exec(line)?.[1]?.split(", ") ?? [];
    return words.includes(word) ? [`${file}:${i + 1}`] : [];
  });
}

const titles: Record<string, RegExp> = {
  "use-after-free": /Use after free: \w/,
  "double-free": /Double free: \w/,
  "free-of-unallocated": /Free of what is no buffer: \w/,
  "own-properties": /Free of a view with properties of its own, which another buffer would be born with: \w/,
  "stale-write": /Write into freed storage: \w/,
  "uninitialized-read": /Read of an element that nobody has written: \w/,
};

describe("each mistake is reported, with its places", () => {
  it.concurrent.each(namesIn("mistakes"))("%s", async (name) => {
    const file = `mistakes/${name}.ts`;
    const [kind = ""] = /(?<=\/\/ ).*/.exec(readFileSync(join(here, file), "utf8")) ?? [];
    const { code, stderr } = await run(`mistakes/${name}.js`);
    expect(stderr).toMatch(titles[kind] ?? /never/);
    expect(code).toBe(1);
    const told = (word: string) =>
      [...stderr.matchAll(new RegExp(`^ {2}${word} at (.*):\\d+$`, "gm"))].map((each) => each[1]).slice(0, 1);
    expect({
      allocated: told("allocated"),
      freed: told("freed"),
      used: told("used"),
      again: told("freed again"),
      isNoticedLate: stderr.includes("noticed at the end of the process"),
    }).toEqual({
      allocated: marked(file, "allocated"),
      freed: marked(file, "freed"),
      used: marked(file, "used"),
      again: marked(file, "freed again"),
      isNoticedLate: kind === "stale-write",
    });
  });
});

describe("a program without a mistake is silent", () => {
  it.concurrent.each(namesIn("correct"))("%s", async (name) => {
    const { code, stderr } = await run(`correct/${name}.js`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("each mended program is there", () => {
    expect(namesIn("correct")).toEqual(expect.arrayContaining(namesIn("mistakes")));
  });
});

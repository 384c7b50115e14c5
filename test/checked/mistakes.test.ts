/**
 * Programs with one memory mistake each, and the same programs without it, compiled with `--checked` and run. A program in `mistakes/`
 * names its kind in the first line, and marks the lines where the buffer is allocated, freed and used.
 */
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../transformer/index.js";

const here = import.meta.dirname;
const repository = join(here, "../..");
let work: string;

interface Run {
  readonly code: number;
  readonly errors: string;
}

/** Compiles both folders in one program each, against the runtime as built from source. */
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "autofree-checked-"));
  const modules = join(work, "node_modules");
  mkdirSync(join(modules, "@types"), { recursive: true });
  symlinkSync(repository, join(modules, "ts-autofree"));
  symlinkSync(join(repository, "node_modules/@types/node"), join(modules, "@types/node"));
  writeFileSync(join(work, "package.json"), '{"type":"module"}');
  for (const folder of ["mistakes", "correct"]) {
    mkdirSync(join(work, folder));
    for (const name of readdirSync(join(here, folder)))
      writeFileSync(join(work, folder, name), readFileSync(join(here, folder, name)));
    const options = {
      target: "es2022",
      module: "nodenext",
      strict: true,
      sourceMap: true,
      skipLibCheck: true,
    };
    const config = {
      compilerOptions: { ...options, types: ["node"], rootDir: ".", outDir: "out" },
      include: [folder],
    };
    const tsconfig = join(work, `tsconfig.${folder}.json`);
    writeFileSync(tsconfig, JSON.stringify(config));
    const { diagnostics } = compile({ tsconfig, options: { checked: true } });
    // What is wrong with a free may be told at compile time already.
    const others = diagnostics.filter(({ code }) => folder === "correct" || code !== 99011);
    expect(others.map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"))).toEqual([]);
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function run(file: string): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join("out", file)], { cwd: work }, (error, _out, errors) => {
      resolve({ code: Number(error?.code ?? 0), errors });
    });
  });
}

/** The lines marked with a word, from 1. */
function marked(file: string, word: string): string[] {
  const lines = readFileSync(join(here, file), "utf8").split("\n");
  return lines.flatMap((line, i) => {
    const words = /\/\/ (.*)$/.exec(line)?.[1]?.split(", ") ?? [];
    return words.includes(word) ? [`${file}:${i + 1}`] : [];
  });
}

const names = readdirSync(join(here, "mistakes")).map((name) => basename(name, ".ts"));
const titles: Record<string, RegExp> = {
  "use-after-free": /Use after free: \w/,
  "double-free": /Double free: \w/,
  "free-of-unallocated": /Free of what is no buffer: \w/,
  "own-properties": /Free of a view with properties of its own, which another buffer would be born with: \w/,
  "stale-write": /Write into freed storage: \w/,
  "uninitialized-read": /Read of an element that nobody has written: \w/,
};

describe("each mistake is reported, with its places", () => {
  it.concurrent.each(names)("%s", async (name) => {
    const file = `mistakes/${name}.ts`;
    const [kind = ""] = /(?<=\/\/ ).*/.exec(readFileSync(join(here, file), "utf8")) ?? [];
    const { code, errors } = await run(`mistakes/${name}.js`);
    expect(errors).toMatch(titles[kind] ?? /never/);
    expect(code).toBe(1);
    const told = (word: string) =>
      [...errors.matchAll(new RegExp(`^ {2}${word} at (.*):\\d+$`, "gm"))].map((each) => each[1]).slice(0, 1);
    expect({
      allocated: told("allocated"),
      freed: told("freed"),
      used: told("used"),
      again: told("freed again"),
      noticed: told("noticed").length,
    }).toEqual({
      allocated: marked(file, "allocated"),
      freed: marked(file, "freed"),
      used: marked(file, "used"),
      again: marked(file, "freed again"),
      noticed: errors.includes("noticed at the end of the process") ? 0 : told("noticed").length,
    });
  });
});

describe("the same program without the mistake is silent", () => {
  it.concurrent.each(names)("%s", async (name) => {
    expect(await run(`correct/${name}.js`)).toEqual({ code: 0, errors: "" });
  });
});

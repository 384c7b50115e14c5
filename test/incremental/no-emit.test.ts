/** S7: runs that emit nothing come between, and a response file asks to watch. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Compilers } from "./compilers.js";
import { firstDifference } from "./hunt.js";
import { tsconfigOf } from "./scenario.js";
import { keeps, pair } from "./scenarios.js";
import { FreshBuild, Session } from "./session.js";
import { applyEdit, type Edit, RecordingSystem } from "./system.js";

let compilers: Compilers;
beforeAll(async () => {
  compilers = await Compilers.load(resolve("dist"));
}, 60_000);

const root = mkdtempSync(join(tmpdir(), "ts-autofree-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function startOf(more: Readonly<Record<string, string>> = {}): Edit {
  const scenario = { name: "", files: pair, steps: [] };
  const config = tsconfigOf(scenario, { what: "", freed: [] }, compilers.transformer);
  const files = { "package.json": '{ "type": "module" }\n', "tsconfig.json": config, ...pair, ...more };
  return new Map(Object.entries(files));
}

const ways = (["ts-autofree", "tspc"] as const).flatMap((command) =>
  (["incremental", "build"] as const).map((mode) => ({ command, mode })),
);

it.each(ways)("$command $mode emits what changed before a run under --noEmit", (way) => {
  const folder = mkdtempSync(join(root, "project-"));
  const session = new Session(compilers, { folder, ...way });
  const fresh = new FreshBuild(compilers, mkdtempSync(join(root, "fresh-")));
  session.step(startOf());
  expect(firstDifference(fresh.step(startOf()), session.output())).toBeNull();
  const edit = new Map([["src/use.ts", keeps]]);
  applyEdit(folder, edit);
  expect(session.restart({}, ["--noEmit"])).toEqual([]);
  session.restart({});
  expect(firstDifference(fresh.step(edit), session.output())).toBeNull();
});

it("a response file that asks to watch is seen: no package is read", () => {
  const folder = mkdtempSync(join(root, "project-"));
  mkdirSync(join(folder, "node_modules"));
  const lib = { name: "lib", version: "1.0.0", type: "module", main: "index.js", types: "index.d.ts" };
  const files = startOf({
    "words.txt": "--watch",
    "src/caller.ts": (pair["src/caller.ts"] ?? "").replace("./use.js", "lib"),
    "node_modules/lib/package.json": JSON.stringify(lib),
    "node_modules/lib/index.d.ts": "export declare function use(data: Float64Array): number;\n",
    "node_modules/lib/index.js": "export function use(data) { return data[0]; }\n",
  });
  const isFreed = (words: readonly string[]): boolean => {
    const { system } = new RecordingSystem(compilers.ts, folder);
    compilers.start({ command: "ts-autofree", words, environment: {}, system });
    return readFileSync(join(folder, "out/caller.js"), "utf8").includes(".give(tmp,");
  };
  new Session(compilers, { folder, command: "ts-autofree", mode: "incremental" });
  applyEdit(folder, files);
  expect(isFreed(["-p", folder])).toBe(true);
  expect(isFreed(["-p", folder, `@${join(folder, "words.txt")}`])).toBe(false);
});

/** S7: a package's JavaScript changes, its declarations do not; no build that could miss that relies on it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commands, type Files, makeProject, quickOptions, run, startWatch, writeFiles } from "./harness.js";

const library = "node_modules/lib/index.js";
const plugins = [{ transform: "ts-autofree", transformProgram: true }];
const project: Files = {
  "package.json": { type: "module" },
  "tsconfig.json": {
    compilerOptions: { ...quickOptions, outDir: "out", rootDir: "src", plugins },
    include: ["src"],
  },
  "src/caller.ts":
    'import { use } from "lib";\n' +
    "export function call(n: number): number {\n  const tmp = new Float64Array(n);\n  const r = use(tmp);\n  return r;\n}\n",
  "node_modules/lib/package.json": {
    name: "lib",
    version: "1.0.0",
    type: "module",
    main: "index.js",
    types: "index.d.ts",
  },
  "node_modules/lib/index.d.ts": "export declare function use(data: Float64Array): number;\n",
  [library]: "export function use(data) { return data[0]; }\n",
};
const retains = "const kept = [];\nexport function use(data) { kept.push(data); return kept.length; }\n";

const isFreed = (folder: string): boolean =>
  readFileSync(join(folder, "out/caller.js"), "utf8").includes(".give(tmp,");

it.each(["ts-autofree", "tspc"] as const)("%s -b frees nothing that a package was lent", async (command) => {
  const folder = makeProject(project);
  expect((await run(command, ["-b"], folder)).code).toBe(0);
  expect(isFreed(folder)).toBe(false);
  writeFiles(folder, { [library]: retains });
  expect((await run(command, ["-b"], folder)).code).toBe(0);
  expect(isFreed(folder)).toBe(false);
});

it("a plain build reads the package each time", async () => {
  const folder = makeProject(project);
  await run("ts-autofree", [], folder);
  expect(isFreed(folder)).toBe(true);
  writeFiles(folder, { [library]: retains });
  await run("ts-autofree", [], folder);
  expect(isFreed(folder)).toBe(false);
});

it("--watch, which does not see the package change, frees nothing that it was lent", async () => {
  const folder = makeProject(project);
  const { round, stop } = startWatch(commands["ts-autofree"], folder);
  try {
    await round(1);
    expect(isFreed(folder)).toBe(false);
  } finally {
    stop();
  }
});

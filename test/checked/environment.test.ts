/** The checked runtime beside a program that was compiled for the release runtime, and the report of what is left. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const repository = join(import.meta.dirname, "../..");
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "autofree-environment-"));
  mkdirSync(join(work, "node_modules"));
  symlinkSync(repository, join(work, "node_modules/ts-autofree"));
  writeFileSync(join(work, "package.json"), '{"type":"module"}');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function run(program: string, environment: Record<string, string>, file = "main.mjs") {
  writeFileSync(join(work, file), program);
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    cwd: work,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const twice = `import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 100);
unsafeFree(a);
const b = alloc(Float64Array, 100);
console.log(a === b);
unsafeFree(a);
`;

describe("AUTOFREE=checked", () => {
  it("finds a double free in a program for the release runtime", () => {
    const { status, stdout, stderr } = run(twice, { AUTOFREE: "checked" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "false\n" });
    expect(stderr).toContain("Double free: Float64Array of 800 bytes.");
    expect(stderr).toContain(
      "allocated at main.mjs:2:11\n  freed at main.mjs:3:1\n  freed again at main.mjs:6:1",
    );
  });

  it("without it, the storage is recycled and the second free is of another's buffer", () => {
    expect(run(twice, { AUTOFREE: "" })).toEqual({ status: 0, stdout: "true\n", stderr: "" });
  });

  it("works in CommonJS", () => {
    const program = `const { alloc, unsafeFree } = require("ts-autofree/runtime");
const a = alloc(Float64Array, 100);
unsafeFree(a);
a[0] = 1;
`;
    const { status, stderr } = run(program, { AUTOFREE: "checked" }, "main.cjs");
    expect(status).toBe(1);
    expect(stderr).toContain(
      "Write into freed storage: Float64Array of 800 bytes.\n  allocated at main.cjs:2:11",
    );
  });

  it("tells of a mistake that the program caught", () => {
    const program = twice.replace(/unsafeFree\(a\);\n$/, "try { unsafeFree(a); } catch {}\n");
    const { status, stderr } = run(program, { AUTOFREE: "checked" });
    expect(status).toBe(1);
    expect(stderr).toContain("1 mistake that nobody saw");
  });
});

describe("AUTOFREE_LEFT", () => {
  const program = `import { alloc, unsafeFree } from "ts-autofree/runtime/checked";
for (let i = 0; i < 3; i++) alloc(Float64Array, 100);
const a = alloc(Uint8Array, 1000);
unsafeFree(a);
unsafeFree(new Uint8Array(9).subarray(1));
`;

  it("lists what is left to the collector, and frees that did nothing", () => {
    const { status, stderr } = run(program, { AUTOFREE_LEFT: "1" });
    expect(status).toBe(0);
    expect(stderr).toBe(`ts-autofree: 1 sites left 2.4 kB to the collector in 3 buffers; 1 were freed
    2.4 kB        3  main.mjs:2:29
ts-autofree: frees that did nothing
         1  main.mjs:5:1  partial-view
`);
  });

  it("writes a file", () => {
    run(program, { AUTOFREE_LEFT: "left.json" });
    expect(JSON.parse(readFileSync(join(work, "left.json"), "utf8"))).toEqual({
      left: [{ site: "main.mjs:2:29", bytes: 2400, count: 3 }],
      freed: 1,
      refused: [{ free: "main.mjs:5:1", reason: "partial-view", count: 1 }],
    });
  });
});

describe("the checked interface", () => {
  it("is that of the release runtime, and more", async () => {
    const release = Object.keys(await import("../../runtime/index.js"));
    const program =
      'import * as r from "ts-autofree/runtime/checked"; console.log(JSON.stringify(Object.keys(r)))';
    const checked = JSON.parse(run(program, {}).stdout) as string[];
    expect(checked).toEqual(expect.arrayContaining(release));
    expect(checked.filter((name) => !release.includes(name)).sort()).toEqual([
      "BufferMistake",
      "born",
      "use",
      "useAfter",
      "useWhole",
    ]);
  });

  it("keeps the quarantine within its budget, and trim empties it", () => {
    const program = `import { alloc, unsafeFree, stats, trim, configure } from "ts-autofree/runtime/checked";
configure({ maxBytes: 5000 });
let most = 0;
for (let i = 0; i < 100; i++) { unsafeFree(alloc(Uint8Array, 1000)); most = Math.max(most, stats().bytesHeld); }
console.log(most, trim(), stats().bytesHeld, stats().recycled, stats().freed);
`;
    expect(run(program, {}).stdout).toBe("5000 5000 0 0 100\n");
  });
});

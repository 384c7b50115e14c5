import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = path.join(root, "out/demo-test");
const scratch = mkdtempSync(path.join(tmpdir(), "autofree-demo-"));

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
});

function demo(...args: string[]) {
  return spawnSync(process.execPath, [path.join(root, "scripts/demo.mjs"), ...args], { encoding: "utf8" });
}

const quick = ["--quick", "--out", out];

describe("the demo on a published package", () => {
  test("compiles it both ways, with equal results, and strips every free", { timeout: 120_000 }, () => {
    const json = path.join(scratch, "figures.json");
    const { status, stdout, stderr } = demo(...quick, "--json", json);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain("results: equal, bit for bit");

    const figures = JSON.parse(readFileSync(json, "utf8"));
    expect(figures.results).toEqual({ equal: true, differences: [] });
    expect(figures.stripped.different).toEqual([]);
    expect(figures.stripped.files).toBeGreaterThan(100);
    expect(figures.verdicts.sites).toBeGreaterThan(100);
    expect(figures.compile.ratio).toBeGreaterThan(0);
    expect(figures.measurements).toHaveLength(3);
    for (const { plain, freed } of figures.allocations) {
      expect(plain.bytesPerIteration).toBeGreaterThan(1e6);
      expect(freed.bytesPerIteration).toBeLessThanOrEqual(plain.bytesPerIteration);
    }
  });

  test("fails when a result differs in its last bit", { timeout: 60_000 }, () => {
    const file = path.join(out, "freed/reim/reimPhaseCorrection.js");
    const original = readFileSync(file, "utf8");
    const sine = "Math.sin(firstAngle)";
    expect(original).toContain(sine);
    writeFileSync(file, original.replace(sine, `${sine} * (1 + Number.EPSILON)`));
    const { status, stdout, stderr } = demo(...quick, "--no-compile");
    writeFileSync(file, original);
    expect(status).toBe(1);
    expect(stdout).toContain("results: DIFFERENT");
    expect(stderr).toMatch(/^The versions differ in: phasing/);
  });

  test("fails when the stripped output is not that of tsc", { timeout: 60_000 }, () => {
    appendFileSync(path.join(out, "stripped/index.js"), "\n");
    const { status, stdout, stderr } = demo(...quick, "--no-compile");
    expect(status).toBe(1);
    expect(stdout).toContain("1 of");
    expect(stdout).toContain("index.js");
    expect(stderr).toBe("With --no-manual-free the output is not that of tsc.\n");
  });
});

describe("the fingerprint of a result", async () => {
  const { fingerprint } = await import(new URL("../../scripts/demo/fingerprint.mjs", import.meta.url).href);

  test.each([
    ["the sign of zero", [0], [-0]],
    ["the last bit of a number", { x: 0.1 + 0.2 }, { x: 0.3 }],
    ["the type of an array", new Float32Array([1]), new Float64Array([1])],
    ["an array's length", new Float64Array(2), new Float64Array(3)],
    ["how numbers are grouped", [[1], [2, 3]], [[1, 2], [3]]],
    ["the name of a field", { x: 1 }, { y: 1 }],
    ["undefined in place of a number", [1, undefined], [1, Number.NaN]],
  ])("shows %s", (_what, left, right) => {
    expect(fingerprint(left)).not.toBe(fingerprint(right));
  });

  test("is the same for equal results, whatever bits a NaN has", () => {
    const otherNaN = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer);
    expect(fingerprint({ y: otherNaN })).toBe(fingerprint({ y: new Float64Array([Number.NaN]) }));
  });
});

describe("bad input gives one message and exit code 2", () => {
  test.each([
    [["--frobnicate"], /^Unknown option '--frobnicate'\.\n/],
    [["--json"], /^Option '--json <value>' argument missing\.\n/],
    [
      ["--json", "/no/such/folder/figures.json"],
      /^--json .*: the folder \/no\/such\/folder does not exist\.\n$/,
    ],
    [["--node", "/no/such/node"], /^--node \/no\/such\/node is not a node that runs\.\n$/],
    [["--out", "/"], /^--out \/ is not below /],
    [["--no-compile", "--out", "out/never-compiled"], /^out\/never-compiled\/plain is missing/],
  ])("%j", (args, message) => {
    const { status, stderr } = demo(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(2);
    expect(existsSync(path.join(root, "out/never-compiled"))).toBe(false);
  });
});

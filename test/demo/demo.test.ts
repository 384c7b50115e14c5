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
    const file = path.join(out, "freed/x/xSubtract.js");
    const original = readFileSync(file, "utf8");
    expect(original).toContain("return array3;");
    writeFileSync(
      file,
      original.replace("return array3;", "array3[0] *= 1 + Number.EPSILON; return array3;"),
    );
    const { status, stdout, stderr } = demo(...quick, "--no-compile");
    writeFileSync(file, original);
    expect(status).toBe(1);
    expect(stdout).toContain("results: DIFFERENT");
    expect(stderr).toMatch(/^The versions differ in: smoothing/);
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

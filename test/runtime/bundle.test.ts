/** What a compiled program carries of the runtime, and that it runs in a browser and in workers. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";

const repository = join(import.meta.dirname, "../..");
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "autofree-bundle-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A program over the runtime as one minified file: by its sources, or as it is installed. */
function bundle(program: string, format: "esm" | "iife", runtime = "./runtime/index.ts"): string {
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir: repository, loader: "ts" },
    alias: {
      "ts-autofree/runtime": runtime,
      "ts-autofree/runtime/checked": "./runtime/checked.ts",
    },
    absWorkingDir: repository,
    bundle: true,
    external: ["node:*"],
    minify: true,
    write: false,
    format,
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  return outputFiles[0]?.text ?? "";
}

test("a browser's bundle asks for no environment, which no page has", () => {
  const installed = "./dist/runtime/index.js";
  const text = bundle('export { unsafeFree } from "ts-autofree/runtime";', "esm", installed);
  expect(text).not.toContain("AUTOFREE");
});

describe("size, minified and gzipped", () => {
  // As it is installed: of the sources, the package's list of what has side effects says nothing, and so a part would be left out.
  const installed = "./dist/runtime/index.js";
  const size = (program: string) => gzipSync(bundle(program, "esm", installed), { level: 9 }).length;

  it("of what compiled code calls is at most 2 kB", () => {
    const program = `import { make, makeUninitialized, unsafeFree } from "ts-autofree/runtime";
      globalThis.x = [make, makeUninitialized, unsafeFree];`;
    expect(size(program)).toBeLessThanOrEqual(2000);
  });

  it("of that, of slots and of what loops reuse is at most 2.6 kB", () => {
    const program = `import { make, makeUninitialized, reuse, slot, unsafeFree, zero } from "ts-autofree/runtime";
      globalThis.x = [make, makeUninitialized, reuse, slot, unsafeFree, zero];`;
    expect(size(program)).toBeLessThanOrEqual(2600);
  });

  it("of all of it is at most 5.9 kB", () => {
    expect(size('export * from "ts-autofree/runtime";')).toBeLessThanOrEqual(5900);
  });
});

/** Runs on the bundled runtime; says what went wrong. */
const program = (runtime: string) => `
import { alloc, allocUninitialized, mustFree, scope, stats, trim, unsafeFree } from "${runtime}";
const wrong: string[] = [];
const check = (what: string, isRight: boolean) => void (isRight || wrong.push(what));
const recycles = ${runtime === "ts-autofree/runtime"};
const a = alloc(Float64Array, 100);
a[3] = 7;
unsafeFree(a);
const b = alloc(Float64Array, 100);
check("recycled or not", (a === b) === recycles);
check("zeros", b[3] === 0);
unsafeFree(b.subarray(1));
unsafeFree(b.buffer);
unsafeFree(new WebAssembly.Memory({ initial: 1 }).buffer);
mustFree(new Uint8Array(300));
check("scope", scope(() => alloc(Uint8Array, 200).length) === 200);
allocUninitialized(Int32Array, 50).fill(1);
check("counts", stats().freed >= 3);
trim();
try {
  mustFree(new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer));
  check("must throw", false);
} catch (error) {
  check("reason " + (error as Error).message, (error as { reason?: string }).reason === "host-memory");
}
const transferred = alloc(Uint8Array, 5000);
structuredClone(transferred, { transfer: [transferred.buffer] });
${runtime === "ts-autofree/runtime" ? "unsafeFree(transferred);" : ""}
check("not recycled once transferred", alloc(Uint8Array, 5000).length === 5000);
const verdict = wrong.length === 0 ? "all is well" : wrong.join("; ");
`;

describe("in headless Chromium", () => {
  // A machine without Chromium can't show this: CHROMIUM names the binary.
  it.skipIf(!existsSync(chromium)).each(["ts-autofree/runtime", "ts-autofree/runtime/checked"])(
    "%s",
    (runtime) => {
      const code = bundle(`${program(runtime)} document.title = verdict;`, "iife");
      const page = join(work, "page.html");
      writeFileSync(page, `<!doctype html><title>not run</title><script>${code}</script>`);
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
      const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
      const args = [
        ...flags,
        ...quiet,
        `--user-data-dir=${join(work, "profile")}`,
        "--dump-dom",
        `file://${page}`,
      ];
      const dom = execFileSync(chromium, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      expect(/<title>(.*?)<\/title>/.exec(dom)?.[1]).toBe("all is well");
    },
  );
});

describe("in worker threads", () => {
  it("each has a pool of its own, and a recycled buffer can be transferred", async () => {
    const code = bundle(
      `import { parentPort } from "node:worker_threads";
       ${program("ts-autofree/runtime")}
       parentPort!.on("message", (x) => {
         const isWhole = x.length === 1000 && x.every((v) => v === 5);
         unsafeFree(alloc(Float64Array, 1000));
         const mine = alloc(Float64Array, 1000).fill(9);
         parentPort!.postMessage({ verdict, isWhole, mine }, [mine.buffer]);
       });`,
      "esm",
    );
    const file = join(work, "worker.mjs");
    writeFileSync(file, code);
    const { alloc, stats, unsafeFree } = await import("../../runtime/index.js");
    const first = alloc(Float64Array, 1000);
    unsafeFree(first);
    const recycled = alloc(Float64Array, 1000).fill(5);
    expect(recycled).toBe(first);
    const allocs = stats().allocs;
    const worker = new Worker(file);
    const answer = new Promise<{ verdict: string; isWhole: boolean; mine: Float64Array }>(
      (resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      },
    );
    worker.postMessage(recycled, [recycled.buffer]);
    const { verdict, isWhole, mine } = await answer;
    await worker.terminate();
    expect({ verdict, isWhole }).toEqual({ verdict: "all is well", isWhole: true });
    expect(mine.every((x) => x === 9)).toBe(true);
    // What was transferred away isn't handed out again; what came is foreign, and may be freed.
    unsafeFree(recycled);
    unsafeFree(mine);
    const again = alloc(Float64Array, 1000);
    expect(again === recycled).toBe(false);
    expect(again.length).toBe(1000);
    expect(stats().allocs).toBe(allocs + 1);
  });
});

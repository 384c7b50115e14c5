/**
 * The example project, built in every way the documentation names; the outputs are compared byte for byte and run.
 */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeProject, readTree, repository, run, runScript, writeFiles } from "./harness.js";

const forms = [
  { name: "ES modules", config: "tsconfig.json", out: "out", type: "module", mark: 'from "./peaks.js"' },
  {
    name: "CommonJS",
    config: "tsconfig.cjs.json",
    out: "out-cjs",
    type: "commonjs",
    mark: 'require("./peaks.js")',
  },
] as const;

/** A copy of the example, as if installed; `unlisted` takes the plugin entry out of its tsconfig. */
function copyExample(listing: "listed" | "unlisted"): string {
  const folder = makeProject({});
  const source = join(repository, "examples/spectrum");
  const wanted = (path: string) => !/[\\/](node_modules|out[^\\/]*)$/.test(path);
  cpSync(source, folder, { recursive: true, filter: wanted });
  if (listing === "unlisted") {
    const config = JSON.parse(readFileSync(join(folder, "tsconfig.json"), "utf8"));
    expect(config.compilerOptions.plugins).toEqual([{ transform: "ts-autofree" }]);
    delete config.compilerOptions.plugins;
    writeFiles(folder, { "tsconfig.json": config });
  }
  return folder;
}

async function build(
  command: "tsc" | "tspc" | "ts-autofree",
  folder: string,
  args: readonly string[],
): Promise<void> {
  expect(await run(command, args, folder)).toEqual({ code: 0, stdout: "", stderr: "" });
}

describe.concurrent.each(forms)("the example as $name", ({ config, out, type, mark }) => {
  it("is the same from tspc, from the command, and from the command where no plugin is listed", async () => {
    const [patched, listed, unlisted] = [
      copyExample("listed"),
      copyExample("listed"),
      copyExample("unlisted"),
    ];
    await Promise.all([
      build("tspc", patched, ["-p", config]),
      build("ts-autofree", listed, ["-p", config]),
      build("ts-autofree", unlisted, ["-p", config]),
    ]);
    const expected = readTree(join(patched, out));
    expect([...expected.keys()]).toEqual(["main.js", "peaks.js", "smooth.js"]);
    expect(expected.get("main.js")).toContain(mark);
    expect(expected.get("smooth.js")).toMatch(/(?:\$alloc|make)Uninitialized\(Float64Array/);
    expect(readTree(join(listed, out))).toEqual(expected);
    expect(readTree(join(unlisted, out))).toEqual(expected);
    writeFiles(patched, { [`${out}/package.json`]: { type } });
    const { code, stdout, stderr } = await runScript(join(patched, out, "main.js"), [], { cwd: patched });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("150 peaks in 50 spectra");
  });

  it("is plain tsc's under --no-manual-free", async () => {
    const [plain, ours] = [copyExample("listed"), copyExample("listed")];
    await Promise.all([
      build("tsc", plain, ["-p", config]),
      build("ts-autofree", ours, ["-p", config, "--no-manual-free"]),
    ]);
    expect(readTree(ours)).toEqual(readTree(plain));
  });
});

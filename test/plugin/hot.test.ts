/** How the errors about hot code reach the user: from every entry, and again from incremental and watching builds. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../transformer/index.js";
import {
  commands,
  type Files,
  makeProject,
  quickOptions,
  run,
  startWatch,
  writeFiles,
} from "../cli/harness.js";

const hot = `import { look } from "./b.js";
export function f(n: number) {
  // @autofree hot
  for (let i = 0; i < n; i++) look(new Int8Array(n));
}
`;
const [looking, keeping] = ["a.fill(1);", "kept.push(a);"].map(
  (body) => `const kept: Int8Array[] = [];\nexport function look(a: Int8Array): void { ${body} }\n`,
) as [string, string];
const error = "src/a.ts(4,36): error TS99008: A buffer made in hot code is not freed";

function project(b: string, options: object = {}, plugin: object | null = null): Files {
  const plugins = plugin ? [{ transform: "ts-autofree", ...plugin }] : [];
  const compilerOptions = { ...quickOptions, outDir: "out", rootDir: "src", plugins, ...options };
  return {
    "tsconfig.json": { compilerOptions, include: ["src"] },
    "package.json": { type: "module" },
    "src/a.ts": hot,
    "src/b.ts": b,
  };
}

describe.concurrent("a buffer of hot code that is not freed is an error", () => {
  it.each([
    ["the command", "ts-autofree", {}, null, []],
    ["the command with noEmitOnError", "ts-autofree", { noEmitOnError: true }, null, []],
    ["the command with -b", "ts-autofree", { composite: true }, null, ["-b"]],
    ["tspc", "tspc", {}, {}, []],
    ["tspc with noEmitOnError", "tspc", { noEmitOnError: true }, {}, []],
    ["tspc with a program transformer", "tspc", {}, { transformProgram: true }, []],
    [
      "tspc with a program transformer and noEmitOnError",
      "tspc",
      { noEmitOnError: true },
      { transformProgram: true },
      [],
    ],
  ] as const)("of %s", async (_, command, options, plugin, args) => {
    const folder = makeProject(project(keeping, options, plugin));
    const { code, stdout, stderr } = await run(command, [...args], folder);
    expect(stdout).toContain(error);
    expect(stdout.match(/error TS/g)).toHaveLength(1);
    expect(stderr).toBe("");
    const stops = "noEmitOnError" in options;
    expect(existsSync(join(folder, "out"))).toBe(!stops);
    // A type error's: with `-b` 1, whatever was written.
    const typed = makeProject({
      ...project(looking, options, plugin),
      "src/c.ts": "export const c: string = 1;\n",
    });
    expect(code).toBe((await run("tsc", [...args], typed)).code);
  });

  it("of compile(), with the way by which it escapes", () => {
    const folder = makeProject(project(keeping));
    const { exitCode, diagnostics } = compile({ tsconfig: join(folder, "tsconfig.json") });
    expect(exitCode).toBe(2);
    expect(diagnostics.map(({ code }) => code)).toEqual([99008]);
    expect(diagnostics[0]?.relatedInformation?.at(-1)?.messageText).toBe("asked for here");
    expect(diagnostics[0]?.relatedInformation?.length).toBeGreaterThan(1);
  });

  it.each(["ts-autofree", "tspc"] as const)("but not where it is freed (%s)", async (command) => {
    const folder = makeProject(project(looking, {}, {}));
    expect(await run(command, [], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("nor with no manual free", async () => {
    const folder = makeProject(project(keeping));
    expect(await run("ts-autofree", ["--no-manual-free"], folder)).toMatchObject({ code: 0, stdout: "" });
  });

  it("pointed at in the source, on a terminal", async () => {
    const folder = makeProject(project(keeping));
    const { stdout } = await run("ts-autofree", ["--pretty"], folder);
    expect(stdout).toContain("look(new Int8Array(n))");
    expect(stdout).toContain("~~~~~~~~~~~~~~~~");
    expect(stdout).toContain("asked for here");
  });
});

describe.concurrent("a build that is repeated", () => {
  it("tells it again until it is mended, where another file is at fault", async () => {
    const folder = makeProject(project(looking, { incremental: true }));
    const build = async () => (await run("ts-autofree", [], folder)).stdout;
    expect(await build()).toBe("");
    writeFiles(folder, { "src/b.ts": keeping });
    expect(await build()).toContain(error);
    expect(await build()).toContain(error);
    writeFiles(folder, { "src/b.ts": looking });
    expect(await build()).toBe("");
  });

  it("watches it come and go", async () => {
    const folder = makeProject(project(looking));
    const watch = startWatch(commands["ts-autofree"], folder);
    try {
      await watch.round(1);
      expect(watch.output()).not.toContain(error);
      writeFiles(folder, { "src/b.ts": keeping });
      await watch.round(2);
      expect(watch.output()).toContain(error);
      writeFiles(folder, { "src/c.ts": "export const c = 1;\n" });
      await watch.round(3);
      expect(watch.output().split(error)).toHaveLength(3);
      writeFiles(folder, { "src/b.ts": looking });
      await watch.round(4);
      expect(watch.output().split(error)).toHaveLength(3);
    } finally {
      watch.stop();
    }
  });
});

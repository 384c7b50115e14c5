/** How the errors about directives reach the user: from every entry, and again from an incremental build. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import autofree, { compile } from "../../transformer/index.js";
import { type Files, makeProject, quickOptions, run, writeFiles } from "../cli/harness.js";

const keeping = `const kept: Int8Array[] = [];
/** @autofree noescape a */
export function f(a: Int8Array) { kept.push(a); }
`;
const error = "src/a.ts(3,19): error TS99006: 'a' escapes from 'f'";

function project(options: object = {}, plugin: object | null = null, a = keeping): Files {
  const plugins = plugin ? [{ transform: "ts-autofree", ...plugin }] : [];
  const compilerOptions = { ...quickOptions, outDir: "out", rootDir: "src", plugins, ...options };
  return {
    "tsconfig.json": { compilerOptions, include: ["src"] },
    "package.json": { type: "module" },
    "src/a.ts": a,
    "src/b.ts": "export const b = 1;\n",
  };
}

describe.concurrent("a broken promise is an error", () => {
  it.each([
    ["the command", "ts-autofree", {}, null, []],
    ["the command with -b", "ts-autofree", { composite: true }, null, ["-b"]],
    ["tspc", "tspc", {}, {}, []],
    ["tspc with a program transformer", "tspc", {}, { transformProgram: true }, []],
  ] as const)("of %s", async (_, command, options, plugin, args) => {
    const folder = makeProject(project(options, plugin));
    const { code, stdout } = await run(command, [...args], folder);
    expect(stdout).toContain(error);
    expect(stdout.match(/error TS/g)).toHaveLength(1);
    expect(code).not.toBe(0);
  });

  it("of the command, which obeys noEmitOnError", async () => {
    const folder = makeProject(project({ noEmitOnError: true }));
    const { code, stdout } = await run("ts-autofree", [], folder);
    expect(stdout).toContain(error);
    expect(code).not.toBe(0);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  it("of compile()", () => {
    const folder = makeProject(project());
    const { exitCode, diagnostics } = compile({ tsconfig: join(folder, "tsconfig.json") });
    expect(diagnostics.map((each) => [each.code, each.relatedInformation?.length])).toEqual([[99006, 2]]);
    expect(exitCode).toBe(2);
  });

  it("of a host that takes no diagnostics", () => {
    const folder = makeProject(project());
    const program = ts.createProgram([join(folder, "src/a.ts")], { target: ts.ScriptTarget.ES2022 });
    expect(() => autofree(program, {}, { ts })).toThrow("error TS99006: 'a' escapes from 'f'");
  });

  it("but not with no manual free", async () => {
    const folder = makeProject(project());
    expect(await run("ts-autofree", ["--no-manual-free"], folder)).toMatchObject({ code: 0, stdout: "" });
  });
});

describe.concurrent("an incremental build", () => {
  it("tells it again, until it is mended, also where another file breaks it", async () => {
    const borrowing =
      'import { g } from "./b.js";\n/** @autofree noescape a */\nexport function f(a: Int8Array) { g(a); }\n';
    const [harmless, harmful] = ["a.fill(1);", "kept.push(a);"].map(
      (body) => `const kept: Int8Array[] = [];\nexport function g(a: Int8Array): void { ${body} }\n`,
    ) as [string, string];
    const folder = makeProject({ ...project({ incremental: true }, null, borrowing), "src/b.ts": harmless });
    const build = async () => (await run("ts-autofree", [], folder)).stdout;
    expect(await build()).toBe("");
    writeFiles(folder, { "src/b.ts": harmful });
    expect(await build()).toContain("src/a.ts(3,19): error TS99006");
    expect(await build()).toContain("src/a.ts(3,19): error TS99006");
    writeFiles(folder, { "src/b.ts": harmless });
    expect(await build()).toBe("");
    expect(readFileSync(join(folder, "out/a.js"), "utf8")).toContain("g(a)");
  });
});

describe.concurrent("directives of a package", () => {
  it("are relied on; what is wrong with them its user can't mend", async () => {
    const folder = makeProject({
      ...project({}, null, 'import { f } from "p";\nexport const g = () => f(new Int8Array(99));\n'),
      "package.json": { type: "module", dependencies: { p: "1" } },
      "node_modules/p/package.json": { name: "p", type: "module", types: "i.d.ts", exports: "./i.d.ts" },
      "node_modules/p/i.d.ts":
        "/** @autofree noescape x */\nexport declare function f(x: Int8Array): number;\n/** @autofree noescape y */\nexport declare function h(x: Int8Array): void;\n",
    });
    const { code, stdout } = await run("ts-autofree", ["--explain"], folder);
    expect(stdout).toContain("src/a.ts:2:26 freed");
    expect(code).toBe(0);
  });
});

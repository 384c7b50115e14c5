/** Two projects, the second of which refers to the first and knows no more of it than its declarations. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Command, Compilers } from "./compilers.js";
import { quickOptions } from "./config.js";
import { firstDifference } from "./hunt.js";
import { FreshBuild, Session } from "./session.js";
import type { Edit } from "./system.js";

const promised = (body: string): string =>
  `/** @autofree noescape data */\nexport function use(data: Float64Array): number {\n  ${body}\n}\n`;
const keptArray = "const kept: Float64Array[] = [];\n";
const plain =
  "const kept: Float64Array[] = [];\nexport function use(data: Float64Array): number {\n  return kept.push(data);\n}\n";

const steps: readonly { what: string; text: string | null; freed: boolean; emitted?: readonly string[] }[] = [
  { what: "the first build", text: null, freed: true },
  {
    what: "another body",
    text: promised("return data.length;"),
    freed: true,
    emitted: ["lib/out/use.js"],
  },
  { what: "no promise, and keeps", text: plain, freed: false },
  { what: "a promise", text: promised("return data[0] ?? 0;"), freed: true },
  { what: "a promise that is broken", text: keptArray + promised("return kept.push(data);"), freed: false },
  { what: "mended", text: promised("return data[0] ?? 0;"), freed: true },
];

/** Checks that a promise that comes or goes in the one reaches the other, and that another body doesn't. */
export function checkReferences(compilers: Compilers, command: Command): void {
  const root = mkdtempSync(join(tmpdir(), "ts-autofree-"));
  try {
    const fresh = new FreshBuild(compilers, join(root, "fresh"));
    const sessions = (["build", "build-watch"] as const).map((mode) => {
      const folder = join(root, mode);
      mkdirSync(folder);
      return new Session(compilers, { folder, command, mode });
    });
    for (const { what, text, freed, emitted } of steps) {
      const edit: Edit =
        text === null ? projects(compilers.transformer) : new Map([["lib/src/use.ts", text]]);
      const expected = fresh.step(edit);
      for (const name of ["app/out/caller.js", "app/out/further.js"]) {
        expect(/\$free\(|\.give\(/.test(expected.get(name) ?? ""), `${what}: ${name}`).toBe(freed);
      }
      for (const session of sessions) {
        const written = session.step(edit);
        const label = `${session.name}: ${what}`;
        expect(firstDifference(expected, session.output()), label).toBeNull();
        if (emitted) {
          expect(
            written.filter((name) => name.endsWith(".js")),
            label,
          ).toEqual(emitted);
        }
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function projects(transform: string): Edit {
  const plugins = [{ transform, transformProgram: true }];
  const compilerOptions = { ...quickOptions, composite: true, outDir: "out", rootDir: "src", plugins };
  const files: Record<string, object | string> = {
    "package.json": { type: "module" },
    "tsconfig.json": { files: [], references: [{ path: "lib" }, { path: "app" }] },
    "lib/tsconfig.json": { compilerOptions, include: ["src"] },
    "app/tsconfig.json": { compilerOptions, include: ["src"], references: [{ path: "../lib" }] },
    "lib/src/use.ts": promised("return data[0] ?? 0;"),
    "app/src/caller.ts":
      'import { use } from "../../lib/src/use.js";\n' +
      "export function call(n: number): number {\n  const tmp = new Float64Array(n);\n  const r = use(tmp);\n  return r;\n}\n",
    // Keeps its promise as long as `use` keeps that of its own.
    "lib/src/through.ts":
      'import { use } from "./use.js";\n' +
      promised("return use(data);").replace("function use", "function through"),
    "app/src/further.ts":
      'import { through } from "../../lib/src/through.js";\n' +
      "export function call(n: number): number {\n  const tmp = new Float64Array(n);\n  const r = through(tmp);\n  return r;\n}\n",
    "app/src/local.ts": "export const one = 1;\n",
  };
  return new Map(
    Object.entries(files).map(([name, text]) => [
      name,
      typeof text === "string" ? text : JSON.stringify(text),
    ]),
  );
}

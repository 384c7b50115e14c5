/** The tsconfig files of a project. */
import type { Project } from "./project.js";

/** Compiler options that make a small program quick to check. */
export const quickOptions = {
  target: "es2022",
  lib: ["es5"],
  types: [],
  skipLibCheck: true,
  strict: true,
  module: "nodenext",
} as const;

/**
 * The tsconfig files by their path.
 *
 * @param plugin the file of the transformer; `null` for plain tsc
 */
export function configText(project: Project, plugin: string | null): [string, string][] {
  const { incremental, declaration, noEmitOnError } = project.config;
  const options = {
    ...quickOptions,
    noEmitOnError,
    plugins: plugin === null ? [] : [entryOf(project, plugin)],
  };
  if (!project.pair) {
    const single = { ...options, incremental, declaration, outDir: "out", rootDir: "src" };
    return [["tsconfig.json", json({ compilerOptions: single, include: ["src"] })]];
  }
  const part = { ...options, composite: true, outDir: "out", rootDir: "src" };
  return [
    ["tsconfig.json", json({ files: [], references: [{ path: "lib" }, { path: "app" }] })],
    ["lib/tsconfig.json", json({ compilerOptions: part, include: ["src"] })],
    [
      "app/tsconfig.json",
      json({ compilerOptions: part, include: ["src"], references: [{ path: "../lib" }] }),
    ],
  ];
}

function entryOf({ config }: Project, transform: string): object {
  const { world, checked, elideZeroFill, noManualFree, annotated } = config;
  return {
    transform,
    transformProgram: true,
    ...(world && { world }),
    ...(checked && { checked }),
    ...(!elideZeroFill && { elideZeroFill: "off" }),
    ...(noManualFree && { noManualFree }),
    ...(annotated && { mode: "annotated" }),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

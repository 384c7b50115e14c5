/** Applies and strips single sources in memory. */
import path from "node:path";
import { ts as morphTs, Project } from "ts-morph";
import type ts from "typescript";
import { wrapProject } from "../../cli/source-project.js";
import { applyProgram } from "../../transformer/codemods/apply-program.js";
import { stripProgram } from "../../transformer/codemods/strip-program.js";
import { defaultOptions } from "../../transformer/options.js";
import { bindTypeScript } from "../../transformer/typescript.js";
import { repositoryRoot } from "../fixtures/discover.js";

bindTypeScript(morphTs as never);

const root = path.join(repositoryRoot, "test/codemods");

/** One for all sources, so that the library is parsed once. */
const morph = new Project({ skipFileDependencyResolution: true });
const options: ts.CompilerOptions = {
  target: morphTs.ScriptTarget.ES2022 as number,
  module: morphTs.ModuleKind.ESNext as number,
  moduleResolution: morphTs.ModuleResolutionKind.Bundler as number,
  lib: ["lib.es2022.d.ts"],
  types: [],
  strict: true,
  noUnusedLocals: true,
  skipLibCheck: true,
  paths: { "ts-autofree/runtime": [path.join(repositoryRoot, "dist/runtime/index.d.ts")] },
};
const project = wrapProject(morph, morphTs, { options, references: [] });

export interface Codemods {
  readonly applied: string;
  readonly appliedAgain: string;
  /** What was applied, stripped but for handwritten frees. */
  readonly undone: string;
  readonly notes: readonly string[];
}

/** A source with its frees, and without them again. */
export function applyTo(source: string, name = "main.ts"): Codemods {
  return withSource(source, name, (text) => {
    const request = { project, options: { ...defaultOptions, freeUnprofitable: true }, root };
    const { notes } = applyProgram(request);
    const applied = text();
    applyProgram(request);
    const appliedAgain = text();
    stripProgram({ project, root, keepsManual: true });
    return { applied, appliedAgain, undone: text(), notes };
  });
}

/** A source without any frees. */
export function stripFrom(source: string): { readonly stripped: string; readonly notes: readonly string[] } {
  return withSource(source, "main.ts", (text) => {
    const { notes } = stripProgram({ project, root, keepsManual: false });
    return { stripped: text(), notes };
  });
}

function withSource<T>(source: string, name: string, use: (text: () => string) => T): T {
  const file = morph.createSourceFile(path.join(root, "virtual", name), source);
  try {
    return use(() => file.getFullText());
  } finally {
    file.forget();
  }
}

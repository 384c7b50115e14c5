/** A project's sources by ts-morph, which brings a compiler of its own: no other needs to be installed. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ts as MorphTypeScript, Project } from "ts-morph";
import type TS from "typescript";
import type { SourceProject } from "../transformer/codemods/source-project.js";
import { UserError } from "../transformer/diagnostics.js";

type Morph = typeof import("ts-morph");

const install = "npm install -D ts-morph";

/** A project, with the compiler that reads it. */
export interface OpenedProject extends SourceProject {
  readonly ts: typeof TS;
  readonly compilerOptions: TS.CompilerOptions;
  readonly morph: Project;
}

/**
 * Opens the project of a tsconfig.
 *
 * @example const project = openSourceProject("/home/me/app/tsconfig.json");
 * @throws UserError when ts-morph is missing or too old
 */
export function openSourceProject(tsconfig: string): OpenedProject {
  const morph = loadMorph(dirname(tsconfig));
  const [major = 0, minor = 0] = morph.ts.version.split(".").map(Number);
  if (major < 5 || (major === 5 && minor < 9))
    throw new UserError(
      `this ts-morph brings TypeScript ${morph.ts.version}, which is too old. Run: ${install}@latest`,
    );
  return wrapProject(new morph.Project({ tsConfigFilePath: tsconfig }), morph.ts);
}

/** A project of ts-morph's as the codemods see it. */
export function wrapProject(morph: Project, ts: typeof MorphTypeScript): OpenedProject {
  return {
    morph,
    ts: ts as unknown as typeof TS,
    compilerOptions: morph.getCompilerOptions() as unknown as TS.CompilerOptions,
    program: () => morph.getProgram().compilerObject as unknown as TS.Program,
    replace: (fileName, text) => {
      const file = morph.getSourceFileOrThrow(fileName);
      // Not `replaceWithText`, which writes its own line breaks.
      file.applyTextChanges([{ span: { start: 0, length: file.getFullWidth() }, newText: text }]);
    },
  };
}

function loadMorph(root: string): Morph {
  for (const base of [join(root, "index.js"), import.meta.url]) {
    try {
      return createRequire(base)("ts-morph");
    } catch {
      // The next place is tried; that none has it is said below.
    }
  }
  throw new UserError(`apply and strip need ts-morph, which cannot be found from '${root}'. Run: ${install}`);
}

/**
 * A project's sources by ts-morph, which brings a compiler of its own: no other needs to be installed.
 *
 * Idea: ts-morph holds the texts. The programs are those that the compiler makes for the tsconfig, since ts-morph's own
 * take every file that was read for one of the project's.
 *
 * Invariants:
 * - Nothing is written: `replace` changes a text in memory.
 * - A source is parsed again only when its text has changed, and a program made anew only when a source has.
 *
 * Example:
 * ```ts
 * const project = openSourceProject("/home/me/app/tsconfig.json");
 * project.replace("/home/me/app/src/main.ts", "export {};\n");
 * project.program().getSemanticDiagnostics();
 * ```
 */
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
}

/**
 * Opens the project of a tsconfig.
 *
 * @example const project = openSourceProject("/home/me/app/tsconfig.json");
 * @throws UserError when ts-morph is missing or too old, or the tsconfig can't be used
 */
export function openSourceProject(tsconfig: string): OpenedProject {
  const { Project, ts } = loadMorph(dirname(tsconfig));
  const [major = 0, minor = 0] = ts.version.split(".").map(Number);
  if (major < 5 || (major === 5 && minor < 9))
    throw new UserError(
      `this ts-morph brings TypeScript ${ts.version}, which is too old. Run: ${install}@latest`,
    );
  const { fileNames, options, references } = readConfig(ts as unknown as typeof TS, tsconfig);
  const morph = new Project({
    compilerOptions: options as unknown as MorphTypeScript.CompilerOptions,
    skipFileDependencyResolution: true,
  });
  for (const name of fileNames) if (!name.endsWith(".json")) morph.addSourceFileAtPath(name);
  return wrapProject(morph, ts, { options, references });
}

interface Config {
  readonly options: TS.CompilerOptions;
  readonly references: readonly TS.ProjectReference[];
}

/** Folder of the library that ts-morph has in memory. */
const library = "/node_modules/typescript/lib";

/**
 * A project of ts-morph's as the codemods see it; the roots of its program are the files that were added to it or replaced.
 *
 * @internal
 */
export function wrapProject(morph: Project, morphTs: typeof MorphTypeScript, config: Config): OpenedProject {
  const ts = morphTs as unknown as typeof TS;
  const { options, references } = config;
  const host = createHost(morph, ts, options);
  let last: TS.Program | undefined;
  return {
    ts,
    compilerOptions: options,
    program: () => {
      if (last && isCurrent(last, morph)) return last;
      last = ts.createProgram({
        rootNames: morph.getSourceFiles().map((each) => each.getFilePath()),
        options,
        projectReferences: references,
        host,
        ...(last && { oldProgram: last }),
      });
      return last;
    },
    replace: (fileName, text) => {
      const file = morph.getSourceFile(fileName) ?? morph.addSourceFileAtPath(fileName);
      // Not `replaceWithText`, which writes its own line breaks.
      file.applyTextChanges([{ span: { start: 0, length: file.getFullWidth() }, newText: text }]);
    },
  };
}

/** Whether a program has the texts that the project has by now. */
function isCurrent(program: TS.Program, morph: Project): boolean {
  const files = morph.getSourceFiles();
  return (
    files.length === program.getRootFileNames().length &&
    files.every((each) => program.getSourceFile(each.getFilePath())?.text === each.getFullText())
  );
}

function createHost(morph: Project, ts: typeof TS, options: TS.CompilerOptions): TS.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const inMemory = morph.getModuleResolutionHost();
  const { readFile, fileExists, getSourceFile } = host;
  const isLibrary = (name: string) => name.startsWith(`${library}/`);
  host.readFile = (name) =>
    isLibrary(name)
      ? inMemory.readFile?.(name)
      : (morph.getSourceFile(name)?.getFullText() ?? readFile(name));
  host.fileExists = (name) =>
    isLibrary(name) ? inMemory.fileExists(name) : morph.getSourceFile(name) !== undefined || fileExists(name);
  host.getDefaultLibLocation = () => library;
  host.getDefaultLibFileName = (of) => `${library}/${ts.getDefaultLibFileName(of)}`;
  const parsed = new Map<string, TS.SourceFile>();
  host.getSourceFile = (name, ...how) => {
    const known = parsed.get(name);
    const current = morph.getSourceFile(name)?.getFullText();
    if (known && (current === undefined || current === known.text)) return known;
    const file = getSourceFile(name, ...how);
    if (file) parsed.set(name, file);
    return file;
  };
  return host;
}

function readConfig(ts: typeof TS, tsconfig: string): Config & { readonly fileNames: readonly string[] } {
  const errors: TS.Diagnostic[] = [];
  const parsed = ts.getParsedCommandLineOfConfigFile(
    tsconfig,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (error) => errors.push(error) },
  );
  errors.push(...(parsed?.errors ?? []));
  if (!parsed || errors.length > 0) {
    const host = {
      getCurrentDirectory: () => dirname(tsconfig),
      getCanonicalFileName: (name: string) => name,
      getNewLine: () => "\n",
    };
    throw new UserError(
      `the tsconfig cannot be used. Mend it:\n${ts.formatDiagnostics(errors, host).trimEnd()}`,
    );
  }
  const { fileNames, options, projectReferences = [] } = parsed;
  return { fileNames, options, references: projectReferences };
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

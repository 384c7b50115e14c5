/**
 * Reads the JavaScript of dependencies as a program of its own, within bounds.
 *
 * # Invariants
 * - D2 Nothing in it is ever changed, and no site is found in it: it is read for summaries alone.
 * - D3 What is beyond the bounds, or not there, is not in the program, and so unknown.
 */
import type TS from "typescript";
import { ts } from "../../typescript.js";
import { resolutionOf, withoutDeclarations } from "./find-files.js";

/** A larger file is a bundle: reading it would cost more than it could free. In characters. */
const largestFile = 100_000;
/** All files together. In characters. */
const mostText = 600_000;

export function readDependencies(program: TS.Program, roots: readonly string[]): TS.Program {
  const own = program.getCompilerOptions();
  const options: TS.CompilerOptions = {
    ...resolutionOf(own),
    ...withoutDeclarations,
    target: ts.ScriptTarget.ESNext,
    ...(own.lib === undefined ? {} : { lib: own.lib }),
    allowJs: true,
    checkJs: false,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    types: [],
    maxNodeModuleJsDepth: 10,
  };
  const host = ts.createCompilerHost(options, true);
  let left = mostText;
  // The language's library is read already.
  host.getSourceFile = (name, version) => {
    const known = program.getSourceFile(name);
    if (known?.isDeclarationFile) return known;
    const text = ts.sys.readFile(name);
    if (text === undefined || text.length > largestFile || text.length > left) return undefined;
    left -= text.length;
    return ts.createSourceFile(name, text, version, true);
  };
  return ts.createProgram({ rootNames: [...roots, ...nodeTypes(program)], options, host });
}

/** Declarations of Node, if the program has them: its functions have rows. */
function nodeTypes(program: TS.Program): string[] {
  return program
    .getSourceFiles()
    .filter((file) => /[\\/]node_modules[\\/]@types[\\/]node[\\/]index\.d\.ts$/.test(file.fileName))
    .map((file) => file.fileName);
}

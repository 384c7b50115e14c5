/** Which kind of module the compiler emits for a file. */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { isAnalysedFile } from "./syntax.js";

/** Whether a file is emitted as CommonJS, or in another format of old, where what a module exports is a property of an object. */
export function emitsCommonJs(program: TS.Program, file: TS.SourceFile): boolean {
  // Public in its effect (it is what the emitter asks), not in its declaration.
  const { getEmitModuleFormatOfFile } = program as TS.Program & {
    getEmitModuleFormatOfFile(file: TS.SourceFile): TS.ModuleKind;
  };
  return getEmitModuleFormatOfFile(file) < ts.ModuleKind.ES2015;
}

const onlyModern = new WeakMap<TS.Program, boolean>();

/** Whether all files are emitted as ES modules, so that a name that one exports is a variable wherever it is used. */
export function emitsOnlyEsModules(program: TS.Program): boolean {
  let known = onlyModern.get(program);
  if (known === undefined) {
    known = program
      .getSourceFiles()
      .every((file) => !isAnalysedFile(program, file) || !emitsCommonJs(program, file));
    onlyModern.set(program, known);
  }
  return known;
}

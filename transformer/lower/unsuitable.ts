/** Files in which no function can be transformed. */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { isTooDeep } from "./deep-syntax.js";
import type { Lowering } from "./function.js";

/** Why no function of a file can be transformed, if so. */
export function unsuitable(program: TS.Program, file: TS.SourceFile): Lowering | null {
  if (!ts.isExternalModule(file)) return script;
  if (isTooDeep(file)) return deep;
  // Down to ES5, the compiler renames block-scoped variables, and would not know of those in inserted code.
  const target = program.getCompilerOptions().target ?? ts.ScriptTarget.ES2015;
  return target < ts.ScriptTarget.ES2015
    ? { kind: "left-alone", why: "the target is older than ES2015" }
    : null;
}

/** An import of the runtime would turn a script into a module, with a scope of its own. */
const script: Lowering = {
  kind: "left-alone",
  why: "the file is a script: add an import or export to make it a module",
};

/** To rewrite a file is to walk it by recursion. */
const deep: Lowering = {
  kind: "left-alone",
  why: "an expression of the file has hundreds of operators in a row",
};

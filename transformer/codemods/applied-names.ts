/** The names that `apply` brought into a file. */
import type TS from "typescript";
import { isRuntime } from "../emit/runtime-calls.js";
import { ts } from "../typescript.js";
import { endOfMark } from "./marks.js";

export interface AppliedNames {
  /** The import, which has a mark. */
  readonly declaration: TS.ImportDeclaration;
  /** From a local name to the function of the runtime. */
  readonly functions: ReadonlyMap<string, string>;
}

/** What `apply` imported into a file; `null` if it wrote nothing there. */
export function appliedNames(file: TS.SourceFile): AppliedNames | null {
  for (const declaration of file.statements) {
    if (!ts.isImportDeclaration(declaration) || !isRuntime(declaration)) continue;
    if (endOfMark(file.text, declaration.end) === declaration.end) continue;
    const bindings = declaration.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    const functions = bindings.elements.map(
      ({ name, propertyName }) => [name.text, (propertyName ?? name).text] as const,
    );
    return { declaration, functions: new Map(functions) };
  }
  return null;
}

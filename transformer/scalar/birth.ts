/** Where a small buffer is born and named: R1 and R2 of `replace-scalars.ts`. */
import type TS from "typescript";
import { isLibrary } from "../effects/lookup.js";
import { ownerOf } from "../effects/owner.js";
import { globalOwner } from "../effects/tables.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { enclosingFunction, outermost, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { isTypedArrayName } from "../zero-fill/sure-values.js";
import { constantOf } from "./constants.js";
import { type Birth, type ElementsType, most } from "./scalar-buffer.js";
import { changesWhenStored, isElement } from "./values.js";

/** The birth of a buffer of a few elements that has a name from the start; `null` for any other site. */
export function birthOf(index: ProgramIndex, node: TS.Node): Birth | null {
  const written = writtenAt(node);
  const type = written && elementsType(index, written.constructed);
  const home = type && homeOf(index, node as TS.Expression);
  if (!home) return null;
  const { elements } = written;
  const length = elements ? elements.length : constantOf(index, written.length, home.declaration);
  if (length === null || !Number.isInteger(length) || length < 1 || length > most) return null;
  if (elements?.some((each) => !isStorable(index, type, each))) return null;
  const values = elements?.map((value) => ({ value, converts: changesWhenStored(index, type, value) }));
  return { ...home, type, length, elements: values ?? null };
}

type Written = { readonly constructed: TS.Expression } & (
  | { readonly elements: null; readonly length: TS.Expression }
  | { readonly elements: readonly TS.Expression[] }
);

/** How the source makes a buffer: by its length, or by its elements. */
function writtenAt(node: TS.Node): Written | null {
  if (ts.isNewExpression(node)) {
    const [only, ...more] = node.arguments ?? [];
    if (!only || more.length > 0 || ts.isSpreadElement(only)) return null;
    const argument = skipWrappers(only);
    return ts.isArrayLiteralExpression(argument)
      ? { constructed: node.expression, elements: argument.elements }
      : { constructed: node.expression, elements: null, length: only };
  }
  if (!ts.isCallExpression(node) || ts.isOptionalChain(node)) return null;
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== "of") return null;
  return { constructed: callee.expression, elements: node.arguments };
}

/** The global constructor that a name means; `null` for all else. */
function elementsType(index: ProgramIndex, constructed: TS.Expression): ElementsType | null {
  if (!ts.isIdentifier(constructed)) return null;
  const { text } = constructed;
  if (!isTypedArrayName(text) || text === "Buffer") return null;
  const declaration = index.symbolOf(constructed)?.valueDeclaration;
  if (!declaration || !isLibrary(index, declaration) || ownerOf(declaration) !== globalOwner) return null;
  return text as ElementsType;
}

function isStorable(index: ProgramIndex, type: ElementsType, value: TS.Expression): boolean {
  return !ts.isSpreadElement(value) && !ts.isOmittedExpression(value) && isElement(index, type, value);
}

/** R2 */
function homeOf(
  index: ProgramIndex,
  node: TS.Expression,
): Pick<Birth, "symbol" | "declaration" | "statement" | "scope"> | null {
  const value = outermost(node);
  const declaration = value.parent;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer !== value) return null;
  const symbol = ts.isIdentifier(declaration.name) && index.localSymbolOf(declaration.name);
  const list = declaration.parent;
  if (!symbol || !ts.isVariableDeclarationList(list) || !ts.isVariableStatement(list.parent)) return null;
  const scoping = list.flags & ts.NodeFlags.BlockScoped;
  if (scoping !== ts.NodeFlags.Let && scoping !== ts.NodeFlags.Const) return null;
  const statement = list.parent;
  const scope = statement.parent;
  if (!ts.isBlock(scope) || ts.isSourceFile(enclosingFunction(statement))) return null;
  return { symbol, declaration, statement, scope };
}

/**
 * Finds the functions worth analysing: those in which some call or `new` gives a value that is, or holds, a
 * buffer, going by its type. The rest of the program is lowered only if one of these calls it.
 */
import type TS from "typescript";
import { libraryInterfaceOf } from "../effects/lookup.js";
import { bufferTypes } from "../ir/effect.js";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import type { ProgramIndex } from "./program-index.js";
import { type FunctionNode, isFunctionNode } from "./syntax.js";

const bufferNames: ReadonlySet<string> = new Set(bufferTypes);
/** Buffers are looked for in properties of properties, not deeper. */
const deepest = 2;

export function findFunctions(index: ProgramIndex, file: TS.SourceFile): FunctionNode[] {
  const found = new Set<FunctionNode>();
  const types = new Map<TS.Type, boolean>();
  const walk = (node: TS.Node, owner: FunctionNode): void => {
    const inner = isFunctionNode(node) ? node : owner;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && !found.has(inner)) {
      if (holdsBuffer(index, index.checker.getTypeAtLocation(node), { depth: 0, types })) found.add(inner);
    }
    if (!ts.isTypeNode(node)) forEachChild(node, (child) => walk(child, inner));
  };
  walk(file, file);
  return [...found];
}

interface Search {
  readonly depth: number;
  readonly types: Map<TS.Type, boolean>;
}

function holdsBuffer(index: ProgramIndex, type: TS.Type, search: Search): boolean {
  const known = search.types.get(type);
  if (known !== undefined) return known;
  search.types.set(type, false);
  const answer = looksInside(index, type, search);
  search.types.set(type, answer);
  return answer;
}

function looksInside(index: ProgramIndex, type: TS.Type, { depth, types }: Search): boolean {
  if (type.isUnionOrIntersection())
    return type.types.some((each) => holdsBuffer(index, each, { depth, types }));
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.TypeParameter))) return false;
  if (type.flags & ts.TypeFlags.TypeParameter) {
    const constraint = index.checker.getBaseConstraintOfType(type);
    return !!constraint && constraint !== type && holdsBuffer(index, constraint, { depth, types });
  }
  const name = libraryInterfaceOf(index, type);
  if (name && bufferNames.has(name)) return true;
  if (depth >= deepest) return false;
  const inner = { depth: depth + 1, types };
  const element = index.checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (element && holdsBuffer(index, element, inner)) return true;
  // A promise comes to nothing else than what it resolves with.
  if (name === "Promise")
    return index.checker
      .getTypeArguments(type as TS.TypeReference)
      .some((each) => holdsBuffer(index, each, inner));
  if (name) return false;
  return type
    .getProperties()
    .some((property) => holdsBuffer(index, index.checker.getTypeOfSymbol(property), inner));
}

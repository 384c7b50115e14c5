/** Finds what makes buffers in a function that was left alone: for the report, and for what is asked of hot code. */
import type TS from "typescript";
import { libraryInterfaceOf } from "../effects/lookup.js";
import { type BufferType, bufferTypes } from "../ir/effect.js";
import { ts } from "../typescript.js";
import { forEachChild } from "./deep-syntax.js";
import type { ProgramIndex } from "./program-index.js";
import { classifyConstruction } from "./site.js";
import { type FunctionNode, isFunctionNode } from "./syntax.js";

export interface SyntaxSite {
  readonly node: TS.Expression;
  readonly type: string;
}

export function findBufferSites(index: ProgramIndex, owner: FunctionNode): SyntaxSite[] {
  return collect(owner, (node) => {
    if (!ts.isNewExpression(node)) return null;
    const construction = classifyConstruction(index, node);
    return construction.kind === "buffer" ? { node, type: construction.type } : null;
  });
}

/** The calls whose value is a buffer: a new one, for all that is known. */
export function findBufferCalls(index: ProgramIndex, owner: FunctionNode): SyntaxSite[] {
  return collect(owner, (node) => {
    if (!ts.isCallExpression(node)) return null;
    const type = libraryInterfaceOf(index, index.checker.getTypeAtLocation(node));
    return bufferTypes.includes(type as BufferType) ? { node, type: type as BufferType } : null;
  });
}

function collect(owner: FunctionNode, siteOf: (node: TS.Node) => SyntaxSite | null): SyntaxSite[] {
  const sites: SyntaxSite[] = [];
  const walk = (node: TS.Node): void => {
    if (node !== owner && isFunctionNode(node)) return;
    const site = siteOf(node);
    if (site) sites.push(site);
    forEachChild(node, walk);
  };
  walk(owner);
  return sites;
}

/** Finds the allocation sites in a function that was left alone, so that the report can name them. */
import type TS from "typescript";
import { ts } from "../typescript.js";
import type { ProgramIndex } from "./program-index.js";
import { classifyConstruction } from "./site.js";
import { type FunctionNode, isFunctionNode } from "./syntax.js";

export interface SyntaxSite {
  readonly node: TS.Expression;
  readonly type: string;
}

export function findBufferSites(index: ProgramIndex, owner: FunctionNode): SyntaxSite[] {
  const sites: SyntaxSite[] = [];
  const walk = (node: TS.Node): void => {
    if (node !== owner && isFunctionNode(node)) return;
    if (ts.isNewExpression(node)) {
      const construction = classifyConstruction(index, node);
      if (construction.kind === "buffer") sites.push({ node, type: construction.type });
    }
    ts.forEachChild(node, walk);
  };
  walk(owner);
  return sites;
}

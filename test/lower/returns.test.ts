/** Every `return` that TypeScript thinks can be reached is reached in the graph, over all fixtures' functions. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import type { FunctionIr } from "../../transformer/ir/ir.js";
import { lowerFunction } from "../../transformer/lower/function.js";
import { ProgramIndex } from "../../transformer/lower/program-index.js";
import { type FunctionNode, isFunctionNode } from "../../transformer/lower/syntax.js";
import { programOf, reachableBlocks } from "./harness.js";

const themes = ["exits", "branches", "loops", "exceptions", "hazards", "soundness", "using", "generators"];
const fixtures = path.resolve(import.meta.dirname, "../../fixtures");

function sources(): Record<string, string> {
  return Object.fromEntries(
    themes.flatMap((theme) =>
      readdirSync(path.join(fixtures, theme))
        .filter((name) => name.endsWith(".ts"))
        .map((name) => [`/${theme}-${name}`, readFileSync(path.join(fixtures, theme, name), "utf8")]),
    ),
  );
}

function functionsOf(program: ts.Program): FunctionNode[] {
  const found: FunctionNode[] = [];
  const walk = (node: ts.Node): void => {
    if (isFunctionNode(node) && !ts.isSourceFile(node)) found.push(node);
    ts.forEachChild(node, walk);
  };
  for (const file of program.getSourceFiles()) if (!file.isDeclarationFile) walk(file);
  return found;
}

function ownReturns(node: FunctionNode): ts.ReturnStatement[] {
  const found: ts.ReturnStatement[] = [];
  const walk = (each: ts.Node): void => {
    if (isFunctionNode(each)) return;
    if (ts.isReturnStatement(each)) found.push(each);
    ts.forEachChild(each, walk);
  };
  ts.forEachChild(node, walk);
  return found;
}

function reached(ir: FunctionIr): Set<number> {
  return new Set(
    reachableBlocks(ir).flatMap((id) => ir.blocks[id]?.instructions.map((each) => each.origin) ?? []),
  );
}

test("reachable returns", () => {
  const program = programOf(sources(), { allowUnreachableCode: false });
  const index = ProgramIndex.of(program);
  const dead = program
    .getSourceFiles()
    .flatMap((file) => (file.isDeclarationFile ? [] : program.getSemanticDiagnostics(file)))
    .filter(({ code }) => code === 7027);
  let count = 0;
  for (const node of functionsOf(program)) {
    const lowering = lowerFunction(index, node, { annotatedOnly: false });
    if (lowering.kind === "left-alone") continue;
    const { ir, source } = lowering.lowered;
    const origins = new Set([...reached(ir)].map((id) => source.origins[id]));
    for (const each of ownReturns(node)) {
      const isDead = dead.some(
        ({ file, start = 0, length = 0 }) =>
          file === each.getSourceFile() && start <= each.getStart() && each.end <= start + length,
      );
      if (isDead) continue;
      count++;
      expect(origins.has(each), `${each.getSourceFile().fileName}: ${each.getText()}`).toBe(true);
    }
  }
  expect(count).toBeGreaterThan(300);
});

/** Looks for handwritten frees in the program, and for what is wrong with them. */
import type TS from "typescript";
import { analyzeFunction } from "./analysis/analyze-function.js";
import { checkFrees, type FreeMistake } from "./analysis/check-frees.js";
import { noContext } from "./analysis/context.js";
import type { Summaries } from "./analysis/summaries.js";
import { libraryInterfaceOf } from "./effects/lookup.js";
import { isRuntime, runtimeFunction } from "./emit/runtime-calls.js";
import { bufferTypes } from "./ir/effect.js";
import type { FunctionId, OriginId } from "./ir/ids.js";
import type { LoweredFunction } from "./lower/builder.js";
import { forEachChild } from "./lower/deep-syntax.js";
import type { Lowering } from "./lower/function.js";
import type { ProgramIndex } from "./lower/program-index.js";
import { type FunctionNode, isFunctionNode } from "./lower/syntax.js";
import { ts } from "./typescript.js";

export interface HandwrittenMistake {
  readonly lowered: LoweredFunction;
  readonly mistake: FreeMistake;
}

interface Analysis {
  readonly index: ProgramIndex;
  readonly summaries: Summaries;
  readonly lower: (id: FunctionId) => Lowering;
}

/** The mistakes in the files of a program that import the runtime. */
export function checkHandwrittenFrees(
  { index, summaries, lower }: Analysis,
  files: readonly TS.SourceFile[],
): HandwrittenMistake[] {
  return files.flatMap((file) =>
    functionsThatFree(index, file).flatMap((node) => {
      const lowering = lower(index.functionId(node));
      if (lowering.kind !== "lowered") return [];
      const { lowered } = lowering;
      summaries.summaryOf(lowered.ir.id, noContext);
      const isFree = (origin: OriginId): boolean =>
        isFreeCall(index, lowered.source.origins[origin] as TS.Node);
      const facts = analyzeFunction(lowered.ir, summaries);
      return checkFrees(facts, isFree).map((mistake) => ({ lowered, mistake }));
    }),
  );
}

function isFreeCall(index: ProgramIndex, node: TS.Node): boolean {
  const name = runtimeFunction(index.checker, node);
  if (name !== "unsafeFree" && name !== "mustFree") return false;
  const args = (node as TS.CallExpression).arguments;
  // With options, what is freed is what the argument holds.
  const [only] = name === "unsafeFree" || args.length === 1 ? args : [];
  return only !== undefined && mayBeBuffer(index, index.checker.getTypeAtLocation(only));
}

/** What `onFree` frees is no buffer: it may be asked about afterwards. */
function mayBeBuffer(index: ProgramIndex, type: TS.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some((each) => mayBeBuffer(index, each));
  if (type.flags & ts.TypeFlags.Any) return true;
  if (type.flags & ts.TypeFlags.TypeParameter) {
    const constraint = index.checker.getBaseConstraintOfType(type);
    return !!constraint && constraint !== type && mayBeBuffer(index, constraint);
  }
  const name = libraryInterfaceOf(index, type);
  return name !== null && (name === "DataView" || (bufferTypes as readonly string[]).includes(name));
}

/** Frees during `preserve` wait until it ends. */
function isPreserving({ checker }: ProgramIndex, node: TS.Node): boolean {
  return runtimeFunction(checker, node) === "preserve";
}

function functionsThatFree(index: ProgramIndex, file: TS.SourceFile): FunctionNode[] {
  if (!file.statements.some(isRuntime)) return [];
  const found = new Set<FunctionNode>();
  const walk = (node: TS.Node, owner: FunctionNode): void => {
    if (isPreserving(index, node)) return;
    const inner = isFunctionNode(node) ? node : owner;
    if (ts.isCallExpression(node) && isFreeCall(index, node)) found.add(inner);
    forEachChild(node, (child) => walk(child, inner));
  };
  walk(file, file);
  return [...found];
}

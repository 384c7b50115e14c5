/**
 * Checks the program's directives `noescape` and `fresh`: each function that is bound by one must keep it.
 *
 * A function is checked with what the contracts of its callees promise, as these are with its own: since nothing is broken by
 * the first call of a run, and none is by a call whose callees break nothing, none is ever. Where one is broken, no contract
 * is relied on at all.
 */
import type TS from "typescript";
import { analyzeFunction } from "./analysis/analyze-function.js";
import { noContext } from "./analysis/context.js";
import type { Summaries } from "./analysis/summaries.js";
import { breachError, problemError, uncheckedError } from "./directive-errors.js";
import type { FunctionId } from "./ir/ids.js";
import { type Obligation, obligationsOf } from "./lower/contract-bodies.js";
import { parametersOf } from "./lower/contracts.js";
import type { Lowering } from "./lower/function.js";
import { mayBeObjectAt } from "./lower/part-type.js";
import type { ProgramIndex } from "./lower/program-index.js";
import { findBreaches } from "./plan/check-contract.js";

interface Analysis {
  readonly index: ProgramIndex;
  readonly summaries: Summaries;
  readonly lower: (id: FunctionId) => Lowering;
}

export interface CheckedContracts {
  readonly errors: readonly TS.Diagnostic[];
  /** Every function that is bound by a contract keeps it. */
  readonly areKept: boolean;
}

export function checkContracts(analysis: Analysis): CheckedContracts {
  const { contracts } = analysis.index;
  if (contracts.all.length === 0 && contracts.problems.length === 0) return { errors: [], areKept: true };
  const breaches = obligationsOf(analysis.index).flatMap((each) => checkObligation(analysis, each));
  return { errors: [...contracts.problems.map(problemError), ...breaches], areKept: breaches.length === 0 };
}

function checkObligation({ index, summaries, lower }: Analysis, obligation: Obligation): TS.Diagnostic[] {
  const { contract, node } = obligation;
  const promised = [contract.receiver, ...contract.parameters];
  if (promised.every((each) => each === "none") && contract.fresh === null) return [];
  const id = index.functionId(node);
  const lowering = lower(id);
  if (lowering.kind === "left-alone")
    return [uncheckedError(obligation, `it is not analysed (${lowering.why})`)];
  const { lowered } = lowering;
  if (lowered.ir.functionKind !== "ordinary") {
    return [uncheckedError(obligation, "what an async function or a generator is given may be used later")];
  }
  if (!summaries.summaryOf(id, noContext)) return [uncheckedError(obligation, "it calls too many others")];
  const facts = analyzeFunction(lowered.ir, summaries);
  const mayBeObject = (parameter: number, path: readonly string[]): boolean => {
    const declaration = parametersOf(node)[parameter];
    return !declaration || mayBeObjectAt(index, index.checker.getTypeAtLocation(declaration), path);
  };
  const signature = index.checker.getSignatureFromDeclaration(node);
  const result = signature && index.checker.getReturnTypeOfSignature(signature);
  const mayReturnObject = !result || mayBeObjectAt(index, result, []);
  return findBreaches({ facts, contract, mayBeObject, mayReturnObject }).map((breach) =>
    breachError(obligation, lowered, breach),
  );
}

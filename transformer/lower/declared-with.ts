/** Which variable is the name of what a site makes, from birth on. */
import type { SiteId, VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import type { LoweredFunction } from "./builder.js";

/**
 * Whether a variable is declared with a site's buffer and never assigned again: then it holds that, wherever it can be named. Another
 * variable that frees what a site makes may hold nothing yet, and so may a `var`.
 */
export function isDeclaredWith({ ir, source }: LoweredFunction, site: SiteId, id: VariableId): boolean {
  const info = ir.sites[site];
  const variable = ir.variables[id];
  const declaration = info && source.origins[info.origin]?.parent;
  if (!variable || !declaration || !ts.isVariableDeclaration(declaration)) return false;
  return (
    variable.region === info.region &&
    variable.assignments === 1 &&
    !variable.assignedElsewhere &&
    ts.isIdentifier(declaration.name) &&
    declaration.name.text === variable.name
  );
}

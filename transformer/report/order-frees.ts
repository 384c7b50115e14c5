/** All frees of a program in one order, which doesn't change from run to run: by this order `--max-frees` counts. */
import type { LoweredFunction } from "../lower/builder.js";
import type { Free, FunctionPlan } from "../plan/plan.js";
import { freePlace, type SourcePlace } from "./source-place.js";

export interface OrderedFree {
  readonly free: Free;
  readonly place: SourcePlace;
  /** The name of what is freed, or of the variable that was added to remember it. */
  readonly value: string;
}

/** The frees of all functions, by file, line and column; at one place, in the order in which they are done. */
export function orderFrees(
  functions: readonly { readonly lowered: LoweredFunction; readonly plan: FunctionPlan }[],
  root: string,
): OrderedFree[] {
  const found = functions.flatMap(({ lowered, plan }) =>
    plan.frees.map((free): OrderedFree => {
      const value = freedName({ lowered, plan }, free);
      return { free, place: freePlace(root, lowered, free.point), value };
    }),
  );
  const order = (a: SourcePlace, b: SourcePlace): number =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
  return found.sort((a, b) => order(a.place, b.place));
}

/** What a free names: a variable or, with `$` before it, one that was added; and the path from there. */
export function freedName(
  { lowered, plan }: { readonly lowered: LoweredFunction; readonly plan: FunctionPlan },
  { value, path }: Free,
): string {
  const name =
    value.kind === "handle"
      ? `$${plan.handles[value.handle]?.name ?? "buffer"}`
      : (lowered.ir.variables[value.variable]?.name ?? "");
  return `${name}${path.map((step) => (step.kind === "field" ? `.${step.name}` : "[]")).join("")}`;
}

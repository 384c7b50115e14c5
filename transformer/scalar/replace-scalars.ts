/**
 * Finds the small buffers that can be local variables: one variable an element, and no buffer any more.
 *
 * # Idea
 * A buffer of a few elements that is only ever indexed by constants is a group of numbers under one name. If no use of the name is
 * anything else, nobody can tell it from as many variables, as long as each store converts what it stores as the buffer would. That is
 * seen on the syntax, whatever the analysis thinks of the site: what has no name but one, and is never a value, is seen by nobody.
 *
 * # Conditions
 * - R1 The site is `new X(n)`, `new X([a, b, c])` or `X.of(a, b, c)` of a typed array's global constructor, with 1 to 16 elements,
 *   the length a constant and the elements of primitive types: `birth.ts`.
 * - R2 It is the initial value of a `const` or `let` in a block of a function: `birth.ts`.
 * - R3 Every use of the name, in closures too, is an element at a constant index in range, or the length: `uses.ts`.
 * - R4 No use can run ahead of the birth, where the name is not initialised yet: none stands before it, or in a function's declaration
 *   in the same block. An error there would name another variable.
 * - R5 What is stored is of a primitive type, and what an assignment gives is used only where the conversion changes nothing: `uses.ts`.
 * - R6 The file has no direct `eval` and no `with`, and does not declare the names that conversions use: `names.ts`.
 * - R7 No directive or option keeps the site. No free names it but its own, no caller frees it.
 *
 * What has been replaced is the same in every execution, suspended ones included: a variable lives where the name did, and a loop's
 * body gets new ones each time.
 *
 * # Example
 * ```ts
 * const v = new Float32Array(2); // let v_0 = 0, v_1 = 0;
 * v[0] = a; //                      v_0 = Math.fround(a);
 * v[1] += b; //                     v_1 = Math.fround(v_1 + b);
 * return v[0] * v.length; //        return v_0 * 2;
 * ```
 */
import type TS from "typescript";
import type { BindingId, SiteId } from "../ir/ids.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { withoutIdleHandles } from "../plan/idle-handles.js";
import type { Free, FunctionPlan, PlannedSite } from "../plan/plan.js";
import type { PlannedFunction } from "../plan/program-plan.js";
import { birthOf } from "./birth.js";
import { FileNames } from "./names.js";
import type { ScalarBuffer } from "./scalar-buffer.js";
import { usesOfBuffer } from "./uses.js";

export interface ReplacedScalars {
  /** The plans without the frees of what is replaced. */
  readonly functions: readonly PlannedFunction[];
  readonly scalars: readonly ScalarBuffer[];
}

export function replaceScalars(index: ProgramIndex, functions: readonly PlannedFunction[]): ReplacedScalars {
  const names = new FileNames(index);
  const given = new Given(functions);
  const scalars: ScalarBuffer[] = [];
  const replaced = functions.map((planned): PlannedFunction => {
    const gone = new Set<SiteId>();
    for (const [node, sites] of sitesByNode(planned)) {
      const buffer = given.mayGo(planned, sites) ? scalarBufferOf(index, names, node) : null;
      if (!buffer || !given.isOnlyFreedHere(planned, sites, index.bindingId(buffer.symbol))) continue;
      scalars.push(buffer);
      for (const { site } of sites) gone.add(site);
    }
    return gone.size === 0 ? planned : { ...planned, plan: withoutSites(planned.plan, gone) };
  });
  return { functions: replaced, scalars };
}

/** The sites of each expression: lowering may come to one more than once. */
function sitesByNode({ lowered, plan }: PlannedFunction): ReadonlyMap<TS.Node, readonly PlannedSite[]> {
  const byNode = new Map<TS.Node, PlannedSite[]>();
  for (const site of plan.sites) {
    const node = lowered.source.origins[site.origin] as TS.Node;
    byNode.set(node, [...(byNode.get(node) ?? []), site]);
  }
  return byNode;
}

/** R1 to R6 */
function scalarBufferOf(index: ProgramIndex, names: FileNames, node: TS.Node): ScalarBuffer | null {
  const birth = birthOf(index, node);
  if (!birth || !names.allow(birth)) return null;
  const uses = usesOfBuffer(index, birth);
  return uses && { ...birth, uses };
}

/** Who else has to do with a site's buffer, as far as the plans say. R7 */
class Given {
  private readonly madeAt = new Set<string>();
  private readonly named = new Map<BindingId, Free[]>();

  constructor(functions: readonly PlannedFunction[]) {
    for (const { lowered, plan } of functions) {
      for (const { madeAt } of plan.sites)
        for (const made of madeAt) this.madeAt.add(`${made.function}:${made.site}`);
      for (const free of plan.frees) {
        const names = [free.value, ...free.guards].flatMap((each) =>
          each.kind === "handle" ? [] : [lowered.ir.variables[each.variable]?.binding ?? null],
        );
        for (const name of names)
          if (name !== null) this.named.set(name, [...(this.named.get(name) ?? []), free]);
      }
    }
  }

  mayGo({ lowered, plan }: PlannedFunction, sites: readonly PlannedSite[]): boolean {
    return sites.every(({ site, verdict }) => {
      if (lowered.ir.sites[site]?.implicit || this.madeAt.has(`${plan.function}:${site}`)) return false;
      if (verdict.kind === "kept")
        return verdict.reason !== "keep-directive" && verdict.reason !== "not-annotated";
      return verdict.kind !== "scalar" && verdict.elsewhere.length === 0;
    });
  }

  /** Whether a free of the sites is of nothing else, and no other free names the variable. */
  isOnlyFreedHere({ plan }: PlannedFunction, sites: readonly PlannedSite[], binding: BindingId): boolean {
    const ids = new Set(sites.map((each) => each.site));
    const own = new Set(plan.frees.filter((free) => free.sites.some((each) => ids.has(each))));
    return (
      [...own].every((free) => free.path.length === 0 && free.sites.every((each) => ids.has(each))) &&
      (this.named.get(binding) ?? []).every((free) => own.has(free))
    );
  }
}

function withoutSites(plan: FunctionPlan, gone: ReadonlySet<SiteId>): FunctionPlan {
  const frees = plan.frees.filter((free) => !free.sites.some((each) => gone.has(each)));
  const sites = plan.sites.map(
    (site): PlannedSite =>
      gone.has(site.site) ? { ...site, verdict: { kind: "scalar" }, handle: null } : site,
  );
  return withoutIdleHandles({ ...plan, frees, sites });
}

/**
 * Gives sites that may make small buffers a slot each: a variable of the module in which what the site's buffer was freed to waits
 * for the site's next one (`runtime/slot.ts`).
 *
 * # Idea
 * The pool's two calls cost some 50 ns, whatever the size: much beside the work on a few hundred bytes. Where a function frees what
 * it makes, it can keep that for itself, as code with preallocated scratch does.
 *
 * # Conditions
 * They are about profit alone: `take` and `give` of a slot are `alloc` and `unsafeFree`, wherever they stand.
 * - T1 The site is of the form `new X(length)` of a typed array, and freed by its function, through a holder that has nothing else.
 * - T2 The length is no constant of more than {@link room} elements.
 * - T3 The function may run more than once, and is done when it returns: no module's top level, no generator, nothing async.
 *
 * # Example
 * ```ts
 * export function norm(a: Float64Array): number {
 *   const squares = new Float64Array(a.length); // ($squares ??= $slot()).take(Float64Array, a.length)
 *   for (let i = 0; i < a.length; i++) squares[i] = a[i] ** 2;
 *   return Math.sqrt(sum(squares)); // $squares.give(squares, squares.length)
 * }
 * ```
 */
import type { SiteId } from "../ir/ids.js";
import { type Free, isFreed, type PlannedSite } from "./plan.js";
import type { PlannedFunction } from "./program-plan.js";

/** As in `runtime/slot.ts`: a slot takes no more elements. */
const room = 512;

export function assignSlots(functions: readonly PlannedFunction[]): readonly PlannedFunction[] {
  return functions.map((planned) => {
    const { lowered, plan } = planned;
    if (lowered.ir.functionKind !== "ordinary" || lowered.ir.name === "<module>") return planned;
    const slots: string[] = [];
    const slotOf = new Map<SiteId, number>();
    for (const site of plan.sites) {
      const free = plan.frees.find((each) => isOf(each, site.site));
      if (!free || !maySlot(planned, site)) continue;
      const { value } = free;
      const name =
        value.kind === "handle"
          ? plan.handles[value.handle]?.name
          : lowered.ir.variables[value.variable]?.name;
      slotOf.set(site.site, slots.push(name ?? "buffer") - 1);
    }
    if (slots.length === 0) return planned;
    const sites = plan.sites.map((site) => {
      const slot = slotOf.get(site.site);
      return slot === undefined ? site : { ...site, slot };
    });
    const frees = plan.frees.map((free) => {
      const [only] = free.sites;
      const slot = only !== undefined && isOf(free, only) ? slotOf.get(only) : undefined;
      return slot === undefined ? free : { ...free, slot };
    });
    return { lowered, plan: { ...plan, sites, frees, slots } };
  });
}

/** Whether a free frees itself what it names, made at that site and no other. */
function isOf({ sites, path }: Free, site: SiteId): boolean {
  return sites.length === 1 && sites[0] === site && path.length === 0;
}

/** T1, T2 */
function maySlot({ lowered }: PlannedFunction, { site, verdict }: PlannedSite): boolean {
  const info = lowered.ir.sites[site];
  if (!isFreed(verdict) || info?.site.kind !== "buffer" || info.implicit) return false;
  const { form, type, length = null } = info.site;
  return form === "length" && type !== "ArrayBuffer" && (length === null || length <= room);
}

/**
 * Gives sites that may make small buffers a slot each: a variable of the module in which what the site's buffer was freed to waits
 * for the site's next one (`runtime/slot.ts`).
 *
 * # Idea
 * The pool's two calls cost some 50 ns, whatever the size: much beside the work on a few hundred bytes. Where a function frees what
 * it makes, it can keep that for itself, as code with preallocated scratch does. Where it frees what another one makes and returns, it
 * hands that one its slot (`handed-slots.ts`).
 *
 * # Conditions
 * They are about profit alone: `take` and `give` of a slot are `alloc` and `unsafeFree`, wherever they stand.
 * - T1 The site is of the form `new X(length)` of a typed array, or a call that can hand down a slot to such sites, and freed by its function
 *   itself, not as a part of something. Sites that one free may be of have one slot together: the two of ping-pong take turns.
 * - T2 The length is no constant of more than {@link room} elements.
 * - T3 The function may run more than once, and is done when it returns: no module's top level, no generator, nothing async.
 * - T4 Where nothing can be handed down, to a method, a caller in the same module may give to a slot of the callee's, in one place at most.
 *   With two there, one would be in use as a rule.
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
import type { FunctionId, SiteId } from "../ir/ids.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { callAt, type Handing, handedFrom, type SiteOf } from "./handed-slots.js";
import { type Free, type FunctionPlan, isFreed, type PlannedSite } from "./plan.js";
import type { PlannedFunction } from "./program-plan.js";

/** As in `runtime/slot.ts`: a slot takes no more elements. */
const room = 512;

export function assignSlots(
  index: ProgramIndex,
  functions: readonly PlannedFunction[],
  /** Whether two functions see the same variables of a module. */
  { shareModule }: { readonly shareModule: (a: PlannedFunction, b: PlannedFunction) => boolean },
): readonly PlannedFunction[] {
  const slots = new Slots();
  const byId = new Map(functions.map((each) => [each.plan.function, each]));
  const mayTake = ({ planned, site }: SiteOf): boolean => maySlot(planned, site);
  const handed = (at: SiteOf): readonly Handing[] | null =>
    mayTake(at) ? [] : mayHand(at) ? handedFrom({ index, byId, mayTake }, at) : null;
  for (const planned of functions) {
    for (const { free, sites } of groupsOf(planned.plan)) {
      const takers = sites.flatMap((site) => {
        const handings = handed({ planned, site });
        return handings ? [{ site, handings }] : [];
      });
      if (takers.length === 0) continue;
      const slot = slots.open(planned, nameOf(planned, free));
      for (const { site, handings } of takers) slots.give(site, slot, handings);
    }
  }
  for (const planned of functions) {
    for (const [free, maker] of makersIn(planned, byId))
      if (!slots.isGivenToOwn(planned, free) && !slots.isHanded(maker) && shareModule(planned, maker.planned))
        slots.share(free, maker, makerName(maker) ?? nameOf(planned, free));
  }
  return functions.map((planned) => ({ ...planned, plan: slots.write(planned.plan) }));
}

/** Sites whose buffers the same frees free, and one of these. */
interface Group {
  readonly free: Free;
  readonly sites: readonly PlannedSite[];
}

/** The sites that are freed themselves, not as a part of something: together where a free may be of several. */
function groupsOf({ sites, frees }: FunctionPlan): readonly Group[] {
  const groups = new Map<SiteId, { free: Free; ids: Set<SiteId> }>();
  for (const free of frees) {
    if (free.path.length > 0) continue;
    const met = free.sites.flatMap((each) => groups.get(each) ?? []);
    const ids = new Set([...free.sites, ...met.flatMap((each) => [...each.ids])]);
    const group = { free: met[0]?.free ?? free, ids };
    for (const each of ids) groups.set(each, group);
  }
  return [...new Set(groups.values())].map(({ free, ids }) => ({
    free,
    sites: sites.filter(({ site }) => ids.has(site)),
  }));
}

/** The frees of a caller, each of what one site of a callee makes, and no other free in the caller does. */
function makersIn(
  planned: PlannedFunction,
  byId: ReadonlyMap<FunctionId, PlannedFunction>,
): ReadonlyMap<Free, SiteOf> {
  const made = new Map<string, SiteOf>();
  const frees = new Map<string, Set<Free>>();
  const sites = new Map<string, Set<SiteId>>();
  for (const free of planned.plan.frees) {
    const [only] = free.sites;
    const maker = only !== undefined && isOf(free, only) ? makerOf(planned, only, byId) : null;
    if (only === undefined || !maker || maker.planned === planned) continue;
    const key = `${maker.planned.plan.function}:${maker.site.site}`;
    made.set(key, maker);
    frees.set(key, (frees.get(key) ?? new Set()).add(free));
    sites.set(key, (sites.get(key) ?? new Set()).add(only));
  }
  const found = new Map<Free, SiteOf>();
  for (const [key, maker] of made) {
    if (sites.get(key)?.size !== 1) continue;
    for (const free of frees.get(key) ?? []) found.set(free, maker);
  }
  return found;
}

/** The one site that makes what a call gives, through callees of callees; `null` where there are several, or it gets no slot. */
function makerOf(
  planned: PlannedFunction,
  id: SiteId,
  byId: ReadonlyMap<FunctionId, PlannedFunction>,
): SiteOf | null {
  const seen = new Set<PlannedSite>();
  let at: SiteOf | null = siteOf(planned, id);
  while (at && at.site.madeAt.length > 0) {
    const [from, ...more]: PlannedSite["madeAt"] = at.site.madeAt;
    const callee = from && more.length === 0 && !seen.has(at.site) ? byId.get(from.function) : undefined;
    seen.add(at.site);
    at = from && callee ? siteOf(callee, from.site) : null;
  }
  return at && maySlot(at.planned, at.site) ? at : null;
}

function siteOf(planned: PlannedFunction, id: SiteId): SiteOf | null {
  const site = planned.plan.sites.find((each) => each.site === id);
  return site ? { planned, site } : null;
}

/** Whether a free frees itself what it names, made at that site and no other; of a call, whichever of its buffers it gives. */
function isOf({ sites, path }: Free, site: SiteId): boolean {
  return sites.length > 0 && sites.every((each) => each === site) && path.length === 0;
}

function nameOf({ lowered, plan }: PlannedFunction, { value }: Free): string {
  const name =
    value.kind === "handle" ? plan.handles[value.handle]?.name : lowered.ir.variables[value.variable]?.name;
  return name ?? "buffer";
}

/** What its function is called: of a slot that is filled by others this says more than what they call the buffer. */
function makerName({ planned }: SiteOf): string | null {
  const { name } = planned.lowered.ir;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : null;
}

/** T3 */
function isDoneOnReturn({ lowered }: PlannedFunction): boolean {
  const { functionKind, name } = lowered.ir;
  return functionKind === "ordinary" && name !== "<module>";
}

/** Whether what a call makes is for its function to free, so that it could hand down a slot. */
function mayHand({ planned, site }: SiteOf): boolean {
  return isDoneOnReturn(planned) && isFreed(site.verdict) && callAt(planned, site.site) !== null;
}

/** T1, T2, T3 */
function maySlot(planned: PlannedFunction, { site, verdict }: PlannedSite): boolean {
  const { sites } = planned.lowered.ir;
  if (!isDoneOnReturn(planned)) return false;
  const info = sites[site];
  if (!isFreed(verdict) || info?.site.kind !== "buffer" || info.implicit) return false;
  const { form, type, length = null } = info.site;
  return form === "length" && type !== "ArrayBuffer" && (length === null || length <= room);
}

/** The slots of all functions, as they are given out. */
class Slots {
  private readonly names = new Map<FunctionId, string[]>();
  private readonly bySite = new Map<PlannedSite, number>();
  private readonly shared = new Map<Free, SiteOf>();
  private readonly handed = new Set<PlannedSite>();
  private readonly takers = new Set<FunctionId>();
  private readonly handedAt = new Map<PlannedSite, number>();

  /** A new slot of a function. */
  open({ plan }: PlannedFunction, name: string): number {
    const names = this.names.get(plan.function) ?? [];
    this.names.set(plan.function, names);
    return names.push(name) - 1;
  }

  /** A site takes from a slot of its function's, or hands it down. */
  give(site: PlannedSite, slot: number, handings: readonly Handing[]): void {
    this.bySite.set(site, slot);
    for (const { call, position, takers } of handings) {
      this.handedAt.set(call.site, position);
      for (const each of takers) this.hand(each);
    }
  }

  /** A free of a caller gives to the slot of the site that makes what it frees. */
  share(free: Free, maker: SiteOf, name: string): void {
    if (!this.bySite.has(maker.site)) this.bySite.set(maker.site, this.open(maker.planned, name));
    this.shared.set(free, maker);
  }

  /** A site takes from, or passes on, what its function is handed. */
  private hand({ planned, site }: SiteOf): void {
    this.handed.add(site);
    this.takers.add(planned.plan.function);
  }

  isHanded({ site }: SiteOf): boolean {
    return this.handed.has(site);
  }

  /** Whether a free gives to a slot of its function's. */
  isGivenToOwn({ plan }: PlannedFunction, free: Free): boolean {
    return (
      free.path.length === 0 &&
      plan.sites.some((each) => free.sites.includes(each.site) && this.bySite.has(each))
    );
  }

  write(plan: FunctionPlan): FunctionPlan {
    const slotOf = new Map<SiteId, number>();
    for (const site of plan.sites) {
      const slot = this.bySite.get(site);
      if (slot !== undefined) slotOf.set(site.site, slot);
    }
    const slots = this.names.get(plan.function);
    const sites = plan.sites.map((site): PlannedSite => {
      const slot: PlannedSite["slot"] = this.handed.has(site) ? "handed" : slotOf.get(site.site);
      const handedAt = this.handedAt.get(site);
      if (slot === undefined) return site;
      return { ...site, slot, ...(handedAt === undefined ? {} : { handedAt }) };
    });
    const frees = plan.frees.map((free) => this.withSlot(free, slotOf));
    const takesSlot = this.takers.has(plan.function);
    return { ...plan, sites, frees, ...(slots ? { slots } : {}), ...(takesSlot ? { takesSlot } : {}) };
  }

  private withSlot(free: Free, slotOf: ReadonlyMap<SiteId, number>): Free {
    const maker = this.shared.get(free);
    const shared = maker && this.bySite.get(maker.site);
    if (maker && shared !== undefined) return { ...free, slot: shared, slotOf: maker.planned.plan.function };
    // Sites that one free is of have one slot, or none.
    const given = free.path.length === 0 ? free.sites.find((each) => slotOf.has(each)) : undefined;
    const slot = given === undefined ? undefined : slotOf.get(given);
    return slot === undefined ? free : { ...free, slot };
  }
}

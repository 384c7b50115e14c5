/**
 * Plans the frees of one function: facts in, plan out.
 *
 * # Two kinds of holder
 * - A site's **handle** holds the instance born last at the site. It serves wherever that instance dies before
 *   the next is born: plain scratch, anonymous temporaries, conditional births, branches that escape.
 *   A `const` that is initialised with the site is its own handle; otherwise a variable is added.
 * - A **declared variable** serves where older instances live on (growth, `x = x.map(f)`, ping-pong): what the
 *   variable holds is freed right before it is assigned again, and where it dies.
 *
 * A buffer has one kind of holder only, so that no two holders free it (S2): sites whose older instances are
 * still reachable, and all sites that share a variable with them, are freed through variables, the rest through
 * handles.
 */
import type { FunctionFacts, PointFacts } from "../analysis/analyze-function.js";
import { has, members, setOf } from "../analysis/node-set.js";
import type { SiteObject } from "../analysis/objects.js";
import type { BufferType } from "../ir/effect.js";
import type { PointId, SiteId } from "../ir/ids.js";
import type { Site, Variable } from "../ir/ir.js";
import { explainKept } from "./explain.js";
import { withoutIgnored } from "./freeable.js";
import { makeHandle, ownVariableOf } from "./holders.js";
import { distinctSteps, findLeaks, lossAt } from "./leaks.js";
import { isInside, type Placement, placeFrees } from "./place.js";
import { everHeld, placesOf } from "./places.js";
import {
  type Free,
  type FunctionPlan,
  type Handle,
  isFreed,
  type PlannedSite,
  type PlanStep,
  type SiteVerdict,
} from "./plan.js";
import { type OwnerFrees, planOwners } from "./plan-owners.js";
import { planVariables, type VariableFrees } from "./plan-variables.js";
import { reasonPhrase } from "./reasons.js";

/** A site with the object that it makes, as far as it is a buffer. */
export interface BufferSite {
  readonly site: Site;
  readonly recent: SiteObject;
  readonly older: SiteObject | null;
  readonly type: BufferType;
  /** The expression's value is this new buffer and nothing else. */
  readonly exact: boolean;
  /** It is to be left alone: by a directive here, or where the buffer is made. */
  readonly keep: Site["keep"];
}

export function planFunction(facts: FunctionFacts): FunctionPlan {
  const sites = bufferSites(facts);
  // What holds at the points is not worked out for a function that makes no buffer.
  if (sites.length === 0) return { function: facts.ir.id, handles: [], frees: [], sites: [] };
  const candidates = sites.filter((each) => !each.keep);
  const olderLives = new Set(candidates.filter((each) => hasLiveOlder(facts, each)));
  const handles = new Map<BufferSite, HandlePlan>();
  for (const site of candidates) {
    const plan = olderLives.has(site) ? null : planHandle(facts, site);
    if (plan) handles.set(site, plan);
  }
  // A site that no handle serves may be served by variables, together with all that share a variable with it.
  const failed = candidates.filter((each) => !handles.has(each) || handles.get(each)?.kind === "partial");
  const byVariable: VariableFrees[] = [];
  for (const group of variableGroups(facts, candidates)) {
    if (!group.some((each) => failed.includes(each))) continue;
    const plans = planVariables(facts, group);
    const serves = group.every((each) => plans.some((plan) => plan.site === each && plan.points.length > 0));
    if (serves || group.every((each) => !handles.has(each)))
      byVariable.push(...plans.filter((plan) => plan.points.length > 0));
  }
  const served = new Set([...handles.keys(), ...byVariable.map((each) => each.site)]);
  const byOwner = planOwners(
    facts,
    candidates.filter((each) => !served.has(each)),
  );
  return assemble(facts, { sites, handles, byVariable, byOwner });
}

interface Choices {
  readonly sites: readonly BufferSite[];
  readonly handles: ReadonlyMap<BufferSite, HandlePlan>;
  readonly byVariable: readonly VariableFrees[];
  readonly byOwner: readonly OwnerFrees[];
}

/** Puts the parts together; a site that variables serve has no handle. */
function assemble(facts: FunctionFacts, { sites, handles, byVariable, byOwner }: Choices): FunctionPlan {
  const declared: Handle[] = [];
  const frees = new Set<Free>();
  for (const owner of byOwner) {
    const id = owner.handle ? shareHandle(facts, declared, owner.handle) : -1;
    for (const free of owner.frees(id)) frees.add(free);
  }
  const planned: PlannedSite[] = [];
  for (const site of sites) {
    const variables = byVariable.find((each) => each.site === site);
    const plan = handles.get(site);
    if (variables) {
      for (const free of variables.frees) frees.add(free);
      planned.push(
        plannedSite(
          facts,
          site,
          { kind: variables.kind, points: variables.points, elsewhere: [], losses: variables.losses },
          null,
        ),
      );
    } else if (plan) {
      const id = plan.handle ? declared.push({ ...plan.handle, id: declared.length }) - 1 : null;
      for (const free of plan.frees(id ?? -1)) frees.add(free);
      planned.push(
        plannedSite(
          facts,
          site,
          { kind: plan.kind, points: plan.points, elsewhere: [], losses: plan.losses },
          id,
        ),
      );
    } else
      planned.push(plannedSite(facts, site, ownedVerdict(site, byOwner) ?? explainKept(facts, site), null));
  }
  return { function: facts.ir.id, handles: declared, frees: [...frees], sites: mergeParts(planned) };
}

/** The number of a handle for the site: paths from one owner share it, declared where all of them can name it. */
function shareHandle(facts: FunctionFacts, declared: Handle[], handle: Handle): number {
  const known = declared.find((each) => each.site === handle.site);
  if (!known) return declared.push({ ...handle, id: declared.length }) - 1;
  const { regions } = facts.ir;
  const isOuter =
    known.region === handle.region
      ? handle.index < known.index
      : isInside(regions, known.region, handle.region);
  if (isOuter) declared[known.id] = { ...handle, id: known.id };
  return known.id;
}

/** What the owners of a site's buffers do with them; `null` where nobody owns them. */
function ownedVerdict(site: BufferSite, byOwner: readonly OwnerFrees[]): SiteVerdict | null {
  const found = byOwner.flatMap((owner) => owner.sites.get(site) ?? []);
  const [first] = found;
  if (!first) return null;
  const kind = found.every((each) => each.kind === "freed") ? "freed" : "partial";
  const losses = distinctSteps(found.flatMap((each) => each.losses));
  return { kind, points: [...new Set(found.flatMap((each) => each.points))], elsewhere: [], losses };
}

/** An expression that makes several buffers (a call that returns two in an object) is one site in the report. */
function mergeParts(planned: readonly PlannedSite[]): PlannedSite[] {
  const merged = new Map<SiteId, PlannedSite>();
  for (const part of planned) {
    const known = merged.get(part.site);
    if (!known) {
      merged.set(part.site, part);
      continue;
    }
    const handle = known.handle ?? part.handle;
    merged.set(part.site, {
      ...known,
      handle,
      madeAt: [...known.madeAt, ...part.madeAt],
      verdict: mergeVerdicts(known, part),
    });
  }
  return [...merged.values()];
}

function mergeVerdicts(a: PlannedSite, b: PlannedSite): SiteVerdict {
  const [one, other] = isFreed(a.verdict) ? [a, b] : [b, a];
  if (!isFreed(one.verdict)) return a.verdict;
  const losses = distinctSteps([...lossesOf(one), ...lossesOf(other)]);
  if (!isFreed(other.verdict)) return { ...one.verdict, kind: "partial", losses };
  const kind = one.verdict.kind === "freed" && other.verdict.kind === "freed" ? "freed" : "partial";
  const points = [...new Set([...one.verdict.points, ...other.verdict.points])];
  return { kind, points, elsewhere: [], losses };
}

function lossesOf({ verdict, origin }: PlannedSite): readonly PlanStep[] {
  if (isFreed(verdict)) return verdict.losses ?? [];
  if (verdict.kind === "scalar") return [];
  return [{ origin, why: `a part of what is made here: ${reasonPhrase(verdict.reason)}` }, ...verdict.path];
}

function hasLiveOlder(facts: FunctionFacts, { older }: BufferSite): boolean {
  if (!older) return false;
  return someFacts(facts, (each) => has(each.reachable, older.id) && !has(each.state.escaped, older.id));
}

function plannedSite(
  facts: FunctionFacts,
  site: BufferSite,
  verdict: SiteVerdict,
  handle: number | null,
): PlannedSite {
  const made = facts.transfer.madeAt.get(`${site.recent.site}.${site.recent.part}`) ?? [];
  const madeAt = made.map((each) => ({ ...each, verdict }));
  return { site: site.site.id, origin: site.site.origin, type: site.type, verdict, handle, madeAt };
}

function isBuffer({ shape }: SiteObject): boolean {
  return shape.kind === "buffer" && !shape.isNodeView;
}

/** The buffers that sites of the function make, by an allocation, a library call, or a call of the program's. */
function bufferSites(facts: FunctionFacts): BufferSite[] {
  const found: BufferSite[] = [];
  for (const site of facts.ir.sites) {
    const objects = facts.transfer.objects.ofSite(site.id).filter(isBuffer);
    for (const recent of objects.filter((each) => each.age === "recent")) {
      const older = objects.find((each) => each.age === "older" && each.part === recent.part) ?? null;
      const type = recent.shape.kind === "buffer" ? recent.shape.type : "ArrayBuffer";
      const all = facts.transfer.results.get(site.id);
      const results = all && withoutIgnored(facts, all);
      const exact =
        results === undefined || results === setOf(recent.id) || isOwnAges(results, recent, older);
      const madeAt = facts.transfer.madeAt.get(`${site.id}.${recent.part}`);
      const keep = site.keep ?? (madeAt?.some((each) => each.isKept) ? "keep-directive" : null);
      found.push({ site, recent, older, type, exact, keep });
    }
  }
  return found;
}

function isOwnAges(results: bigint, recent: SiteObject, older: SiteObject | null): boolean {
  return results === (setOf(recent.id) | (older ? setOf(older.id) : 0n)) && has(results, recent.id);
}

function someFacts(facts: FunctionFacts, test: (each: PointFacts) => boolean): boolean {
  for (const each of facts.points.values()) if (test(each)) return true;
  return false;
}

/** Partitions sites: two are in one group if some declared variable may hold either's buffer. */
function variableGroups(facts: FunctionFacts, sites: readonly BufferSite[]): BufferSite[][] {
  const byObject = new Map<number, BufferSite>();
  for (const site of sites) {
    byObject.set(site.recent.id, site);
    if (site.older) byObject.set(site.older.id, site);
  }
  const leader = new Map(sites.map((each) => [each, each]));
  const find = (site: BufferSite): BufferSite => {
    const up = leader.get(site) ?? site;
    return up === site ? site : find(up);
  };
  for (const [variable, set] of everHeld(facts)) {
    if (facts.ir.variables[variable]?.kind !== "local") continue;
    const mates = members(set).flatMap((id) => byObject.get(id) ?? []);
    const [first] = mates;
    if (first) for (const mate of mates) leader.set(find(mate), find(first));
  }
  const groups = new Map<BufferSite, BufferSite[]>();
  for (const site of sites) groups.set(find(site), [...(groups.get(find(site)) ?? []), site]);
  return [...groups.values()];
}

interface HandlePlan {
  readonly kind: "freed" | "partial";
  readonly handle: Handle | null;
  readonly points: readonly PointId[];
  readonly losses: readonly PlanStep[];
  /** The frees, given the number that the handle got. */
  readonly frees: (handle: number) => readonly Free[];
}

/** Plans a site through its handle; `null` if there is no point for it. */
function planHandle(facts: FunctionFacts, site: BufferSite): HandlePlan | null {
  if (!site.exact) return null;
  const own = ownVariableOf(facts, site.site, site.recent);
  const place = (variable: Variable | null, beyondHome: boolean): Placement =>
    placeFrees({
      facts,
      births: placesOf(facts).bySite.get(site.site.id) ?? [],
      variable: null,
      isDead: (point) => isDead(facts, site, point),
      home: { region: site.site.region, index: site.site.index },
      beyondHome,
      canReset: variable === null,
      mustBeBorn: variable !== null,
      required: [],
      lost: new Set(),
    });
  const direct = own && place(own, false);
  const isComplete =
    direct && direct.chosen.length > 0 && !direct.needsReset && findLeaks(facts, site, direct).length === 0;
  const holding = own && isComplete ? direct.chosen.filter((point) => holds(facts, site, point, own)) : [];
  if (own && holding.length > 0) {
    const value = { kind: "variable" as const, variable: own.id };
    const frees = holding.map(
      (point): Free => ({
        point,
        value,
        path: [],
        sure: false,
        guards: [],
        reset: false,
        sites: [site.site.id],
      }),
    );
    return { kind: "freed", handle: null, points: holding, losses: [], frees: () => frees };
  }
  if (!site.site.canBeNamed) return null;
  const placement = place(null, true);
  if (placement.chosen.length === 0) return null;
  const handle = makeHandle(facts, { site: site.site, placement, name: own?.name ?? "buffer" });
  if (!handle) return null;
  const frees = (id: number): Free[] =>
    placement.chosen.map((point) => ({
      point,
      value: { kind: "handle", handle: id },
      path: [],
      sure: false,
      guards: [],
      reset: placement.needsReset,
      sites: [site.site.id],
    }));
  const losses = distinctSteps(findLeaks(facts, site, placement).map((place) => lossAt(facts, place)));
  return { kind: losses.length === 0 ? "freed" : "partial", handle, points: placement.chosen, losses, frees };
}

/** Whether a variable may hold the instance: where a condition found it absent, there is nothing to free by it. */
function holds(facts: FunctionFacts, { recent }: BufferSite, point: PointId, { id }: Variable): boolean {
  return has(facts.points.get(point)?.state.get(id) ?? 0n, recent.id);
}

/** Whether the last instance is born on some path and nobody can come to it any more. */
function isDead(facts: FunctionFacts, site: BufferSite, point: PointId): boolean {
  const at = facts.points.get(point);
  return at !== undefined && has(at.state.born, site.recent.id) && !has(at.reachable, site.recent.id);
}

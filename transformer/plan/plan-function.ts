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
import type { BlockId, PointId, RegionId, SiteId, VariableId } from "../ir/ids.js";
import type { Point, Region, Site, Variable } from "../ir/ir.js";
import { explainKept } from "./explain.js";
import { leakedPoints, stateAt } from "./leaks.js";
import { type Placement, placeFrees } from "./place.js";
import { everHeld, placesOf } from "./places.js";
import type { Free, FunctionPlan, Handle, PlannedSite, SiteVerdict } from "./plan.js";
import { hasUniqueName, planVariables, type VariableFrees } from "./plan-variables.js";

/** A site with the object that it makes, as far as it is a buffer. */
export interface BufferSite {
  readonly site: Site;
  readonly recent: SiteObject;
  readonly older: SiteObject | null;
  readonly type: BufferType;
  /** The expression's value is this new buffer and nothing else. */
  readonly exact: boolean;
}

export function planFunction(facts: FunctionFacts): FunctionPlan {
  const sites = bufferSites(facts);
  const candidates = sites.filter((each) => !each.site.keep);
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
  return assemble(facts, { sites, handles, byVariable });
}

interface Choices {
  readonly sites: readonly BufferSite[];
  readonly handles: ReadonlyMap<BufferSite, HandlePlan>;
  readonly byVariable: readonly VariableFrees[];
}

/** Puts the parts together; a site that variables serve has no handle. */
function assemble(facts: FunctionFacts, { sites, handles, byVariable }: Choices): FunctionPlan {
  const declared: Handle[] = [];
  const frees = new Set<Free>();
  const planned: PlannedSite[] = [];
  for (const site of sites) {
    const variables = byVariable.find((each) => each.site === site);
    const plan = handles.get(site);
    if (variables) {
      for (const free of variables.frees) frees.add(free);
      planned.push(
        plannedSite(facts, site, { kind: variables.kind, points: variables.points, elsewhere: [] }, null),
      );
    } else if (plan) {
      const id = plan.handle ? declared.push({ ...plan.handle, id: declared.length }) - 1 : null;
      for (const free of plan.frees(id ?? -1)) frees.add(free);
      planned.push(plannedSite(facts, site, { kind: plan.kind, points: plan.points, elsewhere: [] }, id));
    } else planned.push(plannedSite(facts, site, explainKept(facts, site), null));
  }
  return { function: facts.ir.id, handles: declared, frees: [...frees], sites: mergeParts(planned) };
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
      verdict: mergeVerdicts(known.verdict, part.verdict),
    });
  }
  return [...merged.values()];
}

function mergeVerdicts(a: SiteVerdict, b: SiteVerdict): SiteVerdict {
  if (a.kind === "kept") return b.kind === "kept" ? a : { ...b, kind: "partial" };
  if (b.kind === "kept") return { ...a, kind: "partial" };
  const kind = a.kind === "freed" && b.kind === "freed" ? "freed" : "partial";
  return { kind, points: [...new Set([...a.points, ...b.points])], elsewhere: [] };
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
  const made = facts.transfer.madeAt.get(`${site.recent.site}.${site.recent.part}`);
  const madeAt = made ? [{ ...made, verdict }] : [];
  return { site: site.site.id, origin: site.site.origin, type: site.type, verdict, handle, madeAt };
}

/** The buffers that sites of the function make, by an allocation, a library call, or a call of the program's. */
function bufferSites(facts: FunctionFacts): BufferSite[] {
  const found: BufferSite[] = [];
  for (const site of facts.ir.sites) {
    const objects = facts.transfer.objects.ofSite(site.id).filter((each) => each.shape.kind === "buffer");
    for (const recent of objects.filter((each) => each.age === "recent")) {
      const older = objects.find((each) => each.age === "older" && each.part === recent.part) ?? null;
      const type = recent.shape.kind === "buffer" ? recent.shape.type : "ArrayBuffer";
      const results = facts.transfer.results.get(site.id);
      const exact =
        results === undefined || results === setOf(recent.id) || isOwnAges(results, recent, older);
      found.push({ site, recent, older, type, exact });
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
  /** The frees, given the number that the handle got. */
  readonly frees: (handle: number) => readonly Free[];
}

/** Plans a site through its handle; `null` if there is no point for it. */
function planHandle(facts: FunctionFacts, site: BufferSite): HandlePlan | null {
  if (!site.exact) return null;
  const own = ownVariable(facts, site);
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
    direct &&
    direct.chosen.length > 0 &&
    !direct.needsReset &&
    leakedPoints(facts, site, direct).length === 0;
  if (own && direct && isComplete) {
    const value = { kind: "variable" as const, variable: own.id };
    const frees = direct.chosen.map((point): Free => ({ point, value, guards: [], reset: false }));
    return { kind: "freed", handle: null, points: direct.chosen, frees: () => frees };
  }
  if (!site.site.canBeNamed) return null;
  const placement = place(null, true);
  if (placement.chosen.length === 0) return null;
  const handle = makeHandle(facts, { site, placement, name: own?.name ?? "buffer" });
  if (!handle) return null;
  const frees = (id: number): Free[] =>
    placement.chosen.map((point) => ({
      point,
      value: { kind: "handle", handle: id },
      guards: [],
      reset: placement.needsReset,
    }));
  const kind = leakedPoints(facts, site, placement).length === 0 ? "freed" : "partial";
  return { kind, handle, points: placement.chosen, frees };
}

/** Whether the last instance is born on some path and nobody can come to it any more. */
function isDead(facts: FunctionFacts, site: BufferSite, point: PointId): boolean {
  const at = facts.points.get(point);
  return at !== undefined && has(at.state.born, site.recent.id) && !has(at.reachable, site.recent.id);
}

/** The `const` (or never reassigned `let`) that holds the buffer from the statement of its birth on. */
function ownVariable(facts: FunctionFacts, { site, recent }: BufferSite): Variable | null {
  for (const variable of facts.ir.variables) {
    if (variable.kind !== "local" || variable.assignments !== 1 || variable.assignedElsewhere) continue;
    if (variable.region !== site.region || !hasUniqueName(facts, variable)) continue;
    const assigned = stateAfterAssignment(facts, variable.id, site.index);
    if (!assigned) continue;
    // Only the buffer itself, not a view of it, stands for the whole.
    if (assigned.held === setOf(recent.id) && !has(facts.transfer.viewed, recent.id)) return variable;
    if (assigned.held === setOf(recent.id) && assigned.isDirect) return variable;
  }
  return null;
}

interface Assigned {
  readonly held: bigint;
  /** It is assigned the very value of the allocation. */
  readonly isDirect: boolean;
}

/** What a variable that is assigned once is assigned, if that is in statement `statement` of its list. */
function stateAfterAssignment(facts: FunctionFacts, id: VariableId, statement: number): Assigned | null {
  for (const { block, index } of placesOf(facts).byTarget.get(id) ?? []) {
    const instructions = facts.ir.blocks[block]?.instructions ?? [];
    const copy = instructions[index];
    if (copy?.kind !== "copy") continue;
    if (statementOf(facts, block, index) !== statement) return null;
    const held = stateAt(facts, block, index)?.get(copy.source) ?? 0n;
    const before = instructions[index - 1];
    const isDirect =
      before !== undefined && "site" in before && "target" in before && before.target === copy.source;
    return { held, isDirect };
  }
  return null;
}

/** The index of the statement that an instruction belongs to, by the last statement point before it. */
function statementOf(facts: FunctionFacts, block: BlockId, index: number): number {
  const instructions = facts.ir.blocks[block]?.instructions ?? [];
  for (let i = index; i >= 0; i--) {
    const instruction = instructions[i];
    const point = instruction?.kind === "point" ? facts.ir.points[instruction.point] : undefined;
    if (point?.kind === "statement") return point.index;
  }
  return -1;
}

/** Whether a point comes after a declaration before statement `index` of `region`, in the same run of that list. */
function isAfter(
  regions: readonly Region[],
  point: Point,
  { region, index }: NonNullable<Region["parent"]>,
): boolean {
  if (point.region === region) return point.kind === "statement" ? point.index > index : point.index >= index;
  let at = regions[point.region]?.parent;
  while (at && at.region !== region) at = regions[at.region]?.parent;
  return !!at && at.index >= index;
}

/** Declares a handle in the innermost list that holds the birth and every free; `null` where no list does. */
function makeHandle(
  facts: FunctionFacts,
  { site, placement, name }: { site: BufferSite; placement: Placement; name: string },
): Handle | null {
  const { regions, points } = facts.ir;
  let at: Region["parent"] = { region: site.site.region, index: site.site.index };
  while (at) {
    const region: RegionId = at.region;
    const info: Region | undefined = regions[region];
    const { index } = at;
    const holdsAll = placement.chosen.every((point) =>
      isAfter(regions, points[point] as Point, { region, index }),
    );
    if (info?.takesDeclarations && holdsAll) return { id: -1, site: site.site.id, name, ...at };
    at = info?.parent ?? null;
  }
  return null;
}

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
import type { PointId, RegionId, SiteId, VariableId } from "../ir/ids.js";
import type { Instruction, Region, Site, Variable } from "../ir/ir.js";
import { explainKept } from "./explain.js";
import { leakedPoints } from "./leaks.js";
import { isInside, type Placement, placeFrees } from "./place.js";
import type { Free, FunctionPlan, Handle, PlannedSite, SiteVerdict } from "./plan.js";
import { hasUniqueName, planVariables } from "./plan-variables.js";

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
  const byVariable = sitesFreedByVariables(facts, sites);
  const handles: Handle[] = [];
  const frees: Free[] = [];
  const planned = new Map<SiteObject, PlannedSite>();
  const failed: BufferSite[] = [];
  for (const site of sites) {
    if (byVariable.has(site) || site.site.keep) continue;
    const plan = planHandle(facts, site, handles.length);
    if (!plan) {
      failed.push(site);
      continue;
    }
    if (plan.handle) handles.push(plan.handle);
    frees.push(...plan.frees);
    planned.set(site.recent, plan.site);
  }
  const rest = [...byVariable, ...failed].filter((each) => !each.site.keep);
  for (const { site, points, frees: more } of planVariables(facts, rest)) {
    for (const free of more) if (!frees.includes(free)) frees.push(free);
    const leaks = points.length === 0;
    if (!leaks) planned.set(site.recent, plannedSite(site, { kind: "freed", points }, null));
  }
  const result = sites.map(
    (site) => planned.get(site.recent) ?? plannedSite(site, explainKept(facts, site), null),
  );
  return { function: facts.ir.id, handles, frees, sites: result };
}

export function plannedSite(site: BufferSite, verdict: SiteVerdict, handle: number | null): PlannedSite {
  return { site: site.site.id, origin: site.site.origin, type: site.type, verdict, handle, madeAt: [] };
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

/** Sites whose older instances are still in use somewhere, and those that share a variable with them. */
function sitesFreedByVariables(facts: FunctionFacts, sites: readonly BufferSite[]): Set<BufferSite> {
  const chosen = new Set<BufferSite>();
  for (const site of sites) {
    const { older } = site;
    if (
      older &&
      someFacts(facts, (each) => has(each.reachable, older.id) && !has(each.state.escaped, older.id))
    ) {
      chosen.add(site);
    }
  }
  for (let changed = chosen.size > 0; changed; ) {
    changed = false;
    for (const mates of variableMates(facts, sites)) {
      if (![...mates].some((each) => chosen.has(each))) continue;
      for (const mate of mates) {
        if (chosen.has(mate)) continue;
        chosen.add(mate);
        changed = true;
      }
    }
  }
  return chosen;
}

function someFacts(facts: FunctionFacts, test: (each: PointFacts) => boolean): boolean {
  for (const each of facts.points.values()) if (test(each)) return true;
  return false;
}

/** For each declared variable, the sites whose buffers it may hold, if there are several. */
function variableMates(facts: FunctionFacts, sites: readonly BufferSite[]): Set<BufferSite>[] {
  const mates = new Map<VariableId, Set<BufferSite>>();
  const byObject = new Map<number, BufferSite>();
  for (const site of sites) {
    byObject.set(site.recent.id, site);
    if (site.older) byObject.set(site.older.id, site);
  }
  for (const { state } of facts.points.values()) {
    for (const [variable, set] of state.variables) {
      if (facts.ir.variables[variable]?.kind !== "local") continue;
      for (const id of members(set)) {
        const site = byObject.get(id);
        if (!site) continue;
        const known = mates.get(variable) ?? new Set();
        mates.set(variable, known.add(site));
      }
    }
  }
  return [...mates.values()].filter((each) => each.size > 1);
}

interface HandlePlan {
  readonly handle: Handle | null;
  readonly frees: readonly Free[];
  readonly site: PlannedSite;
}

/** Plans a site through its handle; `null` if there is no point for it. */
function planHandle(facts: FunctionFacts, site: BufferSite, id: number): HandlePlan | null {
  if (!site.exact) return null;
  const own = ownVariable(facts, site);
  const place = (variable: Variable | null, beyondHome: boolean): Placement =>
    placeFrees({
      facts,
      isBirth: birthOf(site.site.id),
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
    const frees = direct.chosen.map(
      (point): Free => ({ point, value: { kind: "variable", variable: own.id }, guards: [], reset: false }),
    );
    return { handle: null, frees, site: plannedSite(site, { kind: "freed", points: direct.chosen }, null) };
  }
  const placement = place(null, true);
  if (placement.chosen.length === 0) return null;
  const handle = makeHandle(facts, { site, placement, id, name: own?.name ?? "buffer" });
  if (!handle) return null;
  const frees = placement.chosen.map(
    (point): Free => ({
      point,
      value: { kind: "handle", handle: id },
      guards: [],
      reset: placement.needsReset,
    }),
  );
  const kind = leakedPoints(facts, site, placement).length === 0 ? "freed" : "partial";
  return { handle, frees, site: plannedSite(site, { kind, points: placement.chosen }, id) };
}

function birthOf(site: SiteId): (instruction: Instruction) => boolean {
  return (instruction) => "site" in instruction && instruction.site === site;
}

/** Whether the last instance is born on some path and nobody can come to it any more. */
function isDead(facts: FunctionFacts, site: BufferSite, point: PointId): boolean {
  const at = facts.points.get(point);
  return at !== undefined && has(at.state.born, site.recent.id) && !has(at.reachable, site.recent.id);
}

/** The `const` (or never reassigned `let`) that the site initialises directly. */
function ownVariable(facts: FunctionFacts, { site }: BufferSite): Variable | null {
  for (const block of facts.ir.blocks) {
    const i = block.instructions.findIndex(birthOf(site.id));
    if (i < 0) continue;
    const birth = block.instructions[i];
    const next = block.instructions[i + 1];
    if (!birth || next?.kind !== "copy" || !("target" in birth) || next.source !== birth.target) return null;
    const variable = facts.ir.variables[next.target];
    if (!variable || variable.kind !== "local" || variable.assignments !== 1 || variable.assignedElsewhere)
      return null;
    return variable.region === site.region && hasUniqueName(facts, variable) ? variable : null;
  }
  return null;
}

/** Declares a handle in the innermost list that holds the birth and every free; `null` where no list does. */
function makeHandle(
  facts: FunctionFacts,
  { site, placement, id, name }: { site: BufferSite; placement: Placement; id: number; name: string },
): Handle | null {
  const { regions, points } = facts.ir;
  let at: Region["parent"] = { region: site.site.region, index: site.site.index };
  while (at) {
    const region: RegionId = at.region;
    const info: Region | undefined = regions[region];
    const holdsAll = placement.chosen.every((point) =>
      isInside(regions, points[point]?.region as RegionId, region),
    );
    if (info?.takesDeclarations && holdsAll) return { id, site: site.site.id, name, ...at };
    at = info?.parent ?? null;
  }
  return null;
}

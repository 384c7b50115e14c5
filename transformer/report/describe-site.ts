/**
 * Describes single sites in depth: by which names the program can come to the buffer, from its birth to its death.
 *
 * # Idea
 * The facts say at each point what variables and fields may hold. Read for one object, in the order of the source, that is
 * the life of the buffer: where it is made, where another name for it appears or one is read no more, where nothing comes to it, and
 * where it is freed. Where the buffer is given to callers, its life goes on there.
 *
 * # Example
 * ```text
 * in norm:
 *     2:17 made here
 *     3:3 before `for (const x of t) sum += x;`: t
 *     4:3 before `return sum;`: nothing comes to it
 *     4:3 freed here, as `t`
 * ```
 */
import type TS from "typescript";
import type { FunctionFacts, PointFacts } from "../analysis/analyze-function.js";
import { type BitSet, emptySet, members, setOf } from "../analysis/node-set.js";
import type { FunctionId, PointId, SiteId } from "../ir/ids.js";
import { type Free, isFreed, type SiteVerdict } from "../plan/plan.js";
import type { PlannedFunction, ProgramPlan } from "../plan/program-plan.js";
import { adviceOn } from "../plan/reasons.js";
import { namesOf } from "./buffer-names.js";
import { freedName } from "./order-frees.js";
import type { SiteReport } from "./report.js";
import { freePlace, placeOf, type SourcePlace } from "./source-place.js";

/** Something that happens to a buffer, or a change of what can come to it. */
export type LifeEvent = SourcePlace &
  (
    | { readonly kind: "made" }
    /**
     * Before the statement `code` these names hold it, and `earlier` those that were made at the same place before; none, where it
     * is held by something that has no name.
     */
    | {
        readonly kind: "named";
        readonly code: string;
        readonly names: readonly string[];
        readonly earlier: readonly string[];
      }
    | { readonly kind: "dead"; readonly code: string }
    /** `value` is what the free names. */
    | { readonly kind: "freed"; readonly value: string }
  );

/** What a buffer goes through in one function. */
export interface BufferLife {
  readonly function: string;
  readonly events: readonly LifeEvent[];
}

export interface SiteDescription {
  readonly site: SiteReport;
  /** In the function that makes it, then in those that it is given to. */
  readonly lives: readonly BufferLife[];
  /** What can be done for a buffer that is not freed on every path. */
  readonly help: string | null;
}

export interface DescribeInput {
  readonly plan: ProgramPlan;
  readonly root: string;
  /** The row of the report. */
  readonly site: SiteReport;
}

/** A buffer is followed through so many functions. */
const mostLives = 12;

/**
 * Describes one site.
 *
 * @param input the plans of the program with their facts, and the row of the report
 *
 * @example
 * describeSite({ plan, root, site }).lives[0]?.events.map(({ kind }) => kind); // ["made", "named", "dead", "freed"]
 */
export function describeSite({ plan, root, site }: DescribeInput): SiteDescription {
  const lives: BufferLife[] = [];
  const seen = new Set<string>();
  const follow = (owner: PlannedFunction, id: SiteId): void => {
    const key = `${owner.plan.function}:${id}`;
    if (seen.has(key) || lives.length >= mostLives) return;
    seen.add(key);
    lives.push(lifeOf({ plan, root, owner, id }));
    for (const caller of callersOf(plan, owner.plan.function, id)) follow(caller.owner, caller.site);
  };
  for (const owner of plan.functions) {
    for (const each of owner.plan.sites) {
      const node = owner.lowered.source.origins[each.origin] as TS.Node;
      if (!owner.lowered.ir.sites[each.site]?.implicit && isAt(placeOf(root, node), site))
        follow(owner, each.site);
    }
  }
  return { site, lives, help: helpFor(site) };
}

function helpFor({ verdict, reason }: SiteReport): string | null {
  if (verdict === "partial")
    return "let go of it in the same way on every path: the steps above are where it is not freed";
  return reason === null ? null : adviceOn(reason);
}

function isAt(place: SourcePlace, { file, line, column }: SourcePlace): boolean {
  return place.file === file && place.line === line && place.column === column;
}

/** The calls that give the buffer of a site to another function. */
function callersOf(
  { functions }: ProgramPlan,
  id: FunctionId,
  site: SiteId,
): { owner: PlannedFunction; site: SiteId }[] {
  return functions.flatMap((owner) =>
    owner.plan.sites
      .filter(({ madeAt }) => madeAt.some((made) => made.function === id && made.site === site))
      .map((each) => ({ owner, site: each.site })),
  );
}

interface LifeInput {
  readonly plan: ProgramPlan;
  readonly root: string;
  readonly owner: PlannedFunction;
  readonly id: SiteId;
}

function lifeOf({ plan, root, owner, id }: LifeInput): BufferLife {
  const { lowered } = owner;
  const facts = plan.factsOf(owner);
  const site = owner.plan.sites.find((each) => each.site === id);
  const made = site ? placeOf(root, lowered.source.origins[site.origin] as TS.Node) : null;
  const objects = facts.transfer.objects.ofSite(id).filter(({ shape }) => shape.kind === "buffer");
  const recent = setFrom(objects.filter(({ age }) => age === "recent").map((each) => each.id));
  const older = setFrom(objects.filter(({ age }) => age === "older").map((each) => each.id));
  const events: LifeEvent[] = [
    ...(made ? [{ ...made, kind: "made" as const }] : []),
    ...nameEvents({ root, owner, facts, recent, older, made }),
    ...(site ? freeEvents({ root, owner, facts, verdict: site.verdict, objects: recent | older }) : []),
  ];
  return { function: lowered.ir.name, events: events.sort(inSource) };
}

function setFrom(ids: readonly number[]): BitSet {
  return ids.reduce((set, id) => set | setOf(id), emptySet);
}

const ranks: Readonly<Record<LifeEvent["kind"], number>> = { named: 0, dead: 1, freed: 2, made: 3 };

/** In the order of the source; at one place what holds before it comes first. */
function inSource(a: LifeEvent, b: LifeEvent): number {
  return a.line - b.line || a.column - b.column || ranks[a.kind] - ranks[b.kind];
}

interface NameInput {
  readonly root: string;
  readonly owner: PlannedFunction;
  readonly facts: FunctionFacts;
  /** The instance born last at the site, and those before it. */
  readonly recent: BitSet;
  readonly older: BitSet;
  readonly made: SourcePlace | null;
}

/** An event for each statement before which other names hold the buffer than before the last. */
function nameEvents({ root, owner, facts, recent, older, made }: NameInput): LifeEvent[] {
  const { lowered } = owner;
  const at = [...facts.points].map(([point, each]) => ({
    point,
    each,
    place: freePlace(root, lowered, point),
  }));
  at.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column || a.point - b.point);
  const events: LifeEvent[] = [];
  let last = "";
  const wasAt = new Set<string>();
  for (const { point, each, place } of at) {
    const born = each.state.born & (recent | older);
    // Of several points of one statement the first is before it.
    const where = `${place.line}:${place.column}`;
    if (born === emptySet || wasAt.has(where)) continue;
    wasAt.add(where);
    // What is born before the place of birth is what an earlier iteration made.
    const isBefore = made !== null && (place.line - made.line || place.column - made.column) <= 0;
    const now = isBefore ? emptySet : born & recent;
    const names = namesOf({ root, lowered, facts, at: each, objects: now });
    const earlier = namesOf({ root, lowered, facts, at: each, objects: born & ~now });
    const isDead = (born & each.reachable) === emptySet;
    const said = isDead ? "dead" : `${names.join(", ")}; ${earlier.join(", ")}`;
    if (said === last) continue;
    last = said;
    const code = codeAt(owner, point);
    events.push(
      isDead ? { ...place, kind: "dead", code } : { ...place, kind: "named", code, names, earlier },
    );
  }
  return events;
}

/** The first line of the statement that a point comes before; empty at the end of a list. */
function codeAt({ lowered: { ir, source } }: PlannedFunction, id: PointId): string {
  const point = ir.points[id];
  const region = source.regions[point?.region ?? 0];
  const node = region?.node as TS.Node;
  const statement = region?.role === "list" ? (node as TS.Block).statements[point?.index ?? 0] : undefined;
  const [line = ""] = (statement?.getText() ?? "").split("\n");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

interface FreeInput {
  readonly root: string;
  readonly owner: PlannedFunction;
  readonly facts: FunctionFacts;
  readonly verdict: SiteVerdict;
  readonly objects: BitSet;
}

function freeEvents({ root, owner, facts, verdict, objects }: FreeInput): LifeEvent[] {
  if (!isFreed(verdict)) return [];
  const { lowered, plan } = owner;
  const mayFree = (free: Free): boolean => {
    const at = facts.points.get(free.point);
    return at !== undefined && (heldBy(owner, facts, { at, free }) & objects) !== emptySet;
  };
  return plan.frees
    .filter((free) => verdict.points.includes(free.point) && mayFree(free))
    .map((free) => ({
      ...freePlace(root, lowered, free.point),
      kind: "freed",
      value: freedName(owner, free),
    }));
}

/** What a free may free, as far as the facts say. */
function heldBy(
  { plan }: PlannedFunction,
  { transfer }: FunctionFacts,
  { at, free }: { at: PointFacts; free: Free },
): BitSet {
  const { value, path } = free;
  const site = value.kind === "handle" ? plan.handles[value.handle]?.site : undefined;
  let set: BitSet =
    value.kind === "variable"
      ? at.state.get(value.variable)
      : setFrom(site === undefined ? [] : transfer.objects.ofSite(site).map(({ id }) => id));
  for (const step of path) {
    set = members(set).reduce(
      (all, id) => all | (step.kind === "field" ? at.state.field(id, step.name) : at.state.contents(id)),
      emptySet,
    );
  }
  return set;
}

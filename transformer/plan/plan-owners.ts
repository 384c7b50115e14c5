/**
 * Plans frees of buffers that an object owns: when the object dies, what its fields and elements hold dies with it.
 *
 * # Idea
 * `const m = new Matrix(3, 3)` is a holder of `m.data`: where nobody can come to `m` any more, nor to the buffer by another way,
 * `free(m.data)` frees whatever the field holds there. So the expression to free is a path from a variable:
 * fields (`picture.plane.data`), or each element of an array, Map or Set (`for (const row of rows) free(row)`).
 *
 * # Invariants
 * - O1 At a chosen point, whatever the path may hold is a buffer that this function owns and that nobody can reach (S1).
 *   Every object on the path was made here or fresh for here, and nobody else knows it: so no getter runs, and no field
 *   holds what the graph does not say.
 * - O2 A buffer has one holder: no handle or declared variable frees it, and of two paths that may hold the same buffer
 *   one is given up (S2). The same buffer twice in one array is freed by one loop, in which the runtime sees the second as
 *   freed already.
 */
import type { FunctionFacts, PointFacts } from "../analysis/analyze-function.js";
import { type BitSet, emptySet, has, members, setOf } from "../analysis/node-set.js";
import { identityOf, type SiteObject } from "../analysis/objects.js";
import { anyField, elementField, type State } from "../analysis/state.js";
import { findMember } from "../ir/class.js";
import type { BlockId, PointId, SiteId, VariableId } from "../ir/ids.js";
import type { Block, Instruction, Site, Variable } from "../ir/ir.js";
import { makeHandle, ownVariableOf } from "./holders.js";
import { lossAt, stateAt } from "./leaks.js";
import { type Placement, placeFrees } from "./place.js";
import { type Place, placesOf } from "./places.js";
import type { Free, Handle, PathStep, PlanStep } from "./plan.js";
import type { BufferSite } from "./plan-function.js";
import { pending } from "./status.js";

/** What one owner frees. */
export interface OwnerFrees {
  readonly handle: Handle | null;
  /** The frees, given the number that the handle got. */
  readonly frees: (handle: number) => readonly Free[];
  /** By buffer site, whether all of its buffers are freed. */
  readonly sites: ReadonlyMap<BufferSite, OwnedFate>;
}

interface OwnedFate {
  readonly kind: "freed" | "partial";
  readonly points: readonly PointId[];
  /** Where buffers are lost without a free. */
  readonly losses: readonly PlanStep[];
}

/** An object that may own buffers: the last one made at a site. */
interface Owner {
  readonly site: Site;
  readonly object: SiteObject;
}

/** Owners nest, but rarely deeper. */
const deepestPath = 4;

interface Planning {
  readonly facts: FunctionFacts;
  /** The buffers that no other holder frees. */
  readonly owned: BitSet;
  /** The buffers that the paths planned so far free. */
  taken: BitSet;
  /** Sites whose handle a path uses; `true` where its frees reset it. */
  readonly handles: Map<SiteId, boolean>;
}

export function planOwners(facts: FunctionFacts, sites: readonly BufferSite[]): OwnerFrees[] {
  let owned = emptySet;
  for (const { recent, older } of sites) owned |= setOf(recent.id) | (older ? setOf(older.id) : emptySet);
  if (owned === emptySet) return [];
  const planning: Planning = { facts, owned, taken: emptySet, handles: new Map() };
  const found: OwnerFrees[] = [];
  for (const owner of ownersOf(facts)) {
    for (const path of pathsFrom(planning, owner)) {
      const plan = planPath(planning, { owner, path, sites });
      if (plan) found.push(plan);
    }
  }
  return found;
}

function ownersOf(facts: FunctionFacts): Owner[] {
  return facts.ir.sites.flatMap((site) =>
    facts.transfer.objects
      .ofSite(site.id)
      .filter(({ age, shape }) => age === "recent" && isContainer(shape.kind))
      .map((object) => ({ site, object })),
  );
}

function isContainer(kind: string): boolean {
  return kind === "object" || kind === "array" || kind === "instance";
}

// Paths

const keyOf = (path: readonly PathStep[]): string =>
  path.map((step) => (step.kind === "field" ? `.${step.name}` : "[]")).join("");

/** The paths from an owner to buffers, at any point. */
function pathsFrom({ facts, owned }: Planning, { object }: Owner): PathStep[][] {
  const found = new Map<string, PathStep[]>();
  for (const { state } of facts.points.values()) {
    if (!has(state.born, object.id)) continue;
    const walk = (from: BitSet, path: PathStep[]): void => {
      if ((from & owned) !== emptySet && path.length > 0) found.set(keyOf(path), path);
      if (path.length >= deepestPath) return;
      for (const step of stepsFrom(facts, state, from)) {
        const next = follow(facts, state, from, step);
        if (next !== null && next !== emptySet) walk(next, [...path, step]);
      }
    };
    walk(setOf(object.id), []);
  }
  return [...found.values()];
}

function stepsFrom(facts: FunctionFacts, state: State, from: BitSet): PathStep[] {
  const steps = new Map<string, PathStep>();
  for (const id of members(from)) {
    const object = facts.transfer.objects.get(id);
    if (object.kind !== "site" || !isContainer(object.shape.kind)) continue;
    for (const [name, held] of state.fields.get(id) ?? []) {
      if (held === emptySet) continue;
      const isElement = object.shape.kind === "array";
      const step: PathStep = isElement ? { kind: "each" } : { kind: "field", name };
      if (isElement || isWritable(name)) steps.set(isElement ? "[]" : name, step);
    }
  }
  return [...steps.values()];
}

/** A field that code outside its class can name. */
function isWritable(name: string): boolean {
  return name !== anyField && name !== elementField && !name.startsWith("#") && !name.startsWith("<");
}

/** What a step from each of `from` leads to; `null` where that is not certain (O1). */
function follow(facts: FunctionFacts, state: State, from: BitSet, step: PathStep): BitSet | null {
  let result = emptySet;
  for (const id of members(from)) {
    const object = facts.transfer.objects.get(id);
    if (object.kind !== "site" || !isContainer(object.shape.kind)) return null;
    if (has(state.escaped | state.lent, id)) return null;
    const fields = state.fields.get(id);
    if (step.kind === "each") {
      if (object.shape.kind !== "array" || fields?.has(anyField)) return null;
      result |= state.contents(id);
      continue;
    }
    const identity = identityOf(object);
    if (identity?.kind === "instance" && findMember(identity.class, step.name)) return null;
    if (object.shape.kind === "array" || fields?.has(anyField)) return null;
    result |= state.field(id, step.name);
  }
  return result;
}

function heldAt(facts: FunctionFacts, state: State, from: BitSet, path: readonly PathStep[]): BitSet | null {
  let set: BitSet | null = from;
  for (const step of path) set = set === null ? null : follow(facts, state, set, step);
  return set;
}

// Frees

interface PathInput {
  readonly owner: Owner;
  readonly path: readonly PathStep[];
  readonly sites: readonly BufferSite[];
}

function planPath(planning: Planning, input: PathInput): OwnerFrees | null {
  const { facts } = planning;
  const { owner } = input;
  const own = ownVariableOf(facts, owner.site, owner.object);
  const direct = own && place(planning, input, own);
  if (own && direct && direct.chosen.length > 0 && !direct.needsReset)
    return finish(planning, { ...input, placement: direct, handle: null, own });
  const results = facts.transfer.results.get(owner.site.id);
  const isExact = results === undefined || results === setOf(owner.object.id);
  if (!owner.site.canBeNamed || !isExact) return null;
  const placement = place(planning, input, null);
  if (placement.chosen.length === 0) return null;
  // Paths share the owner's handle: a free that forgets it would hide it from the other paths.
  const shared = planning.handles.get(owner.site.id);
  if (shared !== undefined && (shared || placement.needsReset)) return null;
  planning.handles.set(owner.site.id, placement.needsReset);
  const handle = makeHandle(facts, { site: owner.site, placement, name: own?.name ?? "owner" });
  return handle && finish(planning, { ...input, placement, handle, own: null });
}

function place(planning: Planning, { owner, path }: PathInput, variable: Variable | null): Placement {
  const { facts } = planning;
  return placeFrees({
    facts,
    births: placesOf(facts).bySite.get(owner.site.id) ?? [],
    variable: null,
    isDead: (point) => isDead(planning, { owner, path, point, variable: variable?.id ?? null }),
    home: { region: owner.site.region, index: owner.site.index },
    beyondHome: variable === null,
    canReset: variable === null,
    mustBeBorn: variable !== null,
    required: [],
    lost: new Set(),
  });
}

interface PointQuery {
  readonly owner: Owner;
  readonly path: readonly PathStep[];
  readonly point: PointId;
  readonly variable: VariableId | null;
}

/** Whether what the path holds at `point` is all owned and out of reach, and the path certain (O1). */
function isDead({ facts, owned, taken }: Planning, { owner, path, point, variable }: PointQuery): boolean {
  const at: PointFacts | undefined = facts.points.get(point);
  if (!at || !has(at.state.born, owner.object.id) || has(at.reachable, owner.object.id)) return false;
  if (variable !== null && at.state.get(variable) !== setOf(owner.object.id)) return false;
  const held = heldAt(facts, at.state, setOf(owner.object.id), path);
  if (held === null || held === emptySet) return false;
  if ((held & ~owned) !== emptySet || (held & taken) !== emptySet) return false;
  return (held & (at.reachable | at.state.escaped | at.state.lent)) === emptySet;
}

interface Placed extends PathInput {
  readonly placement: Placement;
  readonly handle: Handle | null;
  readonly own: Variable | null;
}

function finish(planning: Planning, { owner, path, sites, placement, handle, own }: Placed): OwnerFrees {
  const { facts } = planning;
  let freed = emptySet;
  for (const point of placement.chosen) {
    const state = (facts.points.get(point) as PointFacts).state;
    freed |= heldAt(facts, state, setOf(owner.object.id), path) ?? emptySet;
  }
  planning.taken |= bothAges(facts, freed);
  const leaks = findLeaks(facts, { owner, placement }).map((place) => lossAt(facts, place));
  const isEach = path.some((step) => step.kind === "each");
  const verdicts = new Map<BufferSite, OwnedFate>();
  for (const site of sites) {
    const ids = setOf(site.recent.id) | (site.older ? setOf(site.older.id) : emptySet);
    if ((ids & freed) === emptySet) continue;
    // A field holds one buffer: what it held before was let go of.
    const removals = isEach
      ? removalsIn(facts)
      : overwritesIn(facts, { path, isSole: freed === setOf(site.recent.id), site });
    const losses = [...leaks, ...removals];
    verdicts.set(site, { kind: losses.length === 0 ? "freed" : "partial", points: placement.chosen, losses });
  }
  const isSure = (point: PointId): boolean =>
    own !== null && facts.points.get(point)?.state.known.get(own.id)?.kind === "object";
  const frees = (id: number): Free[] =>
    placement.chosen.map((point) => ({
      point,
      sure: isSure(point),
      value: own ? { kind: "variable", variable: own.id } : { kind: "handle", handle: id },
      path,
      guards: [],
      reset: placement.needsReset,
      sites: [...verdicts.keys()].map(({ site }) => site.id),
    }));
  return { handle, frees, sites: verdicts };
}

/** Library functions that take elements out of a container. */
const removing: ReadonlySet<string> = new Set("pop shift splice fill copyWithin set delete clear".split(" "));

/** Where the function may take an element out of a container, so that freeing all elements misses it. For the verdict only. */
function removalsIn(facts: FunctionFacts): PlanStep[] {
  return facts.order.flatMap((block) =>
    (facts.ir.blocks[block]?.instructions ?? []).flatMap((each, index): PlanStep[] => {
      const container = changedContainer(each);
      if (container === null) return [];
      const isArray = members(stateAt(facts, block, index)?.get(container) ?? emptySet).some((id) => {
        const object = facts.transfer.objects.get(id);
        return object.kind === "site" && object.shape.kind === "array";
      });
      const why = "not freed where an element is replaced or taken out here";
      return isArray ? [{ origin: each.origin, why }] : [];
    }),
  );
}

/** Where a field that is freed is given its buffers: it holds one, and what it held before was let go of. */
function overwritesIn(
  facts: FunctionFacts,
  { path, isSole, site }: { path: readonly PathStep[]; isSole: boolean; site: BufferSite },
): PlanStep[] {
  if (isSole) return [];
  const last = path.at(-1);
  const name = last?.kind === "field" ? last.name : "";
  const stores = facts.order.flatMap((block) =>
    (facts.ir.blocks[block]?.instructions ?? []).filter(
      (each) => each.kind === "store" && each.field.kind === "named" && each.field.name === name,
    ),
  );
  const why = `not freed where \`${name}\` holds another buffer`;
  const origins = stores.length > 0 ? stores.map(({ origin }) => origin) : [site.site.origin];
  return origins.map((origin) => ({ origin, why }));
}

/** What may lose an element by the instruction, if it is a container. */
function changedContainer(instruction: Instruction): VariableId | null {
  if (instruction.kind === "store") return instruction.field.kind === "element" ? instruction.base : null;
  if (instruction.kind !== "call" || instruction.callee.kind !== "library") return null;
  return removing.has(instruction.callee.name) ? instruction.receiver : null;
}

/**
 * The same buffers, whichever of their site's instances they are at the moment: what one owner's path reaches as the last one
 * born, another's may reach later as an older one (O2).
 */
function bothAges({ transfer: { objects } }: FunctionFacts, set: BitSet): BitSet {
  let both = set;
  for (const id of members(set)) {
    const object = objects.get(id);
    if (object.kind !== "site") continue;
    for (const each of objects.ofSite(object.site)) if (each.part === object.part) both |= setOf(each.id);
  }
  return both;
}

/** Where a path lets go of an owner that nobody can come to without freeing what it owns. */
function findLeaks(
  facts: FunctionFacts,
  { owner, placement }: { owner: Owner; placement: Placement },
): Place[] {
  const { rebirths, atReturn } = placement.status;
  const returns = [...atReturn].filter(([id, status]) => status & pending && isLostAt(facts, id, owner));
  const ends = returns.map(([block]) => ({ block, index: facts.ir.blocks[block]?.instructions.length ?? 0 }));
  return [...rebirths, ...ends];
}

function isLostAt(facts: FunctionFacts, id: BlockId, { object }: Owner): boolean {
  const block = facts.ir.blocks[id] as Block;
  const value = block.terminator.kind === "return" ? block.terminator.value : null;
  const state = stateAt(facts, id, block.instructions.length);
  return (
    state !== null &&
    !has(state.reachable(value === null ? emptySet : setOf(value), facts.transfer.objects), object.id)
  );
}

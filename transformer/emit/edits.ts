/**
 * Turns plans into edits of syntax nodes: what to insert where, and which expressions to rewrite. Plans speak in
 * ids; from here on it is nodes.
 */
import type TS from "typescript";
import { invariant } from "../bailout.js";
import type { FunctionId } from "../ir/ids.js";
import type { BufferForm } from "../ir/ir.js";
import type { LoweredFunction } from "../lower/builder.js";
import { isDeclaredWith } from "../lower/declared-with.js";
import {
  type Free,
  type FunctionPlan,
  isFreed,
  type PathStep,
  type PlannedSite,
  type Reuse,
} from "../plan/plan.js";
import { freePlace, placeOf, placeText } from "../report/source-place.js";
import type { ScalarEdit } from "./scalar-edits.js";

/** A free statement, still without its names. */
export interface FreeEdit {
  readonly value:
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "handle"; readonly handle: HandleName };
  /** From the value to what is freed. */
  readonly path: readonly PathStep[];
  readonly sure: boolean;
  /** Names to compare with; `null` is the value of the statement at hand. */
  readonly guards: readonly (string | null)[];
  readonly reset: boolean;
  /** Where it stands in the source. */
  readonly place: string;
  /** Where the value goes; `null` for the pool. `isBorn`: the site was surely come to, and the value is its buffer. */
  readonly slot: { readonly name: SlotName; readonly isBorn: boolean } | null;
  /** The variable in which it waits for the next iteration of a loop; `null` where it is freed. */
  readonly reuse: HandleName | null;
}

/** An added variable; its name is made unique when the file is emitted. */
export interface HandleName {
  readonly base: string;
}

/** An added variable of the module that holds a slot. */
export interface SlotName {
  readonly base: string;
}

/** The names of all functions' slots. */
export class SlotNames {
  /** Of the parameter for a slot, of every function: what a function further in takes is never what one further out is handed. */
  readonly parameter: HandleName = { base: "into" };
  private readonly names = new Map<string, SlotName>();

  of(owner: FunctionId, slot: number, base: string): SlotName {
    const key = `${owner}:${slot}`;
    const name = this.names.get(key) ?? { base };
    this.names.set(key, name);
    return name;
  }
}

/** Where a site looks for memory, or what a call hands to its callee: a slot of the function's, or the one that it was handed. */
export type SlotSource =
  | { readonly kind: "own"; readonly slot: SlotName }
  | { readonly kind: "handed"; readonly parameter: HandleName };

export interface SiteEdit {
  /** Which form to rewrite to the runtime's counterpart: `new X(n)` to `alloc(X, n)`, and so on. */
  readonly form: BufferForm;
  readonly handle: HandleName | null;
  /** It is overwritten whole before it is read. */
  readonly isOverwritten: boolean;
  /** Where it takes its memory from; `null` for the pool. A call of a function passes it, as argument number `handedAt`. */
  readonly slot: SlotSource | null;
  readonly handedAt: number | null;
  /** The variable in which what an iteration before has freed waits. */
  readonly reuse: HandleName | null;
  /** Where it stands in the source, if the checked runtime is to be told of the birth. */
  readonly born: string | null;
}

/** What is inserted at one place: frees, then declarations. */
export interface Insertion {
  readonly frees: FreeEdit[];
  readonly handles: HandleName[];
}

export interface Edits {
  readonly before: Map<TS.Node, Insertion>;
  /** After the last statement of a list, or after a single statement. */
  readonly atEnd: Map<TS.Node, Insertion>;
  readonly inElse: Map<TS.Node, Insertion>;
  /** Between the value of a statement (or arrow body) and what is done with it. */
  readonly afterValue: Map<TS.Node, Insertion>;
  readonly sites: Map<TS.Node, SiteEdit>;
  /** The parameters that are added to functions, for a slot. */
  readonly parameters: Map<TS.Node, HandleName>;
  /** What becomes of a small buffer's declaration and uses. */
  readonly scalars: Map<TS.Node, ScalarEdit>;
}

export function newEdits(): Edits {
  return {
    before: new Map(),
    atEnd: new Map(),
    inElse: new Map(),
    afterValue: new Map(),
    sites: new Map(),
    parameters: new Map(),
    scalars: new Map(),
  };
}

export function isEmpty(edits: Edits): boolean {
  return Object.values(edits).every((map: Map<TS.Node, unknown>) => map.size === 0);
}

export interface EditsInput {
  /** What places are relative to. */
  readonly root: string;
  /** For the checked runtime, allocations stay as they are, but for those that need no zeros, and tell of births. */
  readonly checked: boolean;
  /** Shared by all plans: a function may give to another's slot. */
  readonly slotNames: SlotNames;
  /** The names that slots of a function start from. */
  readonly slotsOf: (owner: FunctionId) => readonly string[];
  /** The frees to insert; `null` for all. Leaving one out is always right: it costs memory. */
  readonly chosen: ReadonlySet<Free> | null;
}

export function addPlan(
  edits: Edits,
  { lowered, plan }: { readonly lowered: LoweredFunction; readonly plan: FunctionPlan },
  { root, checked, chosen, slotNames, slotsOf }: EditsInput,
): void {
  const { ir, source } = lowered;
  const handles = plan.handles.map((each): HandleName => ({ base: each.name }));
  const slotAt = (slot: number | "handed" | undefined, owner = plan.function): SlotName | null => {
    const base = checked || typeof slot !== "number" ? undefined : slotsOf(owner)[slot];
    return base === undefined || typeof slot !== "number" ? null : slotNames.of(owner, slot, base);
  };
  const parameter = plan.takesSlot && !checked ? slotNames.parameter : null;
  if (parameter) edits.parameters.set(source.node, parameter);
  const sourceOf = ({ slot }: PlannedSite): SlotSource | null => {
    if (slot === "handed") return parameter && { kind: "handed", parameter };
    const name = slotAt(slot);
    return name && { kind: "own", slot: name };
  };
  const lastSlotOf = (reuse: Reuse): FreeEdit["slot"] => {
    const name = slotAt(plan.sites.find(({ site }) => site === reuse.site)?.slot);
    return name && { name, isBorn: false };
  };
  const slotOf = ({ slot, slotOf: owner, sites, value }: Free): FreeEdit["slot"] => {
    const name = slotAt(slot, owner);
    const [site] = sites;
    const isOwn = owner === undefined && site !== undefined && sites.length === 1;
    const isBorn =
      isOwn &&
      ir.sites[site]?.site.kind === "buffer" &&
      value.kind === "variable" &&
      isDeclaredWith(lowered, site, value.variable);
    return name && { name, isBorn };
  };
  // The checked runtime watches each buffer by itself.
  const isReused = ({ site }: Reuse): boolean =>
    !checked && plan.frees.some((free) => free.sites.includes(site) && (!chosen || chosen.has(free)));
  const reuses = (plan.reuses ?? []).map((each) => (isReused(each) ? { base: each.name } : null));
  const reuseAt = (reuse: number | undefined): HandleName | null =>
    reuse === undefined ? null : (reuses[reuse] ?? null);
  for (const handle of plan.handles) {
    insertionAt(edits, source, handle).handles.push(handles[handle.id] as HandleName);
  }
  for (const handle of plan.handles) {
    const site = ir.sites[handle.site];
    invariant(site, "a handle of an unknown site");
    const node = source.origins[site.origin] as TS.Node;
    edits.sites.set(node, {
      form: "other",
      handle: handles[handle.id] as HandleName,
      isOverwritten: false,
      slot: null,
      handedAt: null,
      reuse: null,
      born: null,
    });
  }
  for (const free of plan.frees) {
    if (chosen && !chosen.has(free)) continue;
    const point = ir.points[free.point];
    invariant(point, "a free at an unknown point");
    const name = (id: number): string => ir.variables[id]?.name ?? "";
    const value: FreeEdit["value"] =
      free.value.kind === "handle"
        ? { kind: "handle", handle: handles[free.value.handle] as HandleName }
        : { kind: "name", name: name(free.value.variable) };
    const edit = {
      value,
      path: free.path,
      sure: free.sure,
      guards: free.guards.map((each) => (each.kind === "value" ? null : name(each.variable))),
      reset: free.reset,
      place: placeText(freePlace(root, lowered, free.point)),
      slot: slotOf(free),
      reuse: reuseAt(free.reuse),
    };
    const place =
      point.kind === "statement"
        ? insertionAt(edits, source, point)
        : entry(edits.afterValue, source.origins[point.origin] as TS.Node);
    place.frees.push(edit);
  }
  for (const [i, reuse] of (plan.reuses ?? []).entries()) {
    const variable = reuses[i];
    if (!variable) continue;
    const { region, index, isRepeated } = reuse;
    insertionAt(edits, source, reuse).handles.push(variable);
    insertionAt(edits, source, { region, index: index + 1 }).frees.push({
      value: { kind: "handle", handle: variable },
      path: [],
      sure: false,
      guards: [],
      reset: isRepeated,
      place: "",
      slot: lastSlotOf(reuse),
      reuse: null,
    });
  }
  for (const site of plan.sites) {
    const info = ir.sites[site.site];
    if (info?.site.kind === "call" && isFreed(site.verdict)) addHanded(edits, lowered, site, sourceOf(site));
    if (info?.site.kind !== "buffer" || info.implicit) continue;
    const node = source.origins[site.origin] as TS.Node;
    const handle = edits.sites.get(node)?.handle ?? null;
    if (checked) {
      if (!info.canBeNamed) continue;
      // Without its zeros here too, so that what reads them is found.
      const isOverwritten = site.isOverwritten === true && info.site.form === "length";
      const form = isOverwritten ? "length" : "other";
      edits.sites.set(node, { ...birthEdit(root, node, handle), form, isOverwritten });
    } else if (isFreed(site.verdict) && info.site.form !== "other") {
      edits.sites.set(node, {
        form: info.site.form,
        handle,
        isOverwritten: site.isOverwritten === true,
        slot: sourceOf(site),
        handedAt: null,
        reuse: reuseAt(site.reuse),
        born: null,
      });
    }
  }
}

/** Has a call hand a slot to its callee. */
function addHanded(
  edits: Edits,
  { source }: LoweredFunction,
  { origin, handedAt }: PlannedSite,
  slot: SlotSource | null,
): void {
  if (!slot || handedAt === undefined) return;
  const node = source.origins[origin] as TS.Node;
  const handle = edits.sites.get(node)?.handle ?? null;
  const none = { form: "other", isOverwritten: false, reuse: null, born: null } as const;
  edits.sites.set(node, { ...none, handle, slot, handedAt });
}

function birthEdit(root: string, node: TS.Node, handle: HandleName | null): SiteEdit {
  return {
    form: "other",
    handle,
    isOverwritten: false,
    slot: null,
    handedAt: null,
    reuse: null,
    born: placeText(placeOf(root, node)),
  };
}

/** Has a site in a function that was left alone tell of births. */
export function addBirth(edits: Edits, node: TS.Node, root: string): void {
  edits.sites.set(node, birthEdit(root, node, null));
}

function entry(map: Map<TS.Node, Insertion>, node: TS.Node): Insertion {
  let insertion = map.get(node);
  if (!insertion) {
    insertion = { frees: [], handles: [] };
    map.set(node, insertion);
  }
  return insertion;
}

type Where = { readonly region: number; readonly index: number };

/** The insertion before statement `index` of a region. */
function insertionAt(edits: Edits, source: LoweredFunction["source"], { region, index }: Where): Insertion {
  const found = source.regions[region];
  invariant(found, "an unknown region");
  const { node, role } = found;
  switch (role) {
    case "list": {
      const statement = statementsOf(node)[index];
      return statement ? entry(edits.before, statement) : entry(edits.atEnd, node);
    }
    case "single":
      return index === 0 ? entry(edits.before, node) : entry(edits.atEnd, node);
    case "missing-else":
      return entry(edits.inElse, node);
    case "value":
      return entry(edits.before, node);
    case "parameters":
      return invariant(false, "an insertion among parameters") as never;
  }
}

function statementsOf(node: TS.Node): readonly TS.Statement[] {
  return (node as TS.Block).statements;
}

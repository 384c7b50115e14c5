/**
 * Where things stand in a function: found in one walk over its instructions and states, since planning asks for every
 * site and every variable.
 */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { type BitSet, emptySet } from "../analysis/node-set.js";
import type { BlockId, PointId, SiteId, VariableId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { targetOf } from "../ir/visit.js";

/** An instruction: the block and its index there. */
export interface Place {
  readonly block: BlockId;
  readonly index: number;
}

/** An instruction at its index in a block. */
export interface Event {
  readonly instruction: Instruction;
  readonly index: number;
}

export interface Places {
  /** By point, in the order in which control first reaches them. */
  readonly points: ReadonlyMap<PointId, Place>;
  readonly pointsIn: ReadonlyMap<BlockId, readonly Event[]>;
  /** Instructions that bear something at a site. */
  readonly bySite: ReadonlyMap<SiteId, readonly Place[]>;
  /** Instructions that assign a variable. */
  readonly byTarget: ReadonlyMap<VariableId, readonly Place[]>;
  /** Tests after which a variable holds no object. */
  readonly absences: ReadonlyMap<VariableId, readonly Place[]>;
  /** How many declared variables have a name. */
  readonly named: ReadonlyMap<string, number>;
}

const places = new WeakMap<FunctionFacts, Places>();

export function placesOf(facts: FunctionFacts): Places {
  let known = places.get(facts);
  if (!known) {
    known = findPlaces(facts);
    places.set(facts, known);
  }
  return known;
}

function findPlaces({ ir, order }: FunctionFacts): Places {
  const points = new Map<PointId, Place>();
  const pointsIn = new Map<BlockId, Event[]>();
  const bySite = new Map<SiteId, Place[]>();
  const byTarget = new Map<VariableId, Place[]>();
  const absences = new Map<VariableId, Place[]>();
  for (const block of order) {
    const events: Event[] = [];
    pointsIn.set(block, events);
    ir.blocks[block]?.instructions.forEach((instruction, index) => {
      const place = { block, index };
      if (instruction.kind === "point") {
        points.set(instruction.point, place);
        events.push({ instruction, index });
      }
      const site = "site" in instruction ? instruction.site : undefined;
      // What an awaited call makes is at hand when the `await` ends.
      const isWaitedFor = instruction.kind === "call" && ir.sites[instruction.site]?.awaited;
      if (site !== undefined && !isWaitedFor) add(bySite, site, place);
      const target = targetOf(instruction);
      if (target !== null) add(byTarget, target, place);
      if (instruction.kind === "absent") add(absences, instruction.variable, place);
    });
  }
  const named = new Map<string, number>();
  for (const { kind, name } of ir.variables)
    if (kind !== "temporary") named.set(name, (named.get(name) ?? 0) + 1);
  return { points, pointsIn, bySite, byTarget, absences, named };
}

function add<K>(map: Map<K, Place[]>, key: K, place: Place): void {
  const known = map.get(key);
  if (known) known.push(place);
  else map.set(key, [place]);
}

const heldAnywhere = new WeakMap<FunctionFacts, ReadonlyMap<VariableId, BitSet>>();

/** What each variable holds at some point. */
export function everHeld(facts: FunctionFacts): ReadonlyMap<VariableId, BitSet> {
  const known = heldAnywhere.get(facts);
  if (known) return known;
  const held = new Map<VariableId, BitSet>();
  for (const { state } of facts.points.values()) {
    for (const [variable, set] of state.variables) {
      const before = held.get(variable) ?? emptySet;
      if (before !== set) held.set(variable, before | set);
    }
  }
  heldAnywhere.set(facts, held);
  return held;
}

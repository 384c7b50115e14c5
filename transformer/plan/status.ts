/**
 * Where a holder's buffer is born, freed, or neither, on the paths to each point.
 *
 * A *holder* is an expression by which a buffer is freed: a site's handle or a declared variable. Its status is a set: on some path it holds nothing (`unborn`), on some a buffer not freed yet (`pending`), on
 * some one that is freed already (`freed`). Forward data flow over the control-flow graph.
 */

import type { FunctionFacts } from "../analysis/analyze-function.js";
import type { BlockId, PointId, VariableId } from "../ir/ids.js";
import type { Block, Instruction } from "../ir/ir.js";
import { successorsOf } from "../ir/visit.js";
import { type Event, type Place, placesOf } from "./places.js";

export const unborn = 1;
export const pending = 2;
export const freed = 4;
/** It holds no object, and can be read. */
export const empty = 8;

export interface Holder {
  /** The instructions that give the holder a new value. */
  readonly births: readonly Place[];
  /** The declared variable that the holder is, if it is one. */
  readonly variable: VariableId | null;
  /** Points at which the plan frees the holder. */
  readonly chosen: ReadonlySet<PointId>;
  /** Points at which the plan frees something that the holder may hold too. */
  readonly lost: ReadonlySet<PointId>;
}

export interface Status {
  readonly atPoint: ReadonlyMap<PointId, number>;
  /** Blocks that end in a return, with the status there. */
  readonly atReturn: ReadonlyMap<BlockId, number>;
  /** Births that find the holder pending: block and instruction index. */
  readonly rebirths: readonly Place[];
}

/** What matters to a holder: the points, and what gives it a value. */
export type Track = (block: BlockId) => readonly TrackedEvent[];

interface TrackedEvent extends Event {
  readonly isBirth?: boolean;
}

/** The track of a holder whose values come from `births`. */
export function trackOf(facts: FunctionFacts, { births, variable }: Omit<Holder, "chosen" | "lost">): Track {
  const { pointsIn, absences } = placesOf(facts);
  const own = new Map<BlockId, TrackedEvent[]>();
  const note = ({ block, index }: Place, isBirth: boolean): void => {
    const events: TrackedEvent[] = own.get(block) ?? [...(pointsIn.get(block) ?? [])];
    events.push({ instruction: facts.ir.blocks[block]?.instructions[index] as Instruction, index, isBirth });
    own.set(block, events);
  };
  for (const place of births) note(place, true);
  if (variable !== null) for (const place of absences.get(variable) ?? []) note(place, false);
  for (const events of own.values()) events.sort((a, b) => a.index - b.index);
  return (block) => own.get(block) ?? pointsIn.get(block) ?? [];
}

export function computeStatus(facts: FunctionFacts, track: Track, holder: Holder): Status {
  const entries = new Map<BlockId, number>([[facts.ir.entry, unborn]]);
  const work = new Set<BlockId>([facts.ir.entry]);
  const flow = (id: BlockId, status: number): void => {
    const known = entries.get(id) ?? 0;
    if ((known | status) === known) return;
    entries.set(id, known | status);
    work.add(id);
  };
  for (const id of work) {
    work.delete(id);
    const block = facts.ir.blocks[id] as Block;
    const { handler, instructions } = block;
    let status = entries.get(id) ?? 0;
    if (handler !== null && instructions.length > 0) flow(handler, status);
    for (const event of track(id)) {
      status = step(status, event, holder);
      // A statement that is inserted last raises nothing.
      const mayRaise = event.instruction.kind !== "point" || event.index < instructions.length - 1;
      if (handler !== null && mayRaise) flow(handler, status);
    }
    for (const successor of successorsOf(block)) flow(successor, status);
  }
  return record(facts, { track, holder, entries });
}

function step(status: number, { instruction, isBirth }: TrackedEvent, holder: Holder): number {
  if (isBirth) return pending;
  if (instruction.kind !== "point") return empty;
  if (!holder.chosen.has(instruction.point) && !holder.lost.has(instruction.point)) return status;
  return status & pending ? (status & ~pending) | freed : status;
}

interface Flow {
  readonly track: Track;
  readonly holder: Holder;
  readonly entries: ReadonlyMap<BlockId, number>;
}

function record(facts: FunctionFacts, { track, holder, entries }: Flow): Status {
  const atPoint = new Map<PointId, number>();
  const atReturn = new Map<BlockId, number>();
  const rebirths: Place[] = [];
  for (const [id, entry] of entries) {
    let status = entry;
    for (const event of track(id)) {
      const { instruction, index } = event;
      if (instruction.kind === "point") atPoint.set(instruction.point, status);
      if (status & pending && event.isBirth) rebirths.push({ block: id, index });
      status = step(status, event, holder);
    }
    if (facts.ir.blocks[id]?.terminator.kind === "return") atReturn.set(id, status);
  }
  return { atPoint, atReturn, rebirths };
}

/** The points from which some path reaches a chosen point before a birth. */
export function pointsBefore(
  facts: FunctionFacts,
  track: Track,
  chosen: ReadonlySet<PointId>,
): ReadonlySet<PointId> {
  const leads = new Set<BlockId>();
  const found = new Set<PointId>();
  const backward = [...facts.order].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of backward) {
      let reaches = successorsOf(facts.ir.blocks[id] as Block).some((each) => leads.has(each));
      const events = track(id);
      for (let i = events.length - 1; i >= 0; i--) {
        const { instruction, isBirth } = events[i] as TrackedEvent;
        if (isBirth) reaches = false;
        if (instruction.kind !== "point") continue;
        if (reaches) found.add(instruction.point);
        if (chosen.has(instruction.point)) reaches = true;
      }
      if (reaches && !leads.has(id)) {
        leads.add(id);
        changed = true;
      }
    }
  }
  return found;
}

/** Points from which control may leave normally or come to another birth; before a `throw` the collector is left to it. */
export function pointsThatGoOn(facts: FunctionFacts, track: Track): ReadonlySet<PointId> {
  const goes = new Set<BlockId>();
  const found = new Set<PointId>();
  const backward = [...facts.order].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of backward) {
      const block = facts.ir.blocks[id] as Block;
      let on = block.terminator.kind === "return" || successorsOf(block).some((each) => goes.has(each));
      const events = track(id);
      for (let i = events.length - 1; i >= 0; i--) {
        const { instruction, isBirth } = events[i] as TrackedEvent;
        if (isBirth) on = true;
        if (on && instruction.kind === "point") found.add(instruction.point);
      }
      if (on && !goes.has(id)) {
        goes.add(id);
        changed = true;
      }
    }
  }
  return found;
}

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

export const unborn = 1;
export const pending = 2;
export const freed = 4;
/** It holds no object, and can be read. */
export const empty = 8;

export interface Holder {
  /** Whether the instruction gives the holder a new value. */
  readonly isBirth: (instruction: Instruction) => boolean;
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
  readonly rebirths: readonly { readonly block: BlockId; readonly index: number }[];
}

export function computeStatus(facts: FunctionFacts, holder: Holder): Status {
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
    let status = entries.get(id) ?? 0;
    for (const instruction of block.instructions) {
      if (block.handler !== null) flow(block.handler, status);
      status = step(status, instruction, holder);
      if (block.handler !== null && instruction.kind !== "point") flow(block.handler, status);
    }
    for (const successor of successorsOf(block)) flow(successor, status);
  }
  return record(facts, holder, entries);
}

function step(status: number, instruction: Instruction, holder: Holder): number {
  if (holder.isBirth(instruction)) return pending;
  if (instruction.kind === "absent" && instruction.variable === holder.variable) return empty;
  if (instruction.kind !== "point") return status;
  if (!holder.chosen.has(instruction.point) && !holder.lost.has(instruction.point)) return status;
  return status & pending ? (status & ~pending) | freed : status;
}

function record(facts: FunctionFacts, holder: Holder, entries: ReadonlyMap<BlockId, number>): Status {
  const atPoint = new Map<PointId, number>();
  const atReturn = new Map<BlockId, number>();
  const rebirths: { block: BlockId; index: number }[] = [];
  for (const [id, entry] of entries) {
    const block = facts.ir.blocks[id] as Block;
    let status = entry;
    block.instructions.forEach((instruction, index) => {
      if (instruction.kind === "point") atPoint.set(instruction.point, status);
      if (status & pending && holder.isBirth(instruction)) rebirths.push({ block: id, index });
      status = step(status, instruction, holder);
    });
    if (block.terminator.kind === "return") atReturn.set(id, status);
  }
  return { atPoint, atReturn, rebirths };
}

/** The points from which some path reaches a chosen point before a birth. */
export function pointsBefore(facts: FunctionFacts, holder: Holder): ReadonlySet<PointId> {
  const leads = new Map<BlockId, boolean>();
  const found = new Set<PointId>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of [...facts.order].reverse()) {
      const block = facts.ir.blocks[id] as Block;
      let reaches = successorsOf(block).some((each) => leads.get(each));
      for (let i = block.instructions.length - 1; i >= 0; i--) {
        const instruction = block.instructions[i] as Instruction;
        if (holder.isBirth(instruction)) reaches = false;
        if (instruction.kind !== "point") continue;
        if (reaches) found.add(instruction.point);
        if (holder.chosen.has(instruction.point)) reaches = true;
      }
      if (reaches && !leads.get(id)) {
        leads.set(id, true);
        changed = true;
      }
    }
  }
  return found;
}

/** Finds the paths on which a buffer dies, unescaped, without being freed: what makes a verdict `partial`. */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { has, setOf } from "../analysis/node-set.js";
import type { State } from "../analysis/state.js";
import type { BlockId } from "../ir/ids.js";
import type { Block, Instruction, Site } from "../ir/ir.js";
import type { Placement } from "./place.js";
import { type Place, placesOf } from "./places.js";
import type { PlanStep } from "./plan.js";
import type { BufferSite } from "./plan-function.js";
import { pending } from "./status.js";

/**
 * Where the site's buffer is lost although nobody can come to it: at a return (the index after the block's last
 * instruction), or at the birth of the next.
 */
export function findLeaks(facts: FunctionFacts, site: BufferSite, { status }: Placement): Place[] {
  const leaks: Place[] = [];
  for (const [id, at] of status.atReturn) {
    if (!(at & pending)) continue;
    const block = facts.ir.blocks[id] as Block;
    const value = block.terminator.kind === "return" ? block.terminator.value : null;
    const state = stateAt(facts, id, block.instructions.length);
    if (
      state &&
      !has(state.reachable(value === null ? 0n : setOf(value), facts.transfer.objects), site.recent.id)
    ) {
      leaks.push({ block: id, index: block.instructions.length });
    }
  }
  // The handle moves on to the next instance; the one before is lost, now or when it dies.
  for (const { block, index } of status.rebirths) {
    const state = stateAt(facts, block, index);
    if (state && !has(state.escaped | state.lent, site.recent.id)) leaks.push({ block, index });
  }
  return leaks;
}

/** What is said of a buffer that is lost at `place`. */
export function lossAt(facts: FunctionFacts, { block: id, index }: Place): PlanStep {
  const block = facts.ir.blocks[id] as Block;
  const instruction = block.instructions[index];
  if (instruction?.kind === "copy") {
    const name = facts.ir.variables[instruction.target]?.name ?? "";
    return { origin: instruction.origin, why: `not freed before \`${name}\` is assigned here` };
  }
  if (instruction) return { origin: instruction.origin, why: "not freed before the next is made here" };
  const last = "origin" in block.terminator ? block.terminator : block.instructions.at(-1);
  const origin = last?.origin ?? (facts.ir.sites[0] as Site).origin;
  return { origin, why: "not freed on the path by here" };
}

/** The steps without those that say the same of the same place. */
export function distinctSteps(steps: readonly PlanStep[]): PlanStep[] {
  return [...new Map(steps.map((step) => [`${step.function} ${step.origin} ${step.why}`, step])).values()];
}

/** The state before an instruction of a block: worked out from the last point before it, or the block's entry. */
export function stateAt(facts: FunctionFacts, id: BlockId, index: number): State | null {
  const { instructions } = facts.ir.blocks[id] as Block;
  const points = placesOf(facts).pointsIn.get(id) ?? [];
  const last = points.findLast((each) => each.index <= index);
  const known = last?.instruction.kind === "point" ? facts.points.get(last.instruction.point)?.state : null;
  const state = (known ?? facts.entries.get(id))?.copy();
  if (!state) return null;
  for (let i = known && last ? last.index : 0; i < index; i++)
    facts.transfer.apply(state, instructions[i] as Instruction);
  return state;
}

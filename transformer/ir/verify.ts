/** Checks the invariants I1–I4 of `ir.ts`. A failure is a bug in the lowering, never in the user's program. */
import { invariant } from "../bailout.js";
import type { BlockId, VariableId } from "./ids.js";
import type { Block, FunctionIr } from "./ir.js";
import { operandsOf, reversePostorder, successorsOf, targetOf } from "./visit.js";

export function verifyFunction(ir: FunctionIr): void {
  verifyTargets(ir);
  verifyPoints(ir);
  verifyTemporaries(ir);
}

function verifyTargets(ir: FunctionIr): void {
  ir.blocks.forEach((block, i) => {
    invariant(block.id === i, `I1: block ${block.id} stands at ${i} in ${ir.name}`);
    for (const target of successorsOf(block))
      invariant(ir.blocks[target], `I1: no block ${target} in ${ir.name}`);
    invariant(block.handler === null || ir.blocks[block.handler], `I1: no handler in ${ir.name}`);
    for (const instruction of block.instructions) {
      const target = targetOf(instruction);
      const mentioned = target === null ? operandsOf(instruction) : [...operandsOf(instruction), target];
      const unknown = mentioned.find((each) => ir.variables[each] === undefined);
      if (unknown !== undefined)
        invariant(false, `I2: no variable ${unknown} for ${instruction.kind} in ${ir.name}`);
    }
  });
}

function verifyPoints(ir: FunctionIr): void {
  const seen = new Set<number>();
  for (const block of ir.blocks) {
    for (const instruction of block.instructions) {
      if (instruction.kind !== "point") continue;
      invariant(ir.points[instruction.point], `I3: no point ${instruction.point} in ${ir.name}`);
      invariant(!seen.has(instruction.point), `I3: point ${instruction.point} stands twice in ${ir.name}`);
      seen.add(instruction.point);
    }
  }
}

/**
 * A forward must-analysis: which temporaries are assigned on every normal path to a block. Only those count that some
 * block reads without having assigned them itself.
 */
function verifyTemporaries(ir: FunctionIr): void {
  const read = ir.blocks.map((block) => readBeforeAssigned(ir, block));
  const crossing = new Set(read.flat());
  const assignedAt = new Map<BlockId, Set<VariableId>>();
  assignedAt.set(ir.entry, new Set());
  for (const id of reversePostorder(ir.blocks, ir.entry)) {
    const block = ir.blocks[id];
    const assigned = new Set(assignedAt.get(id));
    invariant(block, "a block in the order");
    for (const each of read[id] ?? [])
      invariant(assigned.has(each), `I4: v${each} read before assigned in ${ir.name}`);
    for (const instruction of block.instructions) {
      const target = targetOf(instruction);
      if (target !== null && crossing.has(target)) assigned.add(target);
    }
    for (const successor of successorsOf(block)) meet(assignedAt, successor, assigned);
    if (block.handler !== null) meet(assignedAt, block.handler, assignedAt.get(id) ?? new Set());
  }
}

/** The temporaries that instructions of the block read before any of them assigns it. */
function readBeforeAssigned(ir: FunctionIr, block: Block): VariableId[] {
  const assigned = new Set<VariableId>();
  const found: VariableId[] = [];
  for (const instruction of block.instructions) {
    for (const operand of operandsOf(instruction)) {
      const variable = ir.variables[operand];
      const isTemporary = variable?.kind === "temporary" && variable.name !== "return";
      if (isTemporary && !assigned.has(operand)) found.push(operand);
    }
    const target = targetOf(instruction);
    if (target !== null) assigned.add(target);
  }
  return found;
}

function meet(at: Map<BlockId, Set<VariableId>>, id: BlockId, incoming: ReadonlySet<VariableId>): void {
  const known = at.get(id);
  if (!known) at.set(id, new Set(incoming));
  else for (const each of known) if (!incoming.has(each)) known.delete(each);
}

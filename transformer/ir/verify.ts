/** Checks the invariants I1–I4 of `ir.ts`. A failure is a bug in the lowering, never in the user's program. */
import { invariant } from "../bailout.js";
import type { BlockId, VariableId } from "./ids.js";
import type { FunctionIr } from "./ir.js";
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
      for (const operand of operandsOf(instruction)) {
        invariant(ir.variables[operand], `I2: no variable ${operand} for ${instruction.kind} in ${ir.name}`);
      }
      const target = targetOf(instruction);
      invariant(
        target === null || ir.variables[target],
        `I2: no target for ${instruction.kind} in ${ir.name}`,
      );
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

/** A forward must-analysis: which temporaries are assigned on every normal path to a block. */
function verifyTemporaries(ir: FunctionIr): void {
  const order = reversePostorder(ir.blocks, ir.entry);
  const assignedAt = new Map<BlockId, Set<VariableId>>();
  assignedAt.set(ir.entry, new Set());
  for (const id of order) {
    const block = ir.blocks[id];
    const assigned = new Set(assignedAt.get(id));
    invariant(block, "a block in the order");
    for (const instruction of block.instructions) {
      for (const operand of operandsOf(instruction)) {
        const isTemporary =
          ir.variables[operand]?.kind === "temporary" && ir.variables[operand]?.name !== "return";
        invariant(
          !isTemporary || assigned.has(operand),
          `I4: v${operand} read before assigned in ${ir.name}`,
        );
      }
      const target = targetOf(instruction);
      if (target !== null) assigned.add(target);
    }
    for (const successor of successorsOf(block)) meet(assignedAt, successor, assigned);
    if (block.handler !== null) meet(assignedAt, block.handler, assignedAt.get(id) ?? new Set());
  }
}

function meet(at: Map<BlockId, Set<VariableId>>, id: BlockId, incoming: ReadonlySet<VariableId>): void {
  const known = at.get(id);
  if (!known) at.set(id, new Set(incoming));
  else for (const each of known) if (!incoming.has(each)) known.delete(each);
}

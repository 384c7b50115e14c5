/** Walks over the IR: operands, targets, successors. */
import { unreachable } from "../bailout.js";
import type { BlockId, VariableId } from "./ids.js";
import type { Block, Instruction } from "./ir.js";

/** The variables that an instruction reads. */
export function operandsOf(instruction: Instruction): readonly VariableId[] {
  switch (instruction.kind) {
    case "constant":
    case "code":
    case "foreign":
    case "object":
    case "declare":
    case "absent":
    case "suspend":
    case "point":
      return [];
    case "copy":
    case "await":
      return [instruction.source];
    case "compute":
    case "allocate":
    case "opaque":
      return instruction.operands;
    // What a closure captures is needed once it exists; afterwards the points-to graph keeps it alive.
    case "closure":
      return instruction.captures;
    case "load":
      return [instruction.base];
    case "store":
      return [instruction.base, instruction.value];
    case "call": {
      const operands = instruction.arguments.map((each) => each.variable);
      if (instruction.receiver !== null) operands.push(instruction.receiver);
      if (instruction.callee.kind === "value") operands.push(instruction.callee.variable);
      if (instruction.callee.kind === "functions") operands.push(...instruction.callee.captures);
      return operands;
    }
    case "iterate":
    case "run-iterator":
    case "close-iterator":
      return [instruction.iterable];
    case "yield":
      return instruction.source === null ? [] : [instruction.source];
    default:
      return unreachable(instruction);
  }
}

/** The variable that an instruction assigns, if any. */
export function targetOf(instruction: Instruction): VariableId | null {
  return "target" in instruction ? instruction.target : null;
}

/** The blocks that control may reach next, without the exceptional edge. */
export function successorsOf(block: Block): readonly BlockId[] {
  const { terminator } = block;
  switch (terminator.kind) {
    case "jump":
      return [terminator.target];
    case "branch":
      return terminator.targets;
    case "return":
      return [];
    case "throw":
      return block.handler === null ? [] : [block.handler];
    default:
      return unreachable(terminator);
  }
}

/** Blocks in reverse postorder from the entry, exceptional edges included; unreachable blocks are left out. */
export function reversePostorder(blocks: readonly Block[], entry: BlockId): BlockId[] {
  const order: BlockId[] = [];
  const seen = new Set<BlockId>([entry]);
  const stack: { id: BlockId; next: BlockId[] }[] = [{ id: entry, next: edgesOf(blocks, entry) }];
  for (let top = stack[stack.length - 1]; top; top = stack[stack.length - 1]) {
    const successor = top.next.pop();
    if (successor === undefined) {
      order.push(top.id);
      stack.pop();
    } else if (!seen.has(successor)) {
      seen.add(successor);
      stack.push({ id: successor, next: edgesOf(blocks, successor) });
    }
  }
  return order.reverse();
}

function edgesOf(blocks: readonly Block[], id: BlockId): BlockId[] {
  const block = blocks[id] as Block;
  const edges = [...successorsOf(block)];
  if (block.handler !== null) edges.push(block.handler);
  return edges;
}

/** Whether executing the instruction may raise an exception. Reading a declared variable may: it may not be born yet. */
export function mayThrow(instruction: Instruction, isTemporary: (id: VariableId) => boolean): boolean {
  switch (instruction.kind) {
    case "constant":
    case "code":
    case "object":
    case "closure":
    case "declare":
    case "absent":
    case "suspend":
    case "point":
      return false;
    case "copy":
      return !isTemporary(instruction.source);
    default:
      return true;
  }
}

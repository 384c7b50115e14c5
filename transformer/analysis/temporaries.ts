/**
 * Where temporaries die. Nearly all are assigned and read within one block; the state forgets such a one right after
 * the instruction that reads it last, so that it holds what outlives an expression and little else.
 */
import type { BlockId, VariableId } from "../ir/ids.js";
import type { Block, FunctionIr, Instruction } from "../ir/ir.js";
import { operandsOf, targetOf } from "../ir/visit.js";

/** By block, by index of an instruction: the temporaries that nothing after it mentions. */
export type Deaths = readonly (readonly (readonly VariableId[] | undefined)[])[];

/** Stands for the block of a variable that several blocks mention. */
const several = -1;

export function temporaryDeaths(ir: FunctionIr): Deaths {
  const blockOf: (BlockId | typeof several | undefined)[] = new Array(ir.variables.length);
  const lastIndex: number[] = new Array(ir.variables.length);
  for (const block of ir.blocks) {
    const mention = (variable: VariableId, index: number): void => {
      blockOf[variable] = (blockOf[variable] ?? block.id) === block.id ? block.id : several;
      lastIndex[variable] = index;
    };
    block.instructions.forEach((instruction, i) => {
      for (const variable of mentionedBy(instruction)) mention(variable, i);
    });
    const last = readAtEnd(block);
    if (last !== null) mention(last, block.instructions.length);
  }
  const deaths: VariableId[][][] = ir.blocks.map(() => []);
  for (const { id, kind } of ir.variables) {
    const block = blockOf[id];
    if (kind !== "temporary" || block === undefined || block === several) continue;
    const at = deaths[block] as VariableId[][];
    const index = lastIndex[id] as number;
    const others = at[index];
    if (others) others.push(id);
    else at[index] = [id];
  }
  return deaths;
}

function mentionedBy(instruction: Instruction): readonly VariableId[] {
  if (instruction.kind === "declare" || instruction.kind === "absent") return [instruction.variable];
  const operands = operandsOf(instruction);
  const target = targetOf(instruction);
  return target === null ? operands : [...operands, target];
}

function readAtEnd({ terminator }: Block): VariableId | null {
  if (terminator.kind === "branch") return terminator.test?.variable ?? null;
  return terminator.kind === "return" ? terminator.value : null;
}

/**
 * Numbers the values of variables, so that variables with one number hold the same value on every path (Alpern, Wegman and
 * Zadeck, *Detecting equality of variables in programs*, POPL 1988, without its congruences).
 *
 * A definition's number is its instruction; a copy has its source's. Where paths bring different numbers, the variable gets one of
 * that block's. When an instruction runs again, whoever still has its number holds an older value, and gets another.
 *
 * Example: after `a = new X(); b = a` both have the allocation's number; after the next `a = new X()` only `a` has.
 */
import type { BlockId, VariableId } from "../../ir/ids.js";
import type { FunctionIr, Instruction } from "../../ir/ir.js";
import { reversePostorder, successorsOf, targetOf } from "../../ir/visit.js";
import type { Place } from "./walk.js";

/** `i3.2` for instruction 2 of block 3, `p1` for what comes in as variable 1, and others that mean nothing. */
export type ValueNumber = string;

type Numbers = ReadonlyMap<VariableId, ValueNumber>;

export interface Values {
  /** What is known before the instruction at a place. */
  at(place: Place): Numbers;
  definition(number: ValueNumber): Instruction | null;
}

export function numberValues(ir: FunctionIr): Values {
  const order = reversePostorder(ir.blocks, ir.entry);
  const shared = ir.variables.flatMap(({ id, assignedElsewhere, closed }) =>
    assignedElsewhere || closed ? [id] : [],
  );
  const apply = (instruction: Instruction, place: Place, numbers: Numbers): Numbers =>
    afterOthers(instruction, place, shared, define(instruction, place, numbers));
  const entries = new Map<BlockId, Numbers>([[ir.entry, incoming(ir)]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of order) {
      const block = ir.blocks[id];
      let numbers = entries.get(id);
      if (!block || !numbers) continue;
      const pass = (to: BlockId, from: Numbers): void => {
        const before = entries.get(to);
        const joined = before ? join(to, before, from) : from;
        if (joined === before) return;
        entries.set(to, joined);
        changed = true;
      };
      block.instructions.forEach((instruction, index) => {
        if (block.handler !== null) pass(block.handler, numbers as Numbers);
        numbers = apply(instruction, { block: id, index }, numbers as Numbers);
      });
      for (const successor of successorsOf(block)) pass(successor, numbers);
      if (block.handler !== null) pass(block.handler, numbers);
    }
  }
  return {
    at: ({ block, index }) => {
      let numbers = entries.get(block) ?? new Map();
      ir.blocks[block]?.instructions.slice(0, index).forEach((instruction, i) => {
        numbers = apply(instruction, { block, index: i }, numbers);
      });
      return numbers;
    },
    definition: (number) => {
      const found = /^i(\d+)\.(\d+)$/.exec(number);
      return found ? (ir.blocks[Number(found[1])]?.instructions[Number(found[2])] ?? null) : null;
    },
  };
}

function incoming(ir: FunctionIr): Numbers {
  return new Map(ir.variables.map(({ id }) => [id, `p${id}`]));
}

/** The same map where nothing changes. Numbers of a block come last, so that the iteration ends. */
function join(block: BlockId, known: Numbers, other: Numbers): Numbers {
  let result: Map<VariableId, ValueNumber> | null = null;
  for (const [variable, number] of known) {
    const met = `b${block}.${variable}`;
    if (number === met || other.get(variable) === number) continue;
    result ??= new Map(known);
    result.set(variable, met);
  }
  return result ?? known;
}

/** Where other code may run, variables that other functions assign may have got other values. */
function afterOthers(
  instruction: Instruction,
  { block, index }: Place,
  shared: readonly VariableId[],
  numbers: Numbers,
): Numbers {
  if (shared.length === 0 || runsNothing.has(instruction.kind)) return numbers;
  const result = new Map(numbers);
  const target = targetOf(instruction);
  for (const variable of shared)
    if (variable !== target) result.set(variable, `o${block}.${index}.${variable}`);
  return result;
}

const runsNothing: ReadonlySet<Instruction["kind"]> = new Set([
  "absent",
  "closure",
  "code",
  "constant",
  "copy",
  "declare",
  "foreign",
  "object",
  "point",
]);

function define(instruction: Instruction, { block, index }: Place, numbers: Numbers): Numbers {
  // A variable that was found to refer to nothing has the value that it had, which is no buffer.
  const isGiven = instruction.kind === "declare" || instruction.kind === "absent";
  const target = isGiven ? instruction.variable : targetOf(instruction);
  if (target === null || (instruction.kind === "declare" && instruction.keepsValue)) return numbers;
  const result = new Map(numbers);
  if (instruction.kind === "copy") {
    result.set(target, numbers.get(instruction.source) ?? `i${block}.${index}`);
    return result;
  }
  const own = `i${block}.${index}`;
  for (const [variable, number] of numbers) if (number === own) result.set(variable, `old${own}.${variable}`);
  result.set(target, own);
  return result;
}

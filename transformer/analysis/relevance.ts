/**
 * Which facts about its parameters can change what a function does: only these make a calling context, so that calls which
 * differ in nothing that matters share a summary.
 *
 * A flow-insensitive walk: what a parameter is copied to counts as the parameter.
 */
import type { VariableId } from "../ir/ids.js";
import type { FunctionIr, Instruction } from "../ir/ir.js";

export interface Relevance {
  /** A condition tests it. */
  readonly tested: boolean;
  /** It is called, or a member of it is used. */
  readonly used: boolean;
  /** It is passed on to another function, or captured by one. */
  readonly passed: boolean;
}

export interface Relevances {
  readonly receiver: Relevance;
  readonly parameters: readonly Relevance[];
}

interface Flags {
  tested: boolean;
  used: boolean;
  passed: boolean;
}

const known = new WeakMap<FunctionIr, Relevances>();

export function relevancesOf(ir: FunctionIr): Relevances {
  let result = known.get(ir);
  if (!result) {
    result = collect(ir);
    known.set(ir, result);
  }
  return result;
}

function collect(ir: FunctionIr): Relevances {
  const roots = [...ir.parameters, ...(ir.receiver === null ? [] : [ir.receiver])];
  const flags = new Map<VariableId, Flags>(
    roots.map((root) => [root, { tested: false, used: false, passed: false }]),
  );
  const copies = copiesOf(ir, roots);
  const mark = (variable: VariableId, flag: keyof Flags): void => {
    for (const root of copies.get(variable) ?? []) (flags.get(root) as Flags)[flag] = true;
  };
  for (const block of ir.blocks) {
    for (const instruction of block.instructions) markUses(instruction, mark);
    const { terminator } = block;
    if (terminator.kind === "branch" && terminator.test) mark(terminator.test.variable, "tested");
  }
  const none: Relevance = { tested: false, used: false, passed: false };
  return {
    receiver: (ir.receiver !== null && flags.get(ir.receiver)) || none,
    parameters: ir.parameters.map((parameter) => flags.get(parameter) ?? none),
  };
}

function markUses(instruction: Instruction, mark: (variable: VariableId, flag: keyof Flags) => void): void {
  switch (instruction.kind) {
    case "load":
      return mark(instruction.base, "used");
    case "store":
      mark(instruction.base, "used");
      return mark(instruction.value, "passed");
    case "closure":
      for (const each of instruction.captures) mark(each, "passed");
      return;
    case "call":
      if (instruction.callee.kind === "value") mark(instruction.callee.variable, "used");
      if (instruction.callee.kind === "functions")
        for (const each of instruction.callee.captures) mark(each, "passed");
      if (instruction.receiver !== null) mark(instruction.receiver, "passed");
      for (const { variable } of instruction.arguments) mark(variable, "passed");
  }
}

/** For each variable, the parameters whose value it may be. */
function copiesOf(ir: FunctionIr, roots: readonly VariableId[]): ReadonlyMap<VariableId, Set<VariableId>> {
  const found = new Map<VariableId, Set<VariableId>>(roots.map((root) => [root, new Set([root])]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of ir.blocks) {
      for (const instruction of block.instructions) {
        if (instruction.kind !== "copy") continue;
        const source = found.get(instruction.source);
        if (!source) continue;
        const target = found.get(instruction.target) ?? new Set();
        const before = target.size;
        for (const root of source) target.add(root);
        found.set(instruction.target, target);
        changed ||= target.size > before;
      }
    }
  }
  return found;
}

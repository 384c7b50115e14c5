/**
 * Which variables surely hold the same value: a forward must-analysis over copies.
 *
 * Where the points-to graph says that two variables *may* hold the same buffer, this says that they *do*
 * (`t = a;` then `t` and `a` are equal until one is assigned): comparing them at run time would be pointless.
 */
import type { BlockId, PointId, VariableId } from "../ir/ids.js";
import type { Block, FunctionIr } from "../ir/ir.js";
import { successorsOf, targetOf } from "../ir/visit.js";
import { temporaryDeaths } from "./temporaries.js";

/** Variables with the same value share a number; a variable that is missing equals only itself. */
type Classes = Map<VariableId, number>;

export interface Equalities {
  readonly areEqual: (point: PointId, a: VariableId, b: VariableId) => boolean;
}

/** Computed when it is first asked for: few functions need it. */
export function computeEqualities(ir: FunctionIr, order: readonly BlockId[]): Equalities {
  let atPoint: ReadonlyMap<PointId, Classes> | null = null;
  return {
    areEqual: (point, a, b) => {
      atPoint ??= solve(ir, order);
      const classes = atPoint.get(point);
      const of = classes?.get(a);
      return of !== undefined && of === classes?.get(b);
    },
  };
}

function solve(ir: FunctionIr, order: readonly BlockId[]): Map<PointId, Classes> {
  const entries = new Map<BlockId, Classes>([[ir.entry, new Map()]]);
  const deaths = temporaryDeaths(ir);
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of order) {
      const block = ir.blocks[id] as Block;
      const classes = new Map(entries.get(id));
      if (block.handler !== null) changed = meet(entries, block.handler, new Map()) || changed;
      walk(block, classes, null);
      for (const dead of deaths[id]?.flat() ?? []) if (dead !== undefined) forget(classes, dead);
      for (const successor of successorsOf(block)) changed = meet(entries, successor, classes) || changed;
    }
  }
  const atPoint = new Map<PointId, Classes>();
  for (const id of order) walk(ir.blocks[id] as Block, new Map(entries.get(id)), atPoint);
  return atPoint;
}

function forget(classes: Classes, variable: VariableId): void {
  if (classes.delete(variable)) rename(classes, variable);
}

function walk(block: Block, classes: Classes, atPoint: Map<PointId, Classes> | null): void {
  for (const instruction of block.instructions) {
    if (instruction.kind === "point") {
      atPoint?.set(instruction.point, new Map(classes));
      continue;
    }
    const target = targetOf(instruction);
    if (target === null) continue;
    if (instruction.kind === "copy" && instruction.source !== target) {
      const known = classes.get(instruction.source) ?? instruction.source;
      classes.delete(target);
      if (known === target) continue;
      classes.set(instruction.source, known);
      classes.set(target, known);
    } else classes.delete(target);
    // A class is named after a variable; when that one changes, the others keep a name nobody else gets.
    rename(classes, target);
  }
}

function rename(classes: Classes, name: VariableId): void {
  if (classes.get(name) === name) return;
  let first: VariableId | null = null;
  for (const [variable, of] of classes) {
    if (of !== name || variable === name) continue;
    first ??= variable;
    classes.set(variable, first);
  }
}

/** Keeps the equalities that hold on both ways in. Says whether anything changed. */
function meet(entries: Map<BlockId, Classes>, id: BlockId, incoming: Classes): boolean {
  const known = entries.get(id);
  if (!known) {
    entries.set(id, new Map(incoming));
    return true;
  }
  if (known.size === 0) return false;
  const names = new Map<string, VariableId>();
  const merged: Classes = new Map();
  for (const [variable, of] of known) {
    const other = incoming.get(variable);
    if (other === undefined) continue;
    const key = `${of} ${other}`;
    const name = names.get(key) ?? variable;
    names.set(key, name);
    merged.set(variable, name);
  }
  // The merged classes are parts of the known ones; as many of both, over the same variables, are the same.
  if (merged.size === known.size && names.size === new Set(known.values()).size) return false;
  entries.set(id, merged);
  return true;
}

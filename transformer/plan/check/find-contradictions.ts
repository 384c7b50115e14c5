/**
 * Looks for frees that are surely wrong, by reading the graph only: what a free has freed is used again, is freed again, was
 * never the function's own, or was handed to unknown code before.
 *
 * Each finding needs one path from the free to the fault (or from the fault to the free) on which a variable surely holds the freed
 * buffer: it has the freed value's {@link numberValues number} at the free, and is followed by copies from there. What the
 * variables hold through objects and closures is not followed, so not every wrong free is found; and no right one is, unless
 * branches exclude each other on that path.
 */
import { invariant } from "../../bailout.js";
import type { VariableId } from "../../ir/ids.js";
import type { Callee, FunctionIr, Instruction } from "../../ir/ir.js";
import type { Free, FunctionPlan } from "../plan.js";
import { numberValues, type Values } from "./number-values.js";
import { type Place, placePoints, theHandle, walkForward } from "./walk.js";

export interface Contradiction {
  readonly free: Free;
  readonly why: string;
}

export function findContradictions(ir: FunctionIr, plan: FunctionPlan): Contradiction[] {
  // What an owner holds is reached through objects.
  const frees = plan.frees.filter(({ path }) => path.length === 0);
  if (frees.length === 0) return [];
  const places = placePoints(ir);
  const values = numberValues(ir);
  const found: Contradiction[] = [];
  for (const free of frees) {
    const place = places.get(free.point);
    invariant(place, `a free at point ${free.point} of ${ir.name}, which does not exist`);
    const context: Context = { ir, plan, values, place, free };
    const why = notOwn(context) ?? usedAgain(context) ?? freedAgain(context) ?? handedOut(context);
    if (why !== null) found.push({ free, why });
  }
  return found;
}

interface Context {
  readonly ir: FunctionIr;
  readonly plan: FunctionPlan;
  readonly values: Values;
  readonly place: Place;
  readonly free: Free;
}

/** The variables that surely hold what the free frees, when it frees something. */
function holdersAt({ plan, values, place, free }: Context): Set<VariableId> {
  const numbers = values.at(place);
  const { value } = free;
  if (value.kind === "variable") {
    const number = numbers.get(value.variable);
    // Where it was found to refer to nothing, nothing is freed.
    if (number !== undefined && values.definition(number)?.kind === "absent") return new Set();
    const guards = new Set(free.guards.map((each) => each.variable));
    const same = [...numbers].filter(([variable, each]) => each === number && !guards.has(variable));
    return new Set(same.map(([variable]) => variable));
  }
  const site = plan.handles[value.handle]?.site;
  const holders = new Set<VariableId>();
  for (const [variable, number] of numbers) {
    const born = values.definition(number);
    if (born && "site" in born && born.site === site && born.kind === "allocate") holders.add(variable);
  }
  return holders;
}

function notOwn({ ir, values, place, free: { value } }: Context): string | null {
  if (value.kind !== "variable") return null;
  const number = values.at(place).get(value.variable) ?? "";
  const variable = ir.variables[value.variable];
  const incoming = number.startsWith("p") ? ir.variables[Number(number.slice(1))] : null;
  if (incoming?.kind === "parameter" || incoming?.kind === "outer")
    return `'${variable?.name}' holds what came in`;
  const from = values.definition(number);
  return from?.kind === "foreign" ? `'${variable?.name}' holds a value from outside` : null;
}

function usedAgain(context: Context): string | null {
  const { ir, place } = context;
  const name = (id: VariableId): string => ir.variables[id]?.name ?? `t${id}`;
  return walkForward({
    ir,
    from: place,
    start: holdersAt(context),
    at: (instruction, set) => {
      const used = usesOf(instruction).find((each) => set.has(each));
      return used === undefined ? null : `'${name(used)}' is used afterwards, by ${instruction.kind}`;
    },
    atEnd: (terminator, set) => {
      const value = terminator.kind === "return" ? terminator.value : null;
      return value !== null && set.has(value) ? `'${name(value)}' is returned afterwards` : null;
    },
  });
}

/** Operands whose buffer the instruction looks at. Copies only pass it on, and closures may never be called. */
function usesOf(instruction: Instruction): readonly VariableId[] {
  switch (instruction.kind) {
    case "allocate":
    case "opaque":
      return instruction.operands;
    case "load":
      return [instruction.base];
    case "store":
      return [instruction.base];
    case "iterate":
      return [instruction.iterable];
    case "yield":
      return instruction.source === null ? [] : [instruction.source];
    case "call": {
      const given = instruction.arguments.map((each) => each.variable);
      return instruction.receiver === null ? given : [...given, instruction.receiver];
    }
    default:
      return [];
  }
}

function freedAgain(context: Context): string | null {
  const { ir, plan, place, free } = context;
  if (free.value.kind === "variable") {
    const start = new Set(free.reset ? [] : [free.value.variable]);
    return walkForward({
      ir,
      from: place,
      start,
      at: (instruction, set) => {
        if (instruction.kind !== "point") return null;
        const again = plan.frees.find(
          ({ point, value, path }) =>
            point === instruction.point &&
            path.length === 0 &&
            value.kind === "variable" &&
            set.has(value.variable),
        );
        return again ? "the same variable is freed again" : null;
      },
      atEnd: () => null,
    });
  }
  if (free.reset) return null;
  const { handle } = free.value;
  const site = plan.handles[handle]?.site;
  const start = new Set([theHandle]);
  return walkForward({
    ir,
    from: place,
    start,
    at: (instruction) => {
      if ("site" in instruction && instruction.site === site) return false;
      if (instruction.kind !== "point") return null;
      const again = plan.frees.find(
        ({ point, value }) =>
          point === instruction.point && value.kind === "handle" && value.handle === handle,
      );
      return again ? "the same handle is freed again" : null;
    },
    atEnd: () => null,
  });
}

/** Unknown code was given the buffer before. */
function handedOut({ ir, plan, values, free }: Context): string | null {
  const site = free.value.kind === "handle" ? plan.handles[free.value.handle]?.site : null;
  for (const block of ir.blocks) {
    for (const [index, instruction] of block.instructions.entries()) {
      const place = { block: block.id, index };
      for (const given of handsOut(instruction, values, place)) {
        const why = escapesTo({ ir, values, free, site: site ?? null }, place, given);
        if (why !== null) return why;
      }
    }
  }
  return null;
}

function handsOut(instruction: Instruction, values: Values, place: Place): readonly VariableId[] {
  if (instruction.kind === "opaque") return instruction.operands;
  if (instruction.kind === "yield") return instruction.source === null ? [] : [instruction.source];
  if (instruction.kind !== "call" || !isUnknown(instruction.callee, values, place)) return [];
  return instruction.arguments.filter((each) => !each.spread).map((each) => each.variable);
}

/** Nothing is known of the callee: it comes from outside, and nobody promises anything. */
function isUnknown(callee: Callee, values: Values, place: Place): boolean {
  if (callee.kind === "unknown") return callee.contract === null;
  if (callee.kind !== "value") return false;
  const from = values.definition(values.at(place).get(callee.variable) ?? "");
  const isOpen = callee.declared === null && callee.contract === null && callee.late === null;
  return isOpen && from?.kind === "foreign";
}

interface Escape {
  readonly ir: FunctionIr;
  readonly values: Values;
  readonly free: Free;
  readonly site: number | null;
}

function escapesTo({ ir, values, free, site }: Escape, from: Place, given: VariableId): string | null {
  const numbers = values.at(from);
  const number = numbers.get(given) ?? "";
  const born = values.definition(number);
  if (born?.kind !== "allocate") return null;
  const holders = new Set([...numbers].filter(([, each]) => each === number).map(([variable]) => variable));
  const byHandle = site === born.site;
  if (site !== null && !byHandle) return null;
  return walkForward({
    ir,
    from,
    // A handle goes on holding the buffer when no variable does.
    start: byHandle ? new Set([...holders, theHandle]) : holders,
    at: (instruction, set) => {
      if (byHandle && instruction === born) return false;
      if (instruction.kind !== "point" || instruction.point !== free.point) return null;
      const holds = free.value.kind === "handle" ? byHandle : set.has(free.value.variable);
      return holds ? "unknown code was given it before" : null;
    },
    atEnd: () => null,
  });
}

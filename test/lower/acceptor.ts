/**
 * Asks whether a control-flow graph allows a sequence of events: a non-deterministic automaton, one step an event.
 *
 * Events are calls of functions with names of one letter (`a`), such a call that throws (`a!`), `iterate` and
 * `close` (of an iterator), `await`, `yield` (either may throw too), and at the end `return` or `throw`.
 */
import type { Block, FunctionIr, Instruction } from "../../transformer/ir/ir.js";
import { successorsOf } from "../../transformer/ir/visit.js";

/** A place in the graph: before instruction `index` of a block. */
type Place = `${number}:${number}`;

function eventOf(instruction: Instruction): string | null {
  switch (instruction.kind) {
    case "call":
      return instruction.callee.kind === "value" && /^[a-z]$/.test(instruction.callee.name)
        ? instruction.callee.name
        : null;
    case "await":
      return instruction.implicit ? null : instruction.kind;
    case "iterate":
    case "yield":
      return instruction.kind;
    case "close-iterator":
      return "close";
    default:
      return null;
  }
}

interface Walk {
  readonly ir: FunctionIr;
  /** Places whose next instruction is an event. */
  readonly waiting: Set<Place>;
  readonly ends: Set<"return" | "throw">;
  readonly seen: Set<Place>;
}

/** Follows everything that is no event. */
function advance(walk: Walk, block: Block, from: number): void {
  const start: Place = `${block.id}:${from}`;
  if (walk.seen.has(start)) return;
  walk.seen.add(start);
  for (let i = from; i < block.instructions.length; i++) {
    if (eventOf(block.instructions[i] as Instruction) !== null) {
      walk.waiting.add(`${block.id}:${i}`);
      return;
    }
  }
  if (block.terminator.kind === "return") walk.ends.add("return");
  if (block.terminator.kind === "throw" && block.handler === null) walk.ends.add("throw");
  for (const id of successorsOf(block)) advance(walk, walk.ir.blocks[id] as Block, 0);
}

function newWalk(ir: FunctionIr): Walk {
  return { ir, waiting: new Set(), ends: new Set(), seen: new Set() };
}

function step(ir: FunctionIr, walk: Walk, event: string): Walk {
  const throws = event.endsWith("!");
  const name = throws ? event.slice(0, -1) : event;
  const next = newWalk(ir);
  for (const place of walk.waiting) {
    const [id = 0, index = 0] = place.split(":").map(Number);
    const block = ir.blocks[id] as Block;
    if (eventOf(block.instructions[index] as Instruction) !== name) continue;
    if (!throws) advance(next, block, index + 1);
    else if (block.handler === null) next.ends.add("throw");
    else advance(next, ir.blocks[block.handler] as Block, 0);
  }
  return next;
}

function union(a: Walk, b: Walk): Walk {
  const waiting = new Set([...a.waiting, ...b.waiting]);
  return { ...a, waiting, ends: new Set([...a.ends, ...b.ends]) };
}

/** Whether some path of the graph shows just these events. */
export function accepts(ir: FunctionIr, events: readonly string[]): boolean {
  let walk = newWalk(ir);
  advance(walk, ir.blocks[ir.entry] as Block, 0);
  for (const [i, event] of events.entries()) {
    const isLast = i === events.length - 1;
    // A generator that is ended while it waits runs no more of its code, unless there is a `finally`.
    if (event === "throw" && events[i - 1] === "yield") return isLast;
    if (event === "return" || event === "throw") return isLast && walk.ends.has(event);
    const next = step(ir, walk, event);
    // An exception closes iterators too, which needs no instruction: what it leaves is left to the collector.
    const mayBeSilent = event === "close" && events.slice(0, i).some((each) => each.endsWith("!"));
    walk = mayBeSilent ? union(walk, next) : next;
  }
  return false;
}

/** Every sequence of events in which no call throws and no edge of the graph is taken twice. */
export function traces(ir: FunctionIr): string[] {
  const found = new Set<string>();
  const visit = (block: Block, events: readonly string[], taken: ReadonlySet<string>): void => {
    const now = [...events, ...block.instructions.flatMap((each) => eventOf(each) ?? [])];
    const { terminator } = block;
    const ends = terminator.kind === "return" || (terminator.kind === "throw" && block.handler === null);
    if (ends) found.add([...now, terminator.kind].join(" "));
    for (const id of successorsOf(block)) {
      const edge = `${block.id}>${id}`;
      if (!taken.has(edge)) visit(ir.blocks[id] as Block, now, new Set([...taken, edge]));
    }
  };
  visit(ir.blocks[ir.entry] as Block, [], new Set());
  return [...found].sort();
}

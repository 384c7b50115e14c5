/** Lowers what runs however a piece of code ends: `finally`, the disposers of `using`, the closing of an iterator. */
import type TS from "typescript";
import type { BlockId, VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerEscape } from "./escape.js";

export interface Finally {
  readonly body: () => void;
  readonly finalizer: () => void;
}

/** Lowers `body`, then, however it ends, `finalizer`. */
export function lowerFinally(b: FunctionBuilder, node: TS.Node, { body, finalizer }: Finally): void {
  const entry = b.newBlock();
  const after = b.newBlock();
  const context = { kind: "finally" as const, entry, jumps: new Map() };
  b.contexts.push(context);
  b.withHandler(entry, body);
  b.contexts.pop();
  const completes = b.canContinue();
  b.jumpTo(entry);
  b.switchTo(entry);
  b.contexts.push({ kind: "finalizer", returned: { variable: null } });
  finalizer();
  b.contexts.pop();
  // An exception may have come in from anywhere, so going on throwing is always one way out: to the handler around, which may
  // be a `catch` inside of the next `finally`.
  const thrown = b.newBlock();
  const ways = [...context.jumps.values()];
  const targets = ways.map(() => b.newBlock());
  b.branchTo(...(completes ? [after] : []), thrown, ...targets);
  b.switchTo(thrown);
  b.end({ kind: "throw", origin: b.origin(node) });
  ways.forEach((way, i) => {
    b.switchTo(targets[i] as BlockId);
    b.jump(way, node);
  });
  b.switchTo(after);
}

/** How what a block declares with `using` is disposed of. */
export type Disposal = "at-once" | "awaited";

/** Runs `body`; if it declares a resource with `using`, its disposer runs at the end, and may throw. */
export function withDisposal(
  b: FunctionBuilder,
  node: TS.Node,
  disposal: Disposal | null,
  body: () => void,
): void {
  if (disposal === null) return body();
  const finalizer = (): void => {
    lowerEscape(b, node, { operands: [], reason: "passed-to-unknown", why: "disposed by `using`" });
    if (disposal === "awaited") b.emit(node, { kind: "suspend" });
  };
  lowerFinally(b, node, { body, finalizer });
}

/** How a loop goes over its iterator. */
export interface Iteration {
  readonly iterable: VariableId;
  readonly isAwait: boolean;
}

/**
 * Runs the body of a loop over an iterator. An exception in it closes the iterator, whose `return` runs before anybody catches the
 * exception; one of `for await` waits until that has ended, however the body is left.
 */
export function closing(
  b: FunctionBuilder,
  node: TS.Node,
  { iterable, isAwait }: Iteration,
  body: () => void,
): void {
  const thrown = b.newBlock();
  const after = b.newBlock();
  b.withHandler(thrown, () => {
    if (!isAwait) return body();
    lowerFinally(b, node, { body, finalizer: () => b.emit(node, { kind: "suspend" }) });
  });
  b.jumpTo(after);
  b.switchTo(thrown);
  b.emit(node, { kind: "close-iterator", iterable });
  if (isAwait) b.emit(node, { kind: "suspend" });
  b.end({ kind: "throw", origin: b.origin(node) });
  b.switchTo(after);
}

export function disposalOf(lists: readonly TS.VariableDeclarationList[]): Disposal | null {
  const using = lists.filter(isUsing);
  if (using.length === 0) return null;
  const isAwaited = using.some((each) => (each.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing);
  return isAwaited ? "awaited" : "at-once";
}

export function isUsing(node: TS.Node): boolean {
  return ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
}

/** Lowers loops. The names of a loop's header are bound anew for each iteration, as the language has it. */
import type TS from "typescript";
import type { BlockId, VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import { arrayWalk, lowerPair } from "./array-walk.js";
import { assignPattern } from "./assignment.js";
import { declarePattern, declareVariable } from "./binding.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerEscape } from "./escape.js";
import { lowerCondition, lowerExpression } from "./expression.js";
import { closing, disposalOf, isUsing, withDisposal } from "./finally.js";
import { lowerBody, lowerDeclarations } from "./statement.js";

interface LoopBlocks {
  readonly labels: readonly string[];
  readonly breakTo: BlockId;
  readonly continueTo: BlockId;
}

function lowerLoopBody(
  b: FunctionBuilder,
  body: TS.Statement,
  { labels, breakTo, continueTo }: LoopBlocks,
): void {
  b.contexts.push({ kind: "breakable", labels, plain: true, breakTo, continueTo });
  lowerBody(b, body);
  b.contexts.pop();
}

export function lowerWhile(b: FunctionBuilder, node: TS.WhileStatement, labels: readonly string[]): void {
  const head = b.newBlock();
  const body = b.newBlock();
  const after = b.newBlock();
  b.continueIn(head);
  lowerCondition(b, node.expression, body, after);
  b.switchTo(body);
  lowerLoopBody(b, node.statement, { labels, breakTo: after, continueTo: head });
  b.jumpTo(head);
  b.switchTo(after);
}

export function lowerDo(b: FunctionBuilder, node: TS.DoStatement, labels: readonly string[]): void {
  const body = b.newBlock();
  const test = b.newBlock();
  const after = b.newBlock();
  b.continueIn(body);
  lowerLoopBody(b, node.statement, { labels, breakTo: after, continueTo: test });
  b.continueIn(test);
  lowerCondition(b, node.expression, body, after);
  b.switchTo(after);
}

export function lowerFor(b: FunctionBuilder, node: TS.ForStatement, labels: readonly string[]): void {
  const { initializer } = node;
  const declared = initializer && ts.isVariableDeclarationList(initializer) ? initializer : null;
  // What it declares with `using` is disposed of when the loop is left.
  withDisposal(b, node, declared && disposalOf([declared]), () =>
    lowerForLoop(b, node, { labels, declared }),
  );
}

function lowerForLoop(
  b: FunctionBuilder,
  node: TS.ForStatement,
  { labels, declared }: { labels: readonly string[]; declared: TS.VariableDeclarationList | null },
): void {
  const head = b.newBlock();
  const body = b.newBlock();
  const step = b.newBlock();
  const after = b.newBlock();
  const own = declared && declared.flags & ts.NodeFlags.BlockScoped ? declared.declarations : [];
  const declareOwn = (keepsValue: boolean): void => {
    for (const each of own) declareVariable(b, each.name, { region: null, keepsValue });
  };
  declareOwn(false);
  if (declared) lowerDeclarations(b, declared);
  else if (node.initializer) lowerExpression(b, node.initializer as TS.Expression);
  // Each iteration has its own copy of the loop's variables, the first one too.
  declareOwn(true);
  b.continueIn(head);
  if (node.condition) lowerCondition(b, node.condition, body, after);
  else b.jumpTo(body);
  b.switchTo(body);
  lowerLoopBody(b, node.statement, { labels, breakTo: after, continueTo: step });
  b.continueIn(step);
  declareOwn(true);
  if (node.incrementor) lowerExpression(b, node.incrementor);
  b.jumpTo(head);
  b.switchTo(after);
}

/** `for … of`, `for await … of` and `for … in`. */
export function lowerForEach(
  b: FunctionBuilder,
  node: TS.ForInOrOfStatement,
  labels: readonly string[],
): void {
  const head = b.newBlock();
  const round = b.newBlock();
  const after = b.newBlock();
  const iterable = b.temporary();
  const walk = ts.isForOfStatement(node) ? arrayWalk(b.index, node) : null;
  const value = lowerExpression(b, walk ? walk.array : node.expression);
  b.emit(node.expression, { kind: "copy", target: iterable, source: value });
  const isAwait = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
  b.continueIn(head);
  const element = b.temporary();
  const item = walk?.pairs ? b.temporary() : element;
  if (ts.isForInStatement(node)) {
    b.emit(node.expression, { kind: "compute", target: element, operands: [iterable], coerces: false });
  } else {
    // The iterator is opened, and asked, also where it has nothing to give.
    b.emit(node.expression, { kind: "iterate", target: item, iterable, position: null });
    if (isAwait) b.emit(node.expression, { kind: "await", target: item, source: item, implicit: true });
  }
  b.branchTo(round, after);
  b.switchTo(round);
  if (walk?.pairs) lowerPair(b, node.expression, { target: element, value: item });
  // The loop is outside its iterator: `break` crosses the iterator and closes it.
  b.contexts.push({ kind: "breakable", labels, plain: true, breakTo: after, continueTo: head });
  if (ts.isForOfStatement(node)) b.contexts.push({ kind: "iterator", iterable, origin: b.origin(node) });
  const body = (): void => lowerIteration(b, node, element);
  if (ts.isForOfStatement(node)) closing(b, node, { iterable, isAwait }, body);
  else body();
  if (ts.isForOfStatement(node)) b.contexts.pop();
  b.contexts.pop();
  b.jumpTo(head);
  b.switchTo(after);
}

/** One round of the loop: gives its names the element, and runs the body. */
function lowerIteration(b: FunctionBuilder, node: TS.ForInOrOfStatement, element: VariableId): void {
  const { initializer } = node;
  if (!ts.isVariableDeclarationList(initializer)) {
    assignPattern(b, initializer, element);
    return lowerBody(b, node.statement);
  }
  for (const each of initializer.declarations) {
    if (initializer.flags & ts.NodeFlags.BlockScoped)
      declareVariable(b, each.name, { region: null, keepsValue: false });
    if (isUsing(initializer))
      lowerEscape(b, each, {
        operands: [element],
        reason: "passed-to-unknown",
        why: "disposed by `using`",
      });
    declarePattern(b, each.name, element);
  }
  withDisposal(b, node, disposalOf([initializer]), () => lowerBody(b, node.statement));
}

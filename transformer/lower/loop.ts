/** Lowers loops. The names of a loop's header are bound anew for each iteration, as the language has it. */
import type TS from "typescript";
import type { BlockId } from "../ir/ids.js";
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
  const body = b.newBlock();
  const after = b.newBlock();
  const iterable = b.temporary();
  const walk = ts.isForOfStatement(node) ? arrayWalk(b.index, node) : null;
  const value = lowerExpression(b, walk ? walk.array : node.expression);
  b.emit(node.expression, { kind: "copy", target: iterable, source: value });
  const isAwait = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
  b.continueIn(head);
  if (ts.isForOfStatement(node)) b.emit(node.expression, { kind: "run-iterator", iterable });
  b.branchTo(body, after);
  b.switchTo(body);
  const element = b.temporary();
  if (ts.isForInStatement(node)) {
    b.emit(node.expression, { kind: "compute", target: element, operands: [iterable], coerces: false });
  } else {
    const item = walk?.pairs ? b.temporary() : element;
    b.emit(node.expression, { kind: "iterate", target: item, iterable, position: null });
    if (isAwait) b.emit(node.expression, { kind: "await", target: item, source: item, implicit: true });
    if (walk?.pairs) lowerPair(b, node.expression, { target: element, value: item });
  }
  // The loop is outside its iterator: `break` crosses the iterator and closes it.
  b.contexts.push({ kind: "breakable", labels, plain: true, breakTo: after, continueTo: head });
  if (ts.isForOfStatement(node)) b.contexts.push({ kind: "iterator", iterable, origin: b.origin(node) });
  const { initializer } = node;
  if (ts.isVariableDeclarationList(initializer)) {
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
  } else assignPattern(b, initializer, element);
  const disposal = ts.isVariableDeclarationList(initializer) ? disposalOf([initializer]) : null;
  closing(b, node, isAwait, () => withDisposal(b, node, disposal, () => lowerBody(b, node.statement)));
  if (ts.isForOfStatement(node)) b.contexts.pop();
  b.contexts.pop();
  b.jumpTo(head);
  b.switchTo(after);
}

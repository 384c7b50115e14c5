/**
 * Counting loops: `for (let i = start; i < bound; i += step)`, up or down, and what they write altogether if each iteration
 * writes a range.
 *
 * # Idea
 * An iteration that ends writes [f(i), f(i) + width), with f(i) = k·i + d. Where k·step is at most the width, the
 * iterations' ranges touch, and together they are one: from the first iteration's to the last one's.
 *
 * # Invariants
 * - C1 The variable starts at a whole number and changes by the step alone, so it is whole throughout.
 * - C2 What {@link wholeRange} claims is right for a loop that ends by its condition, also if it runs no time: then the range is empty.
 * - C3 The bound is the same each time it is tested, which sums are (`lengths.ts`).
 *
 * # Example
 * `for (let i = 0; i < n; i += 2)` with `out[i]` and `out[i + 1]` written, [i, i + 2), writes [0, n), also for an odd n: an index
 * from the length on is no element.
 */
import type TS from "typescript";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import type { Range } from "./coverage.js";
import { type Lengths, mentions, substitute } from "./lengths.js";
import {
  type Atom,
  add,
  atomSum,
  atomsOf,
  constant,
  difference,
  isConstant,
  isWhole,
  plus,
  type Sum,
} from "./linear.js";

export interface CountingLoop {
  readonly symbol: TS.Symbol;
  readonly variable: Atom;
  readonly start: Sum;
  readonly direction: "up" | "down";
  /** By how much the variable changes, above 0. */
  readonly step: number;
  /** Going up: the first value that is too large. Going down: the last one that isn't too small. */
  readonly bound: Sum;
}

/** The loop as one that counts; `null` for any other. */
export function countingLoop(lengths: Lengths, node: TS.ForStatement): CountingLoop | null {
  const { initializer, condition } = node;
  if (!condition || !initializer || !ts.isVariableDeclarationList(initializer)) return null;
  if (!(initializer.flags & ts.NodeFlags.Let)) return null;
  for (const declaration of initializer.declarations) {
    const loop = countedBy(lengths, node, declaration);
    if (loop) return loop;
  }
  return null;
}

/** The loop, if it is the variable of `declaration` that counts, and nothing else assigns it. */
function countedBy(
  lengths: Lengths,
  node: TS.ForStatement,
  { name, initializer }: TS.VariableDeclaration,
): CountingLoop | null {
  const symbol = ts.isIdentifier(name) ? lengths.index.localSymbolOf(name) : undefined;
  const facts = symbol && lengths.index.factsOfBinding(symbol);
  if (!symbol || !initializer || facts?.assignments !== 2 || facts.assignedElsewhere) return null;
  const given = lengths.of(initializer);
  const change = changeOf(lengths, node, symbol);
  if (!given || !isWhole(given) || change === null) return null;
  const direction = change > 0 ? "up" : "down";
  // Without an increment it is the condition that counts, before the body.
  const start = node.incrementor ? given : plus(given, change);
  const isNatural = direction === "up" && isConstant(start) && start.constant >= 0;
  const variable = lengths.variable(symbol, { isWhole: true, isNatural });
  const bound = lengths.withKnown(symbol, null, () => boundOf(lengths, node, { symbol, direction, change }));
  return bound && { symbol, variable, start, direction, step: Math.abs(change), bound };
}

/** By how much the variable changes from one iteration to the next. */
function changeOf(
  lengths: Lengths,
  { condition, incrementor }: TS.ForStatement,
  symbol: TS.Symbol,
): number | null {
  const node = incrementor
    ? partThatCounts(lengths, incrementor, symbol)
    : condition && skipWrappers(condition);
  if (!node) return null;
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) {
    if (!isName(lengths, node.operand, symbol)) return null;
    if (node.operator === ts.SyntaxKind.PlusPlusToken) return incrementor ? 1 : null;
    return node.operator === ts.SyntaxKind.MinusMinusToken ? -1 : null;
  }
  if (!incrementor || !ts.isBinaryExpression(node) || !isName(lengths, node.left, symbol)) return null;
  const by = lengths.of(node.right);
  if (!by || !isConstant(by) || by.constant <= 0) return null;
  if (node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) return by.constant;
  return node.operatorToken.kind === ts.SyntaxKind.MinusEqualsToken ? -by.constant : null;
}

/** `i++` of `i++, j++`. */
function partThatCounts(lengths: Lengths, node: TS.Expression, symbol: TS.Symbol): TS.Expression | null {
  if (!ts.isBinaryExpression(node))
    return ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)
      ? isName(lengths, node.operand, symbol)
        ? node
        : null
      : null;
  if (node.operatorToken.kind !== ts.SyntaxKind.CommaToken)
    return isName(lengths, node.left, symbol) ? node : null;
  return partThatCounts(lengths, node.left, symbol) ?? partThatCounts(lengths, node.right, symbol);
}

interface Counting {
  readonly symbol: TS.Symbol;
  readonly direction: "up" | "down";
  readonly change: number;
}

function boundOf(
  lengths: Lengths,
  loop: TS.ForStatement,
  { symbol, direction, change }: Counting,
): Sum | null {
  const node = skipWrappers(loop.condition as TS.Expression);
  // `for (let i = n; i--; )` goes down to 0; of a negative n it never ends.
  if (ts.isPostfixUnaryExpression(node))
    return direction === "down" && !loop.incrementor ? constant(0) : null;
  if (!loop.incrementor || !ts.isBinaryExpression(node)) return null;
  const isLeft = isName(lengths, node.left, symbol);
  if (!isLeft && !isName(lengths, node.right, symbol)) return null;
  const bound = lengths.of(isLeft ? node.right : node.left);
  if (!bound) return null;
  const operator = isLeft ? node.operatorToken.kind : mirrored(node.operatorToken.kind);
  switch (operator) {
    case ts.SyntaxKind.LessThanToken:
      return direction === "up" ? bound : null;
    case ts.SyntaxKind.LessThanEqualsToken:
      return direction === "up" && isWhole(bound) ? plus(bound, 1) : null;
    case ts.SyntaxKind.GreaterThanToken:
      return direction === "down" && isWhole(bound) ? plus(bound, 1) : null;
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return direction === "down" && isWhole(bound) ? bound : null;
    // With a step of 1 it stops at the bound or not at all.
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
      if (Math.abs(change) !== 1 || !isWhole(bound)) return null;
      return direction === "up" ? bound : plus(bound, 1);
    default:
      return null;
  }
}

function mirrored(operator: TS.SyntaxKind): TS.SyntaxKind {
  switch (operator) {
    case ts.SyntaxKind.LessThanToken:
      return ts.SyntaxKind.GreaterThanToken;
    case ts.SyntaxKind.LessThanEqualsToken:
      return ts.SyntaxKind.GreaterThanEqualsToken;
    case ts.SyntaxKind.GreaterThanToken:
      return ts.SyntaxKind.LessThanToken;
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return ts.SyntaxKind.LessThanEqualsToken;
    default:
      return operator;
  }
}

function isName(lengths: Lengths, node: TS.Expression, symbol: TS.Symbol): boolean {
  const name = skipWrappers(node);
  return ts.isIdentifier(name) && lengths.index.symbolOf(name) === symbol;
}

/** How a range moves with the loop's variable. */
interface Motion {
  /** `k` times the step, without its sign. */
  readonly stride: Sum;
  readonly isReversed: boolean;
}

/** `null` for a range that leaves gaps between iterations, or doesn't move. */
function motionOf(loop: CountingLoop, { from, to }: Range): Motion | null {
  const { variable, step } = loop;
  const moving = [...from.terms.values()].filter(({ atom }) => mentions(atom, variable));
  const [only] = moving;
  if (!only || moving.length > 1) return null;
  const width = add(to, from, -1);
  if (atomsOf(width).some((each) => mentions(each, variable))) return null;
  const { atom, coefficient } = only;
  if (atom.key === variable.key) {
    const stride = constant(Math.abs(coefficient) * step);
    const gap = difference(width, stride);
    return gap !== null && gap >= 0 ? { stride, isReversed: coefficient < 0 } : null;
  }
  const factor = atom.factors?.find((each) => each.key !== variable.key);
  const isFactor = atom.factors?.some((each) => each.key === variable.key);
  if (!factor || !isFactor || coefficient !== 1 || step !== 1) return null;
  if (mentions(factor, variable) || !factor.isWhole || !factor.isNatural) return null;
  const stride = atomSum(factor);
  const gap = difference(width, stride);
  return gap !== null && gap >= 0 ? { stride, isReversed: false } : null;
}

/**
 * What the whole loop writes, if each iteration writes `range`, or at the start of an iteration (`until` the loop's variable), what
 * those before it have written; `null` if that is no one range.
 */
export function wholeRange(loop: CountingLoop, range: Range, until: "end" | "iteration"): Range | null {
  const motion = motionOf(loop, range);
  if (!motion) return null;
  const { variable, start, direction, step, bound } = loop;
  const { stride, isReversed } = motion;
  const at = (value: Sum): Sum | null => substitute(range.from, variable, value);
  const first = at(start);
  const last = until === "end" ? at(bound) : range.from;
  if (!first || !last) return null;
  // Seen from the elements: upwards from the first range, or downwards from it.
  if ((direction === "up") !== isReversed)
    return direction === "up" || until === "iteration" ? { from: first, to: last } : null;
  if (direction === "up" && !isWhole(bound)) return null;
  // The last value of a loop that goes down by more than one may lie up to `step - 1` above the bound.
  const late =
    until === "end" && direction === "down" && isConstant(stride)
      ? stride.constant - stride.constant / step
      : 0;
  const from = until === "iteration" || direction === "up" ? add(last, stride) : plus(last, late);
  return { from, to: add(first, stride) };
}

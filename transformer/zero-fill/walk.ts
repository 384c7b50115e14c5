/**
 * Follows one buffer through the statements after its birth, and proves that no element is read before it is written.
 *
 * # Idea
 * The buffer has one name, and until it is written whole nothing else may know it: every use of the name is a store of an element,
 * a question for the length, a read of an element that has surely been written, a library call or a function of the program that
 * writes it, or the proof fails. So code in between can do what it likes, and wherever it throws to, or leaves, the buffer is out of
 * reach: a `const` or `let` is seen in its own statement list only, and handlers inside are looked at as any other code.
 *
 * What is written is a {@link Coverage}, which only grows (V2). So a statement that isn't understood any further is looked at
 * with the coverage from before it, throughout, and leaves that one behind.
 *
 * # Invariants
 * - W1 A use is judged by what is written on every path to it.
 * - W2 A loop's ranges are claimed where each iteration that ends, by its end or by `continue`, writes them, and the loop ends by its
 *   condition; what a `break` leaves behind is met with that.
 * - W3 Inside a counting loop the iterations before may be relied on: they wrote what this one is shown to write.
 * - W4 What was made of a variable of a loop, or declared inside of it, says nothing outside.
 *
 * # Example
 * `const out = new Float64Array(n); out[0] = a; for (let i = 1; i < n; i++) out[i] = out[i - 1] + b; return out;` The loop reads
 * `out[i - 1]`, which is in [0, i): the store before the loop and the iterations before. After it all of [0, n) is written.
 */
import type TS from "typescript";
import { outermost, skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import {
  type Coverage,
  everything,
  isWritten,
  meet,
  nothing,
  type Range,
  without,
  withRange,
} from "./coverage.js";
import type { Lengths } from "./lengths.js";
import { atomSum, isWhole, plus, type Sum } from "./linear.js";
import { type CountingLoop, countingLoop, wholeRange } from "./loops.js";
import { useOf, usesOf } from "./uses.js";
import { writtenByCall } from "./writers.js";

/** The buffer at hand. */
export interface Followed {
  readonly lengths: Lengths;
  /** The variable that holds it. */
  readonly symbol: TS.Symbol;
  readonly length: Sum;
  /** Whether a call of a function of the program, to which the buffer is handed, writes all of it: `callees.ts`. */
  readonly isFilledBy: (call: TS.CallExpression) => boolean;
}

/** The proof failed. */
class Unproven extends Error {}

interface Frame {
  readonly labels: readonly string[];
  /** A loop is left by `continue` too, and, like a switch, by a plain `break`. */
  readonly kind: "loop" | "switch" | "block";
  /** What is written where a `continue` leaves the iteration; `null`: none does. */
  continued: Coverage | null;
  broken: Coverage | null;
}

type After = Coverage | null;

/**
 * Whether no element of the buffer is read before it is written, by the statements of a list and whatever can see the
 * buffer after them.
 */
export function isProven(followed: Followed, statements: readonly TS.Statement[]): boolean {
  // A list that ends by a jump is as good as one that is left at its end: nobody else has the buffer.
  const end = attempt(() => ({ at: new Walk(followed).list(statements, nothing) }));
  return end !== null;
}

/** The number of the statement of a list after which the buffer is written whole; the last one's if it never is. */
export function provenAt(followed: Followed, statements: readonly TS.Statement[]): number {
  const walk = new Walk(followed);
  let at: After = nothing;
  for (const [i, each] of statements.entries()) {
    at = walk.statement(each, at);
    if (at === null || at.isFull) return i;
  }
  return statements.length - 1;
}

/** Whether a function whose parameter holds the buffer writes all of it, before it reads any, on every path that returns. */
export function fillsWhole(followed: Followed, body: TS.Block | TS.Expression): boolean {
  return (
    attempt(() => {
      const at = new Walk(followed).function(body);
      return at === null || at.isFull ? true : null;
    }) !== null
  );
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unproven) return null;
    throw error;
  }
}

class Walk {
  private frames: Frame[] = [];
  /** Above 0, uses are not judged: what a loop writes is found out first, then its uses are judged. */
  private unjudged = 0;
  /** What is written at every `return`; `null`: there is none. */
  private returned: After = null;

  constructor(private readonly followed: Followed) {}

  /** What is written where a function returns. */
  function(body: TS.Block | TS.Expression): After {
    const end = ts.isBlock(body) ? this.list(body.statements, nothing) : this.effect(body, nothing);
    return meet(end, this.returned);
  }

  list(statements: readonly TS.Statement[], before: After): After {
    return statements.reduce((at: After, each) => this.statement(each, at), before);
  }

  /** What is written after a statement; `null` if it isn't left at its end. */
  statement(node: TS.Statement, before: After): After {
    if (before === null || before.isFull) return before;
    if (ts.isBlock(node)) return this.list(node.statements, before);
    if (ts.isExpressionStatement(node)) return this.effect(node.expression, before);
    if (ts.isIfStatement(node)) {
      this.judge(node.expression, before);
      const otherwise = node.elseStatement ? this.statement(node.elseStatement, before) : before;
      return meet(this.statement(node.thenStatement, before), otherwise);
    }
    if (ts.isForStatement(node)) return this.counting(node, before);
    if (ts.isReturnStatement(node)) {
      const at = node.expression ? this.effect(node.expression, before) : before;
      this.returned = meet(this.returned, at);
      return null;
    }
    if (ts.isThrowStatement(node)) {
      this.judge(node.expression, before);
      return null;
    }
    if (ts.isBreakOrContinueStatement(node)) return this.jump(node, before);
    return this.otherStatement(node, before);
  }

  /** Statements that write nothing that is relied on afterwards. */
  private otherStatement(node: TS.Statement, before: Coverage): After {
    if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
      this.judge(node.expression, before);
      return this.anyLoop(node.statement, node, before);
    }
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
      this.judge(node.initializer, before);
      this.judge(node.expression, before);
      return this.anyLoop(node.statement, node, before);
    }
    if (ts.isLabeledStatement(node)) {
      if (isLoop(innermost(node))) return this.statement(innermost(node), before);
      const frame = this.frame("block", labelsOf(node));
      const end = this.inside(frame, () => this.statement(innermost(node), before));
      return meet(end, frame.broken);
    }
    if (ts.isSwitchStatement(node)) {
      this.judge(node.expression, before);
      const frame = this.frame("switch", labelsOf(node.parent));
      this.inside(frame, () => {
        for (const clause of node.caseBlock.clauses) {
          if (ts.isCaseClause(clause)) this.judge(clause.expression, before);
          this.list(clause.statements, before);
        }
      });
      return before;
    }
    if (ts.isTryStatement(node)) return this.tryStatement(node, before);
    if (ts.isVariableStatement(node)) {
      return node.declarationList.declarations.reduce((at, { name, initializer }) => {
        this.judge(name, at);
        return initializer ? this.effect(initializer, at) : at;
      }, before);
    }
    this.judge(node, before);
    return before;
  }

  private tryStatement({ tryBlock, catchClause, finallyBlock }: TS.TryStatement, before: Coverage): After {
    const tried = this.statement(tryBlock, before);
    if (catchClause?.variableDeclaration) this.judge(catchClause.variableDeclaration, before);
    const caught = catchClause ? this.statement(catchClause.block, before) : null;
    const end = meet(tried, caught);
    if (!finallyBlock) return end;
    return this.statement(finallyBlock, before) === null ? null : end;
  }

  // Jumps

  private frame(kind: Frame["kind"], labels: readonly string[]): Frame {
    return { kind, labels, continued: null, broken: null };
  }

  private inside<T>(frame: Frame, body: () => T): T {
    this.frames.push(frame);
    const result = body();
    this.frames.pop();
    return result;
  }

  private jump(node: TS.BreakOrContinueStatement, at: Coverage): null {
    const isBreak = ts.isBreakStatement(node);
    const label = node.label?.text;
    // Without a target here, it leaves the list that sees the buffer.
    const frame = this.frames.findLast((each) => {
      if (label !== undefined) return each.labels.includes(label);
      return each.kind === "loop" || (isBreak && each.kind === "switch");
    });
    if (frame && isBreak) frame.broken = meet(frame.broken, at);
    else if (frame) frame.continued = meet(frame.continued, at);
    return null;
  }

  // Loops

  /** A loop of which nothing is claimed: it may run no time. */
  private anyLoop(body: TS.Statement, node: TS.Statement, before: Coverage): Coverage {
    this.inside(this.frame("loop", labelsOf(node.parent)), () => this.statement(body, before));
    return before;
  }

  private counting(node: TS.ForStatement, before: Coverage): After {
    for (const part of [node.initializer, node.condition, node.incrementor]) {
      if (part) this.judge(part, before);
    }
    const loop = countingLoop(this.followed.lengths, node);
    if (!loop) return this.anyLoop(node.statement, node, before);
    const { lengths } = this.followed;
    return lengths.withKnown(loop.symbol, atomSum(loop.variable), () =>
      this.countingBody(node, loop, before),
    );
  }

  private countingBody(node: TS.ForStatement, loop: CountingLoop, before: Coverage): After {
    const labels = labelsOf(node.parent);
    const run = (start: Coverage): { readonly frame: Frame; readonly each: Coverage } => {
      const frame = this.frame("loop", labels);
      const end = this.inside(frame, () => this.statement(node.statement, start));
      return { frame, each: meet(end, frame.continued) ?? everything };
    };
    this.unjudged++;
    const first = run(before);
    this.unjudged--;
    const claims = this.claimed(node, loop, first.each);
    if (this.unjudged > 0) return meet(claims("end", before), outside(node, first.frame.broken));
    const { frame } = run(claims("iteration", before));
    return meet(claims("end", before), outside(node, frame.broken));
  }

  /** What the iterations write together, in addition to what is written before the loop. */
  private claimed(node: TS.ForStatement, loop: CountingLoop, each: Coverage) {
    const { length } = this.followed;
    return (until: "end" | "iteration", before: Coverage): Coverage => {
      // An iteration that writes everything: so it is done after the first.
      if (each.isFull) return before;
      let result = before;
      // A variable of an iteration's own has another value in the next.
      const isOwn = (variable: object): boolean =>
        variable !== loop.symbol && isDeclaredIn(node, variable as TS.Symbol);
      for (const range of without(each, isOwn).ranges) {
        const all = wholeRange(loop, range, until);
        if (all) result = withRange(result, all, length);
      }
      return until === "end"
        ? without(result, (variable) => isDeclaredIn(node, variable as TS.Symbol))
        : result;
    };
  }

  // Expressions

  /** What is written after an expression whose value nobody uses, or that is assigned. */
  private effect(expression: TS.Expression, before: Coverage): Coverage {
    const node = skipWrappers(expression);
    if (ts.isBinaryExpression(node)) {
      const { left, operatorToken, right } = node;
      if (operatorToken.kind === ts.SyntaxKind.CommaToken)
        return this.effect(right, this.effect(left, before));
      if (operatorToken.kind === ts.SyntaxKind.EqualsToken) {
        this.judge(left, before);
        const range = this.storedBy(left);
        const after = this.effect(right, before);
        return range ? withRange(after, range, this.followed.length) : after;
      }
    }
    if (ts.isCallExpression(node) && this.isFilledBy(node)) {
      for (const each of node.arguments) if (!this.isName(each)) this.judge(each, before);
      return everything;
    }
    const written = ts.isCallExpression(node) ? writtenByCall(this.followed, node) : null;
    if (!written || !ts.isCallExpression(node)) {
      this.judge(node, before);
      return before;
    }
    for (const each of node.arguments) this.judge(each, before);
    return withRange(before, written, this.followed.length);
  }

  /** The range that a store writes: an element of the buffer. */
  private storedBy(target: TS.Expression): Range | null {
    const node = skipWrappers(target);
    if (!ts.isElementAccessExpression(node)) return null;
    const { lengths } = this.followed;
    if (!this.isName(node.expression)) return null;
    const index = lengths.of(node.argumentExpression);
    // A store at an index that isn't whole writes nothing.
    return index && isWhole(index) ? { from: index, to: plus(index, 1) } : null;
  }

  private isHandedToFill(name: TS.Identifier): boolean {
    const { parent } = outermost(name);
    return ts.isCallExpression(parent) && this.isFilledBy(parent);
  }

  private isName(node: TS.Expression): boolean {
    const { lengths, symbol } = this.followed;
    const name = skipWrappers(node);
    return ts.isIdentifier(name) && lengths.index.symbolOf(name) === symbol;
  }

  /** Whether the buffer is handed to a function that writes all of it. */
  private isFilledBy(call: TS.CallExpression): boolean {
    return call.arguments.some((each) => this.isName(each)) && this.followed.isFilledBy(call);
  }

  /** Fails if a use in `node` may see an element that isn't written. */
  private judge(node: TS.Node, at: Coverage): void {
    if (this.unjudged > 0 || at.isFull) return;
    const { lengths, symbol, length } = this.followed;
    for (const name of usesOf(lengths.index, node, symbol)) {
      if (isInFunction(name, node)) throw new Unproven();
      const use = useOf(lengths.index, name);
      switch (use.kind) {
        case "length":
        case "store":
          break;
        case "read": {
          const index = lengths.of(use.access.argumentExpression);
          if (!index || !isWritten(at, index, length)) throw new Unproven();
          break;
        }
        case "other":
          if (!isWholeFill(name) && !this.isHandedToFill(name)) throw new Unproven();
          // What comes after it in the same expression is judged as if it had not been filled: that is safe.
          break;
      }
    }
  }
}

/** `out.fill(x)` anywhere: its value is the buffer, but by then all of it is written. */
function isWholeFill(name: TS.Identifier): boolean {
  const node = outermost(name);
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== node || parent.name.text !== "fill")
    return false;
  const call = parent.parent;
  return (
    ts.isCallExpression(call) &&
    call.expression === parent &&
    !call.questionDotToken &&
    call.arguments.length === 1 &&
    !call.arguments.some(ts.isSpreadElement)
  );
}

function isInFunction(name: TS.Node, root: TS.Node): boolean {
  for (let at: TS.Node = name; at !== root; at = at.parent)
    if (ts.isFunctionLike(at) || ts.isClassLike(at)) return true;
  return ts.isFunctionLike(root) || ts.isClassLike(root);
}

/** What a jump out of a loop leaves behind, as it is seen there. */
function outside(loop: TS.Node, at: Coverage | null): Coverage | null {
  return at && without(at, (variable) => isDeclaredIn(loop, variable as TS.Symbol));
}

function isDeclaredIn(node: TS.Node, symbol: TS.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (!declaration) return true;
  for (let at: TS.Node = declaration; at; at = at.parent) if (at === node) return true;
  return false;
}

function isLoop(node: TS.Statement): boolean {
  return ts.isIterationStatement(node, false);
}

function innermost(node: TS.Statement): TS.Statement {
  return ts.isLabeledStatement(node) ? innermost(node.statement) : node;
}

/** The labels of a statement whose parent is `node`. */
function labelsOf(node: TS.Node): string[] {
  return ts.isLabeledStatement(node) ? [node.label.text, ...labelsOf(node.parent)] : [];
}

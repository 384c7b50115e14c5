/**
 * Functions of the program that fill what they are handed: every element of a parameter is written before any is read, on every path that
 * returns.
 *
 * # Idea
 * The callee's body is followed as the caller's statements are (`walk.ts`), for a buffer whose name is the parameter and whose length is
 * an atom of its own: so the proof holds for whatever length. Another argument that the caller gives is known to be that length, or to be
 * an array as long, where the caller's sums say so.
 *
 * # Conditions
 * - K1 The call runs the body of the one function that its callee means for good, at once: no method that may be overridden, no
 *   generator, nothing `async`.
 * - K2 The buffer is one argument, and so has one name in the callee: its parameter, which is never assigned, and isn't found in `arguments`.
 *   Before the call it has no other name than the caller's, so no other argument is the buffer, and nothing that the callee sees holds it.
 * - K3 The parameters have no defaults and no patterns: what runs is the body.
 * - K4 What the body shows of lengths of other arrays rests on quiet code, from its start on (`quiet.ts`).
 *
 * # Example
 * `function ramp(out: Float64Array, n: number) { for (let i = 0; i < n; i++) out[i] = i; }` fills `x` of `const x = new Float64Array(m)`
 * in `ramp(x, m)`, but not in `ramp(x, k)`.
 */
import type TS from "typescript";
import { functionNamed } from "../lower/callee.js";
import { forEachChild } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { Lengths } from "./lengths.js";
import { atomSum, difference, type Sum } from "./linear.js";
import { isQuiet } from "./quiet.js";
import { hasOwnLength } from "./sure-values.js";
import { isHoisted, usesOf } from "./uses.js";
import { type Followed, fillsWhole, provenAt } from "./walk.js";

/** A parameter that is the buffer's length, or an array as long. */
interface Mate {
  readonly symbol: TS.Symbol;
  readonly isArray: boolean;
}

type Body = TS.Block | TS.Expression;

export class Callees {
  /** Calls that were shown to fill the buffer that they are handed. */
  readonly filling = new Set<TS.Node>();
  private readonly pending = new Set<TS.Node>();

  constructor(private readonly index: ProgramIndex) {}

  /** The buffer at hand, with what is known of calls that are handed it. */
  follow(buffer: Pick<Followed, "lengths" | "symbol" | "length">): Followed {
    return { ...buffer, isFilledBy: (call) => this.isFilledBy(buffer, call) };
  }

  private isFilledBy(
    buffer: Pick<Followed, "lengths" | "symbol" | "length">,
    call: TS.CallExpression,
  ): boolean {
    const handed = call.arguments.filter((each) => isName(this.index, each, buffer.symbol));
    const [first] = handed;
    const declaration = this.calleeOf(call);
    if (!declaration || !first || handed.length !== 1 || this.pending.has(declaration)) return false;
    const parameters = declaration.parameters.map((each) => this.parameter(each));
    const own = parameters[call.arguments.indexOf(first)];
    if (!own || parameters.some((each) => each === null)) return false;
    const body = declaration.body as Body;
    if (usesOf(this.index, body, own).some((name) => isHoisted(name, body))) return false;
    const mates = call.arguments.flatMap((each, i): Mate[] => {
      const symbol = parameters[i];
      const mate = symbol && symbol !== own ? mateOf(buffer, each) : null;
      return symbol && mate ? [{ symbol, isArray: mate === "array" }] : [];
    });
    this.pending.add(declaration);
    const isProven = [false, true].some((lengthsAreSteady) =>
      this.proves(body, own, { mates, lengthsAreSteady }),
    );
    this.pending.delete(declaration);
    if (isProven) this.filling.add(call);
    return isProven;
  }

  /** K1, K3 */
  private calleeOf(call: TS.CallExpression): TS.FunctionLikeDeclaration | null {
    if (ts.isOptionalChain(call) || call.arguments.some(ts.isSpreadElement)) return null;
    const named = functionNamed(this.index, skipWrappers(call.expression));
    if (!named || named.isMade || this.index.indexOf(named.declaration) !== this.index) return null;
    const { declaration } = named;
    const isPlain =
      ts.isFunctionDeclaration(declaration) ||
      ts.isFunctionExpression(declaration) ||
      ts.isArrowFunction(declaration);
    if (!isPlain || declaration.asteriskToken || !declaration.body) return null;
    if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Async) return null;
    return mentionsArguments(declaration.body) ? null : declaration;
  }

  /** The variable of a plain parameter that keeps its value. */
  private parameter(node: TS.ParameterDeclaration): TS.Symbol | null {
    if (!ts.isIdentifier(node.name) || node.initializer || node.dotDotDotToken || node.name.text === "this")
      return null;
    const symbol = this.index.localSymbolOf(node.name);
    const facts = symbol && this.index.factsOfBinding(symbol);
    return symbol && !facts?.reassigned && symbol.declarations?.length === 1 ? symbol : null;
  }

  private proves(
    body: Body,
    symbol: TS.Symbol,
    { mates, lengthsAreSteady }: { readonly mates: readonly Mate[]; readonly lengthsAreSteady: boolean },
  ): boolean {
    const isInRegion = (node: TS.Node): boolean => body.pos <= node.pos && node.end <= body.end;
    const lengths = new Lengths(this.index, { lengthsAreSteady, isInRegion });
    const length = atomSum(lengths.variable(symbol, { isWhole: true, isNatural: true }));
    const followed = this.follow({ lengths, symbol, length });
    const known = [symbol, ...mates.map((each) => each.symbol)];
    return withAllKnown(lengths, known, length, () => {
      if (!fillsWhole(followed, body)) return false;
      if (!lengthsAreSteady && !mates.some((each) => each.isArray)) return true;
      // K4
      const region = ts.isBlock(body)
        ? body.statements.slice(0, provenAt(followed, body.statements) + 1)
        : [body];
      return region.every((each) => isQuiet(this.index, each, { buffer: symbol, filling: this.filling }));
    });
  }
}

function withAllKnown(
  lengths: Lengths,
  [first, ...rest]: readonly TS.Symbol[],
  value: Sum,
  body: () => boolean,
): boolean {
  if (!first) return body();
  return lengths.withKnown(first, value, () => withAllKnown(lengths, rest, value, body));
}

/** Whether an argument is the buffer's length, or an array as long. */
function mateOf(
  { lengths, length }: Pick<Followed, "lengths" | "length">,
  argument: TS.Expression,
): "number" | "array" | null {
  const node = skipWrappers(argument);
  const value = lengths.of(node);
  if (value) return difference(value, length) === 0 ? "number" : null;
  if (!ts.isIdentifier(node) || !hasOwnLength(lengths.index, node)) return null;
  const size = lengths.lengthOfVariable(node);
  return size && difference(size, length) === 0 ? "array" : null;
}

function isName(index: ProgramIndex, node: TS.Expression, symbol: TS.Symbol): boolean {
  const name = skipWrappers(node);
  return ts.isIdentifier(name) && index.symbolOf(name) === symbol;
}

function mentionsArguments(node: TS.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === "arguments";
  return forEachChild(node, (each) => mentionsArguments(each) || undefined) === true;
}

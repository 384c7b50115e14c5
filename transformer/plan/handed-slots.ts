/**
 * Finds the calls at which a caller can hand its own slot to the function that makes the buffer.
 *
 * # Idea
 * Code that preallocates by hand passes its scratch to what fills it: `multiply(a, b, result)`. Here a caller that frees what a call returns
 * passes its slot, as one argument more, and the callee allocates from that, or passes it on to the call whose value it returns. So
 * each place in the program has room of its own, however many of them call the same function.
 *
 * # Conditions
 * What a slot does is what the pool does, so these keep two things only: that nobody can tell that there is one argument more, and profit.
 * - H1 The call names its callee, which is that function for good: a declaration, an arrow function or a function expression, of which the
 *   output is ours too. No method, which another may stand in for. It has no optional chain and no spread, and no more arguments than the
 *   callee has parameters; those that lack are passed as `undefined`.
 * - H2 The callee has no rest parameter, does not use `arguments`, and is no strict function of its own (`"use strict"` allows for
 *   plain parameters only). The added parameter has a default value, so that the function's `length` stays.
 * - H3 Anything may come in the place of a slot: `rows.map(callee)` passes three arguments. The runtime takes from what it has made itself
 *   as a slot, and from nothing else.
 * - H4 The added parameter is the last one, and is not initialised yet where the others' defaults are evaluated: what these make doesn't take from it.
 * - H5 Every site that makes what the call returns can take from a slot, or hands it on in the same way, and its buffers are freed by the
 *   callers only.
 *
 * # Example
 * ```ts
 * function double(a: Float64Array): Float64Array { // function double(a, $into = void 0) {
 *   const result = new Float64Array(a.length); //       const result = $takeUninitialized($into, Float64Array, a.length);
 *   …
 * const twice = double(a); //                         const twice = double(a, $twiceSlot ??= $slot());
 * ```
 */
import type TS from "typescript";
import type { FunctionId, SiteId } from "../ir/ids.js";
import { functionNamed } from "../lower/callee.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { ts } from "../typescript.js";
import type { PlannedSite } from "./plan.js";
import type { PlannedFunction } from "./program-plan.js";

/** A site of a function. */
export interface SiteOf {
  readonly planned: PlannedFunction;
  readonly site: PlannedSite;
}

export interface HandedSlotsInput {
  readonly index: ProgramIndex;
  readonly byId: ReadonlyMap<FunctionId, PlannedFunction>;
  /** Whether a site of the form `new X(length)` may take from a slot. */
  readonly mayTake: (at: SiteOf) => boolean;
}

/** A call that hands down a slot. */
export interface Handing {
  readonly call: SiteOf;
  /** The number of the argument. */
  readonly position: number;
  /** The sites of the callee that take from it or hand it on. */
  readonly takers: readonly SiteOf[];
}

/** The call, and those of callees that hand on what it hands them; `null` if it can't. */
export function handedFrom(input: HandedSlotsInput, call: SiteOf): readonly Handing[] | null {
  return handedWithin(input, call, new Set());
}

function handedWithin(
  input: HandedSlotsInput,
  call: SiteOf,
  visiting: ReadonlySet<PlannedSite>,
): readonly Handing[] | null {
  const { madeAt } = call.site;
  const node = callAt(call.planned, call.site.site);
  const [first] = madeAt;
  const callee = first && input.byId.get(first.function);
  if (!node || !callee || !isHandable(input.index, node, callee)) return null;
  if (madeAt.some((made) => made.function !== first.function)) return null;
  const takers: SiteOf[] = [];
  const further: Handing[] = [];
  for (const made of madeAt) {
    const site = callee.plan.sites.find((each) => each.site === made.site);
    if (!site || visiting.has(site) || isFreedIn(callee, made.site) || !isInBody(callee, site)) return null;
    const taker: SiteOf = { planned: callee, site };
    takers.push(taker);
    if (site.madeAt.length === 0 && input.mayTake(taker)) continue;
    const deeper = handedWithin(input, taker, new Set([...visiting, site]));
    if (!deeper) return null;
    further.push(...deeper);
  }
  const position = parametersOf(callee.lowered.source.node as TS.FunctionLikeDeclaration).length;
  return [{ call, position, takers }, ...further];
}

/** H4 */
function isInBody({ lowered: { source } }: PlannedFunction, { origin }: PlannedSite): boolean {
  const { body } = source.node as TS.FunctionLikeDeclaration;
  const node = source.origins[origin] as TS.Node | undefined;
  return body !== undefined && node !== undefined && node.pos >= body.pos && node.end <= body.end;
}

function isFreedIn({ plan }: PlannedFunction, site: SiteId): boolean {
  return plan.frees.some(({ sites }) => sites.includes(site));
}

/** The call that a site is. */
export function callAt({ lowered }: PlannedFunction, site: SiteId): TS.CallExpression | null {
  const info = lowered.ir.sites[site];
  const node = info && lowered.source.origins[info.origin];
  return info?.site.kind === "call" && !info.implicit && node && ts.isCallExpression(node) ? node : null;
}

/** H1, H2 */
function isHandable(index: ProgramIndex, call: TS.CallExpression, callee: PlannedFunction): boolean {
  const { node } = callee.lowered.source;
  if (!ts.isFunctionDeclaration(node) && !ts.isFunctionExpression(node) && !ts.isArrowFunction(node))
    return false;
  const { functionKind, hasRest } = callee.lowered.ir;
  if (functionKind !== "ordinary" || hasRest || isStrictByItself(node)) return false;
  if (ts.isOptionalChain(call) || call.arguments.some(ts.isSpreadElement)) return false;
  return (
    call.arguments.length <= parametersOf(node).length &&
    functionNamed(index, call.expression)?.declaration === node
  );
}

function isStrictByItself({ body }: TS.FunctionLikeDeclaration): boolean {
  if (!body || !ts.isBlock(body)) return false;
  const [first] = body.statements;
  return first !== undefined && ts.isExpressionStatement(first) && ts.isStringLiteral(first.expression);
}

/** The parameters that a function has when types are gone. */
function parametersOf(node: TS.FunctionLikeDeclaration): readonly TS.ParameterDeclaration[] {
  return node.parameters.filter(({ name }) => !ts.isIdentifier(name) || name.text !== "this");
}

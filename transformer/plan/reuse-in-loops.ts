/**
 * Lets a loop reuse one buffer in all of its iterations: what an iteration frees waits in a local variable for the next one.
 *
 * # Idea
 * Code that preallocates by hand takes its scratch out of the loop. Here the free inside of the loop becomes an assignment to a
 * variable that stands before it, and the allocation looks there first; what is left after the loop is freed then. Both are little more than
 * moves between registers, where the runtime's other calls cost 20 to 50 ns. It is a variable of the call: recursion, generators and async functions
 * have one each.
 *
 * # Invariants
 * - U1 (S1, S2) Into the variable comes only what a free of the plan frees, at its place; the allocation takes it out again. So it is in
 *   one place at a time, and nothing else knows it. Whether each path through the loop frees has no part in that.
 * - U2 (S4) What is taken out has the length that is asked for, or it stays unused. The length is evaluated once, where it was.
 * - U3 (S5) It is zeroed, unless the site's buffers are overwritten whole.
 * - U4 Where frees are watched, preserved or off, `reuse` of the runtime frees, and gives nothing to take.
 *
 * # Conditions
 * About profit, but for the first:
 * - R1 The site is `new X(length)` of a typed array, the first value of a `const`, or of a `let` that is not assigned again, and freed by that
 *   name only, all within the loop.
 * - R2 The loop stands in a list of statements, and is left at its end: no `return`, and no jump to a label further out.
 *   A buffer is lost to the pool by every other way out.
 * - R3 Nothing in the length is declared or assigned in the loop, as far as its text says.
 * - R4 Of several such loops around the site it is the outermost.
 *
 * # Example
 * ```ts
 * for (const row of rows) {                // let $tmp; for (…) {
 *   const tmp = new Float64Array(n);       //   const tmp = $tmp !== undefined && $tmp.length === n ? $zero($tmp) : $alloc(Float64Array, n);
 *                                          //   $tmp = undefined;
 *   total += work(row, tmp);               //   total += work(row, tmp);
 * }                                        //   $tmp = $reuse(tmp); } $free($tmp);
 * ```
 */
import type TS from "typescript";
import { isDeclaredWith } from "../lower/declared-with.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { isFunctionNode } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { isSteady, leavesOnlyAtEnd } from "./loop-profit.js";
import type { Free, FunctionPlan, PlannedSite, Reuse } from "./plan.js";
import { isFreed } from "./plan.js";
import type { PlannedFunction } from "./program-plan.js";

/** The plans, with the sites and frees marked whose buffers loops reuse. */
export function reuseInLoops(
  index: ProgramIndex,
  functions: readonly PlannedFunction[],
): readonly PlannedFunction[] {
  return functions.map((planned) => ({ ...planned, plan: reuseIn(index, planned) }));
}

function reuseIn(index: ProgramIndex, planned: PlannedFunction): FunctionPlan {
  const { plan } = planned;
  const reuses: Reuse[] = [];
  const bySite = new Map<PlannedSite, number>();
  const byFree = new Map<Free, number>();
  for (const site of plan.sites) {
    const found = reuseOf(index, planned, site);
    if (!found) continue;
    bySite.set(site, reuses.length);
    for (const free of found.frees) byFree.set(free, reuses.length);
    reuses.push(found.reuse);
  }
  if (reuses.length === 0) return plan;
  const mark = <T extends object>(each: T, reuse: number | undefined): T =>
    reuse === undefined ? each : { ...each, reuse };
  return {
    ...plan,
    reuses,
    sites: plan.sites.map((each) => mark(each, bySite.get(each))),
    frees: plan.frees.map((each) => mark(each, byFree.get(each))),
  };
}

interface Found {
  readonly reuse: Reuse;
  readonly frees: readonly Free[];
}

/** How a loop reuses what a site makes; `null` where none does. */
function reuseOf(index: ProgramIndex, planned: PlannedFunction, site: PlannedSite): Found | null {
  const { lowered, plan } = planned;
  const node = lowered.source.origins[site.origin];
  const declared = node && birthOf(planned, site, node);
  if (!declared || plan.sites.some((each) => each !== site && each.origin === site.origin)) return null;
  const frees = plan.frees.filter(({ sites }) => sites.includes(site.site));
  const isPlain = ({ value, path, guards, reset, sites, slotOf }: Free): boolean =>
    value.kind === "variable" &&
    isDeclaredWith(lowered, site.site, value.variable) &&
    path.length + guards.length === 0 &&
    !reset &&
    sites.length === 1 &&
    slotOf === undefined;
  if (frees.length === 0 || !frees.every(isPlain)) return null;
  const length = (node as TS.NewExpression).arguments?.[0];
  const places = frees.map((free) => nodeOf(planned, free));
  for (const loop of loopsAround(declared)) {
    const where = placeBefore(planned, loop);
    const isInside = (each: TS.Node | undefined): boolean =>
      each !== undefined && each !== loop && loop.pos <= each.pos && each.end <= loop.end;
    if (!where || !leavesOnlyAtEnd(loop) || !places.every(isInside)) continue;
    if (length && !isSteady(index, length, loop)) continue;
    const name = (declared.name as TS.Identifier).text;
    return { frees, reuse: { ...where, site: site.site, name, isRepeated: isInLoop(loop) } };
  }
  return null;
}

/** R1: the declaration whose first value a site is. */
function birthOf(
  { lowered }: PlannedFunction,
  { site, verdict, handle, isOverwritten = false }: PlannedSite,
  node: TS.Node,
): TS.VariableDeclaration | null {
  const info = lowered.ir.sites[site];
  if (!isFreed(verdict) || verdict.elsewhere.length > 0 || handle !== null) return null;
  if (info?.site.kind !== "buffer" || info.implicit || info.site.form !== "length") return null;
  if (info.site.type === "ArrayBuffer" || (!isOverwritten && info.site.type.startsWith("Big"))) return null;
  const { parent } = node;
  if (!ts.isNewExpression(node) || !ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name))
    return null;
  const list = parent.parent;
  if (!ts.isVariableDeclarationList(list) || list.declarations.length !== 1) return null;
  const scoping = list.flags & ts.NodeFlags.BlockScoped;
  if (scoping !== ts.NodeFlags.Let && scoping !== ts.NodeFlags.Const) return null;
  if (!ts.isVariableStatement(list.parent)) return null;
  return parent;
}

/** Where a free stands: a node that it is inserted in, before or after. */
function nodeOf({ lowered: { ir, source } }: PlannedFunction, { point }: Free): TS.Node | undefined {
  const at = ir.points[point];
  if (!at) return undefined;
  return at.kind === "statement" ? source.regions[at.region]?.node : source.origins[at.origin];
}

/** The loops of the same function around a node, with their labels, from the outermost. */
function loopsAround(node: TS.Node): readonly TS.Statement[] {
  const found: TS.Statement[] = [];
  for (let at = node; at.parent && !isFunctionNode(at); at = at.parent) {
    if (!ts.isIterationStatement(at, false)) continue;
    let loop: TS.Statement = at;
    while (ts.isLabeledStatement(loop.parent)) loop = loop.parent;
    found.unshift(loop);
  }
  return found;
}

function isInLoop(loop: TS.Statement): boolean {
  return loopsAround(loop.parent).length > 0;
}

/** R2: the statement that a loop is in its list. */
function placeBefore(
  { lowered: { ir, source } }: PlannedFunction,
  loop: TS.Statement,
): Pick<Reuse, "region" | "index"> | null {
  const { parent } = loop;
  const isModule = ts.isSourceFile(parent) && ts.isExternalModule(parent);
  if (!ts.isBlock(parent) && !isModule) return null;
  const index = (parent as TS.Block | TS.SourceFile).statements.indexOf(loop);
  const region = source.regions.findIndex((each) => each.node === parent && each.role === "list");
  const info = ir.regions[region];
  return info?.takesDeclarations ? { region: info.id, index } : null;
}

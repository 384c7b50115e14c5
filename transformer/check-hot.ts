/**
 * Finds the buffers that hot code makes and that are not freed.
 *
 * `@autofree hot` asks that each buffer made in the code it stands before is freed, or is no allocation any more. What
 * counts is the linked verdict: where the innermost directive around a site is `hot`, any verdict but `freed`, `static` and
 * `scalar` is an error. A function that was left alone has no verdicts: there each expression that may make a buffer is one.
 *
 * ```ts
 * // @autofree hot
 * for (const row of rows) {
 *   const tmp = row.slice(); // error: it is stored where its end is not seen
 *   kept.push(tmp);
 * }
 * ```
 *
 * H1 A site is judged by the innermost directive around it, wherever the function begins: `keep` inside of `hot` exempts it.
 * H2 What is not analysed is not freed (S3).
 */
import type TS from "typescript";
import { diagnosticAt, nodePlace, type Place, remarkAt } from "./directive-errors.js";
import type { FunctionId } from "./ir/ids.js";
import type { LoweredFunction } from "./lower/builder.js";
import { directiveAround, type FoundDirective, misplacedDirectives } from "./lower/directive.js";
import type { SyntaxSite } from "./lower/find-sites.js";
import { isFreed, type PlannedSite, type SiteVerdict } from "./plan/plan.js";
import type { PlannedFunction } from "./plan/program-plan.js";
import { reasonPhrase } from "./plan/reasons.js";
import { freeNode } from "./report/source-place.js";

/** Codes of the errors about hot code. */
export const hotErrorCodes = { notFreed: 99008, misplaced: 99009 } as const;

export interface HotInput {
  /** With linked verdicts. */
  readonly functions: readonly PlannedFunction[];
  /** What may make buffers in functions that were left alone, and why they were. */
  readonly leftAlone: readonly (SyntaxSite & { readonly why: string })[];
  /** The files of the program, to look for misplaced directives in. */
  readonly files: readonly TS.SourceFile[];
}

/** The errors, in the order of the functions. */
export function checkHot({ functions, leftAlone, files }: HotInput): TS.Diagnostic[] {
  const program = { functions, byId: new Map(functions.map((each) => [each.lowered.ir.id, each])) };
  const unfreed = functions.flatMap(({ lowered, plan }) =>
    plan.sites.flatMap((site) => {
      if (lowered.ir.sites[site.site]?.implicit || !isLost(site.verdict)) return [];
      const node = nodeOf(lowered, site.origin);
      const hot = hotAround(node);
      return hot ? [unfreedError({ program, lowered, site, node, hot })] : [];
    }),
  );
  const unknown = leftAlone.flatMap(({ node, why }) => {
    const hot = hotAround(node);
    const text = `The function around it is not analysed (${why}).`;
    return hot
      ? [errorAt(node, `it is in code that is not analysed: ${why}`, [remarkHere(node, text), asked(hot)])]
      : [];
  });
  return [...files.flatMap(misplacedDirectives).map(misplacedError), ...unfreed, ...unknown];
}

function isLost({ kind }: SiteVerdict): boolean {
  return kind === "kept" || kind === "partial";
}

function hotAround(node: TS.Node): FoundDirective | null {
  const found = directiveAround(node);
  return found?.directive === "hot" ? found : null;
}

function nodeOf({ source }: LoweredFunction, origin: PlannedSite["origin"]): TS.Node {
  return source.origins[origin] as TS.Node;
}

interface Planned {
  readonly functions: readonly PlannedFunction[];
  readonly byId: ReadonlyMap<FunctionId, PlannedFunction>;
}

interface Unfreed {
  readonly program: Planned;
  readonly lowered: LoweredFunction;
  readonly site: PlannedSite;
  readonly node: TS.Node;
  readonly hot: FoundDirective;
}

function unfreedError({ program, lowered, site, node, hot }: Unfreed): TS.Diagnostic {
  const { verdict } = site;
  const remarks: TS.DiagnosticRelatedInformation[] = [];
  if (verdict.kind === "kept") {
    for (const { origin, why } of verdict.path) remarks.push(remarkHere(nodeOf(lowered, origin), why));
    for (const made of madeByKept(program, site)) remarks.push(remarkHere(made, "made here"));
  } else if (isFreed(verdict)) {
    const elsewhere = verdict.elsewhere.map(({ function: id, point }) => ({
      in: program.byId.get(id),
      point,
    }));
    const freed = [...verdict.points.map((point) => ({ in: { lowered }, point })), ...elsewhere];
    for (const { in: owner, point } of freed)
      if (owner) remarks.push(remarkHere(freeNode(owner.lowered, point), "freed on the path by here"));
    // What callers do is said below, for their part of what they are given.
    for (const { origin, why, function: other } of verdict.losses ?? [])
      if (other === undefined) remarks.push(remarkHere(nodeOf(lowered, origin), why));
  }
  for (const { node: call, why } of keptByCallers(program, lowered.ir.id, site))
    remarks.push(remarkHere(call, why));
  const why =
    verdict.kind === "kept"
      ? reasonPhrase(verdict.reason)
      : isFreed(verdict) && verdict.elsewhere.length > 0
        ? "only some of the callers free it"
        : "it is freed on some paths only";
  return errorAt(node, why, [...remarks, asked(hot)]);
}

/** Where a kept buffer that a call gives is made. */
function madeByKept({ byId }: Planned, site: PlannedSite): TS.Node[] {
  if (site.verdict.kind !== "kept" || site.verdict.reason !== "keep-directive") return [];
  return site.madeAt.flatMap((made) => {
    const maker = byId.get(made.function);
    const origin = maker?.lowered.ir.sites[made.site]?.origin;
    return maker && origin !== undefined ? [nodeOf(maker.lowered, origin)] : [];
  });
}

/** The calls that give a site's buffer to a caller that does not free it. */
function keptByCallers({ functions }: Planned, id: FunctionId, { site }: PlannedSite) {
  return functions.flatMap(({ lowered, plan }) =>
    plan.sites.flatMap((each) => {
      if (!isLost(each.verdict)) return [];
      if (!each.madeAt.some((made) => made.function === id && made.site === site)) return [];
      const { verdict } = each;
      const why = verdict.kind === "kept" ? reasonPhrase(verdict.reason) : "it is freed on some paths only";
      return [{ node: nodeOf(lowered, each.origin), why: `given to this caller: ${why}` }];
    }),
  );
}

function errorAt(node: TS.Node, why: string, related: TS.DiagnosticRelatedInformation[]): TS.Diagnostic {
  const text = `A buffer made in hot code is not freed: ${why}.`;
  return diagnosticAt(nodePlace(node), { code: hotErrorCodes.notFreed, text }, related);
}

function remarkHere(node: TS.Node, why: string): TS.DiagnosticRelatedInformation {
  return remarkAt(nodePlace(node), why, hotErrorCodes.notFreed);
}

function asked(hot: Place): TS.DiagnosticRelatedInformation {
  return remarkAt(hot, "asked for here", hotErrorCodes.notFreed);
}

function misplacedError({ directive, ...place }: FoundDirective): TS.Diagnostic {
  const text = `'@autofree ${directive}' stands before nothing. Put it right before a statement, a function, a declaration or a member.`;
  return diagnosticAt(place, { code: hotErrorCodes.misplaced, text });
}

/**
 * Drops the frees that give nothing back.
 *
 * # Idea
 * The runtime recycles what it has handed out. What the engine or a library makes (`filter`, `toSorted`, `TextEncoder.encode`) never
 * comes from the pool, and what is no larger than {@link tiny} bytes the engine makes in its own heap, more quickly than the pool could. To
 * free those costs a call and saves nothing, so they are left to the collector, and the report says so.
 *
 * # Invariants
 * - P1 Frees are only dropped, none is added or moved: leaving one out is always right (S1).
 * - P2 A free stays if anything that it may free is worth it: made at a site that the runtime has a counterpart of, here or in a callee.
 * - P3 A site's verdict is `not-profitable` only if no free of its buffers is left.
 *
 * # Example
 * `const evens = a.filter(isEven); use(evens);` frees nothing: `filter` makes its result itself. In
 * `let t = a.filter(isEven); if (t.length < 9) t = new Float64Array(n); use(t);` the free of `t` stays.
 */

import type { BufferType } from "../ir/effect.js";
import type { FunctionId, PointId, SiteId } from "../ir/ids.js";
import type { SiteKind } from "../ir/ir.js";
import { withoutIdleHandles } from "./idle-handles.js";
import { isFreed, type PlannedSite, type SiteVerdict } from "./plan.js";
import type { PlannedFunction } from "./program-plan.js";

/** As `small` in `runtime/pool.ts`. */
const tiny = 64;

export function dropUnprofitable(functions: readonly PlannedFunction[]): readonly PlannedFunction[] {
  const worth = new Worth(functions);
  const kept = new Map(
    functions.map(({ plan }) => [
      plan.function,
      plan.frees.filter(
        ({ sites }) => sites.length === 0 || sites.some((each) => worth.of(plan.function, each)),
      ),
    ]),
  );
  /** Whether a free that is left at a point of a caller may be of what that site makes. */
  const isFreedAt = (caller: FunctionId, point: PointId, made: Made): boolean =>
    kept
      .get(caller)
      ?.some((free) => free.point === point && free.sites.some((each) => worth.stems(caller, each, made))) ??
    false;
  return functions.map(({ lowered, plan }) => {
    const frees = kept.get(plan.function) ?? [];
    const sites = plan.sites.map((site): PlannedSite => {
      const { verdict } = site;
      if (!isFreed(verdict) || worth.of(plan.function, site.site)) return site;
      const isFreedHere = frees.some((free) => free.sites.includes(site.site));
      const isFreedElsewhere = verdict.elsewhere.some((each) =>
        isFreedAt(each.function, each.point, { function: plan.function, site: site.site }),
      );
      return isFreedHere || isFreedElsewhere ? site : { ...site, verdict: unprofitable(site) };
    });
    return { lowered, plan: withoutIdleHandles({ ...plan, frees, sites }) };
  });
}

interface Made {
  readonly function: FunctionId;
  readonly site: SiteId;
}

function unprofitable({ origin }: PlannedSite): SiteVerdict {
  const why = "its memory would not be recycled, so that a free would cost time and save nothing";
  return { kind: "kept", reason: "not-profitable", path: [{ origin, why }] };
}

/** Which sites make buffers that are worth a free, and where these are made. */
class Worth {
  private readonly plans: ReadonlyMap<FunctionId, PlannedFunction>;
  private readonly known = new Map<string, ReadonlyMap<string, Made>>();

  constructor(functions: readonly PlannedFunction[]) {
    this.plans = new Map(functions.map((each) => [each.plan.function, each]));
  }

  /** Whether anything that a site makes, or a call there gives, is worth a free. */
  of(id: FunctionId, site: SiteId): boolean {
    return [...this.origins(id, site).values()].some((each) => this.isWorthIt(each));
  }

  /** Whether what a call gives may have been made at a site. */
  stems(id: FunctionId, site: SiteId, made: Made): boolean {
    return this.origins(id, site).has(keyOf(made));
  }

  /** The site, and all that its buffers come through: sites of callees, and of theirs. */
  private origins(id: FunctionId, site: SiteId): ReadonlyMap<string, Made> {
    const start: Made = { function: id, site };
    let found = this.known.get(keyOf(start));
    if (!found) {
      found = this.trace(start);
      this.known.set(keyOf(start), found);
    }
    return found;
  }

  private trace(start: Made): ReadonlyMap<string, Made> {
    const found = new Map([[keyOf(start), start]]);
    // A Map is walked in the order of insertion, what is added meanwhile included.
    for (const each of found.values()) {
      for (const from of this.rowOf(each)?.madeAt ?? []) found.set(keyOf(from), from);
    }
    return found;
  }

  private rowOf({ function: id, site }: Made): PlannedSite | undefined {
    return this.plans.get(id)?.plan.sites.find((each) => each.site === site);
  }

  private isWorthIt(made: Made): boolean {
    const planned = this.plans.get(made.function);
    const info = planned?.lowered.ir.sites[made.site];
    if (!planned || !info || info.implicit) return false;
    const { slot } = this.rowOf(made) ?? {};
    // A package's code is not rewritten: what it makes does not come from the pool.
    if (info.site.kind !== "buffer") return typeof slot === "number";
    return info.site.form !== "other" && (typeof slot === "number" || !isTiny(info.site));
  }
}

function keyOf({ function: id, site }: Made): string {
  return `${id}:${site}`;
}

function isTiny({ type, form, length = null }: SiteKind & { kind: "buffer" }): boolean {
  return form === "length" && length !== null && length * bytesPerElement(type) <= tiny;
}

/** 1 for an ArrayBuffer, whose length is in bytes. */
function bytesPerElement(type: BufferType): number {
  if (type === "ArrayBuffer") return 1;
  return Number(/(\d+)(Clamped)?Array$/.exec(type)?.[1] ?? 8) / 8;
}

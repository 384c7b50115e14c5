/** Says why a site is kept: the path by which its buffer escapes. */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { type BitSet, emptySet, has, members } from "../analysis/node-set.js";
import type { State } from "../analysis/state.js";
import type { PlanStep, SiteVerdict } from "./plan.js";
import type { BufferSite } from "./plan-function.js";

export function explainKept(facts: FunctionFacts, site: BufferSite): SiteVerdict {
  if (site.keep) return { kind: "kept", reason: site.keep, path: [] };
  const ids = [site.recent.id, ...(site.older ? [site.older.id] : [])];
  for (const id of ids) {
    const cause = facts.transfer.causes.get(id);
    if (cause) return { kind: "kept", reason: cause.reason, path: pathTo(facts, id) };
  }
  for (const { value, origin } of facts.transfer.returned) {
    const reached = reachableFrom(facts, value);
    if (!ids.some((id) => has(reached, id))) continue;
    const path = [{ origin, why: `returned by \`${facts.ir.name}\`` }];
    return { kind: "kept", reason: "returned", path };
  }
  for (const { from, field, to } of facts.transfer.phantomStores.values()) {
    const reached = reachableFrom(facts, to);
    if (!ids.some((id) => has(reached, id))) continue;
    const object = facts.transfer.objects.get(from);
    const owner = object.kind === "phantom" && object.root.kind === "receiver" ? "`this`" : "an argument";
    return {
      kind: "kept",
      reason: "stored",
      path: [{ origin: site.site.origin, why: `stored in \`${field}\` of ${owner}` }],
    };
  }
  for (const given of facts.transfer.closedStores.values()) {
    if (!ids.some((id) => has(reachableFrom(facts, given), id))) continue;
    const why = "stored in a captured variable, which is its function's";
    return { kind: "kept", reason: "stored", path: [{ origin: site.site.origin, why }] };
  }
  const running = reachableFrom(facts, facts.exit.runningContents());
  if (ids.some((id) => has(running, id))) {
    const path = [{ origin: site.site.origin, why: "held by a call that is not awaited" }];
    return { kind: "kept", reason: "captured", path };
  }
  return { kind: "kept", reason: site.exact ? "no-free-point" : "aliased", path: [] };
}

/** The way by which an object escapes. */
export function pathTo(facts: FunctionFacts, id: number): PlanStep[] {
  const path: PlanStep[] = [];
  const seen = new Set<number>();
  for (let at: number | null = id; at !== null && !seen.has(at); ) {
    seen.add(at);
    const cause = facts.transfer.causes.get(at);
    if (!cause) break;
    path.unshift({ origin: cause.origin, why: cause.why });
    at = cause.via;
  }
  return path.filter(
    (step, i) => i === 0 || step.why !== path[i - 1]?.why || step.origin !== path[i - 1]?.origin,
  );
}

export function reachableFrom(facts: FunctionFacts, from: BitSet): BitSet {
  const state: State = facts.exit;
  let seen = emptySet;
  for (let frontier = from; frontier !== emptySet; ) {
    seen |= frontier;
    let next = emptySet;
    for (const id of members(frontier))
      next |= state.contents(id) | state.capturedBy(id, facts.transfer.objects);
    frontier = next & ~seen;
  }
  return seen;
}

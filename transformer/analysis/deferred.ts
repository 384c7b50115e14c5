/**
 * What a summary says of a function whose body runs later: of an async function after its first `await`, of a generator when it
 * is resumed.
 *
 * # Idea
 * A summary describes the state at the call. What runs later finds another one: `o.data` may be another buffer by then, and
 * what the body stores may be stored after the caller has looked. So of a deferred function only that is kept which no
 * time can change: its own fresh objects, and the arguments themselves. All else escapes:
 * - D1 What it stores into something that the caller knows.
 * - D2 What it finds in the fields of that, or in a captured variable, where it returns or yields it, or holds it across a
 *   suspension: the caller may have let go of it meanwhile.
 *
 * That the arguments live on until it has ended is the frame's business: see `frames.ts`.
 */
import type { Summary, SummaryEscape, SummaryObject } from "./summary.js";

const known = new WeakMap<Summary, Summary>();

export function deferSummary(summary: Summary): Summary {
  let deferred = known.get(summary);
  if (!deferred) {
    deferred = defer(summary);
    known.set(summary, deferred);
  }
  return deferred;
}

function defer(summary: Summary): Summary {
  const { edges, held, result } = summary;
  const lost = objectsStoredElsewhere(summary);
  const objects = summary.objects.map((each, id): SummaryObject => (lost.has(id) ? { kind: "other" } : each));
  const escaping = new Set<number>();
  const isSteady = (id: number): boolean => {
    const object = objects[id];
    if (object?.kind !== "phantom") return true;
    return object.path.length === 0 && object.root.kind !== "binding";
  };
  for (const { from, to } of edges) if (objects[from]?.kind === "phantom" || !isSteady(to)) escaping.add(to);
  for (const id of [...result, ...held]) if (!isSteady(id)) escaping.add(id);
  const added = [...escaping]
    .filter((id) => objects[id]?.kind === "phantom")
    .map((object): SummaryEscape => ({ object, reason: "captured", why: "used after a suspension" }));
  return {
    ...summary,
    objects,
    edges: edges.filter(({ from }) => objects[from]?.kind === "fresh"),
    writes: summary.writes.map(({ object }) => ({ object, field: "*" })),
    escapes: [...summary.escapes, ...added],
  };
}

/** Fresh objects that can be reached from what the caller knows: nobody can say from when on. */
function objectsStoredElsewhere({ objects, edges }: Summary): Set<number> {
  const lost = new Set<number>();
  for (let before = -1; before !== lost.size; ) {
    before = lost.size;
    for (const { from, to } of edges) {
      const isKnown = objects[from]?.kind !== "fresh" || lost.has(from);
      if (isKnown && objects[to]?.kind === "fresh") lost.add(to);
    }
  }
  return lost;
}

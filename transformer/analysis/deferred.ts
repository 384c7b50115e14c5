/**
 * What a summary says of a function whose body runs later: of an async function after its first `await`, of a generator when it
 * is resumed.
 *
 * # Idea
 * A summary describes the state at the call. What runs later finds another one: `o.data` may be another buffer by then, and
 * what the body stores may be stored after the caller has looked. So of a deferred function only that is kept which no
 * time can change: its own fresh objects, and the arguments themselves. All else escapes:
 * - D1 What it stores into something that the caller knows. From the call on, fields of that may hold anything.
 * - D2 What it finds in the fields of an argument, where it does more with it than read it between two suspensions: the caller may
 *   put something else there and let go of it while the body has it. So the argument escapes with all that it is given; a
 *   buffer does not, since nothing can be put into it.
 * - D3 The same of a captured variable that is assigned more than once: what it is given from then on escapes.
 *
 * That the arguments live on until it has ended is the frame's business: see `frames.ts`.
 *
 * # Example
 * `async function read(o) { await null; const found = o.data; await null; return found[0]; }` finds what `o.data` holds a turn
 * after the call, and holds it for another one: `o` escapes.
 */
import {
  objectKey,
  type Summary,
  type SummaryEscape,
  type SummaryObject,
  type SummarySearch,
} from "./summary.js";

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
  const lost = objectsStoredElsewhere(summary);
  const objects = summary.objects.map((each, id): SummaryObject => (lost.has(id) ? { kind: "other" } : each));
  const idOf = (object: SummaryObject): number => {
    const key = objectKey(object);
    const known = objects.findIndex((each) => each.kind === object.kind && objectKey(each) === key);
    return known >= 0 ? known : objects.push(object) - 1;
  };
  const escaping = new Set<number>();
  for (const { from, to } of summary.edges) if (objects[from]?.kind !== "fresh") escaping.add(to);
  const added = [...escaping]
    .filter((id) => objects[id]?.kind === "phantom")
    .map((object): SummaryEscape => ({ object, reason: "captured", why: "used after a suspension" }));
  const searched = new Map(summary.searched.map((each) => [searchedKey(each), each]));
  for (const id of touchedBy(summary)) {
    const object = objects[id];
    if (object?.kind !== "phantom" || isSteady(object)) continue;
    const found = { object: idOf({ ...object, path: [] }), inField: object.path.length > 0 };
    searched.set(searchedKey(found), found);
  }
  const unknown = summary.writes.length > 0 ? idOf({ kind: "other" }) : -1;
  return {
    ...summary,
    objects,
    edges: [
      ...summary.edges.filter(({ from }) => objects[from]?.kind === "fresh"),
      ...summary.writes.map(({ object }) => ({ from: object, field: "*", to: unknown })),
    ],
    writes: summary.writes.map(({ object }) => ({ object, field: "*" })),
    escapes: [...summary.escapes, ...added],
    held: [],
    searched: [...searched.values()],
  };
}

/** All that the body returns, holds, stores, stores into, converts or lets escape. */
function touchedBy({ edges, writes, escapes, coerced, held, result }: Summary): number[] {
  const stored = edges.flatMap(({ from, to }) => [from, to]);
  return [...stored, ...[...writes, ...escapes].map((each) => each.object), ...coerced, ...held, ...result];
}

function searchedKey({ object, inField }: SummarySearch): string {
  return `${object}${inField ? "." : ""}`;
}

/** Whether what the object is does not depend on when the body looks. */
function isSteady(object: SummaryObject & { kind: "phantom" }): boolean {
  return object.path.length === 0 && object.root.kind !== "binding";
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

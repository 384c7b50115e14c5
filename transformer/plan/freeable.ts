/** What a free may be given: the runtime ignores what is no buffer, so an array in a holder does no harm. */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { type BitSet, members, without } from "../analysis/node-set.js";

/**
 * `set` without the arrays, Maps and Sets that the function or its callees made, and without what `slice` makes of a Node Buffer:
 * whoever has them, freeing them does nothing.
 *
 * Example: `x.slice()` of a `number[] | Uint8Array` is a new buffer, a new array or a Buffer over the storage of `x`; who holds any of
 * them can free it.
 */
export function withoutIgnored({ transfer: { objects } }: FunctionFacts, set: BitSet): BitSet {
  let left = set;
  for (const id of members(set)) {
    const object = objects.get(id);
    if (object.kind !== "site") continue;
    const { shape } = object;
    if (shape.kind === "array" || (shape.kind === "buffer" && shape.isNodeView)) left = without(left, id);
  }
  return left;
}

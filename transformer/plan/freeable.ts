/** What a free may be given: the runtime ignores what is no buffer, so an array in a holder does no harm. */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { type BitSet, members, without } from "../analysis/node-set.js";

/**
 * `set` without the arrays, Maps and Sets that the function or its callees made: whoever has them, freeing them does nothing.
 *
 * Example: `x.slice()` of a `number[] | Float64Array` is a new buffer or a new array; who holds either can free it.
 */
export function withoutArrays({ transfer: { objects } }: FunctionFacts, set: BitSet): BitSet {
  let left = set;
  for (const id of members(set)) {
    const object = objects.get(id);
    if (object.kind === "site" && object.shape.kind === "array") left = without(left, id);
  }
  return left;
}

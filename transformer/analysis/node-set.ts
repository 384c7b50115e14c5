/**
 * Sets of small numbers (abstract objects, variables) as immutable bit sets. `bigint` gives union and
 * comparison in one operation; sets here rarely pass a few hundred members.
 */

export type BitSet = bigint;

export const emptySet: BitSet = 0n;

const bits: bigint[] = [];

/** The set with the one member `id`. */
export function setOf(id: number): BitSet {
  let bit = bits[id];
  if (bit === undefined) {
    bit = 1n << BigInt(id);
    bits[id] = bit;
  }
  return bit;
}

export function has(set: BitSet, id: number): boolean {
  return (set & setOf(id)) !== 0n;
}

export function without(set: BitSet, id: number): BitSet {
  return has(set, id) ? set ^ setOf(id) : set;
}

/** The members in ascending order. */
export function members(set: BitSet): number[] {
  const found: number[] = [];
  let rest = set;
  for (let base = 0; rest !== 0n; base += 32, rest >>= 32n) {
    let word = Number(rest & 0xffffffffn);
    while (word !== 0) {
      const low = word & -word;
      found.push(base + (31 - Math.clz32(low)));
      word ^= low;
    }
  }
  return found;
}

export function isSingle(set: BitSet): boolean {
  return set !== 0n && (set & (set - 1n)) === 0n;
}

/** What types say of the parts of a parameter: whether something found there may be an object. */
import type TS from "typescript";
import { ts } from "../typescript.js";
import type { ProgramIndex } from "./program-index.js";

/**
 * Whether what is found at `path` from a value of type `type` may be an object. A path is of property names, `[]` for an
 * element; anything else is not followed.
 */
export function mayBeObjectAt(index: ProgramIndex, type: TS.Type, path: readonly string[]): boolean {
  const { checker } = index;
  let at = [type];
  for (const step of path) {
    const next = at.map((each) => partOf(checker, each, step));
    if (next.some((each) => each === null)) return true;
    at = next.flat() as TS.Type[];
  }
  return at.some((each) => mayBeObject(each));
}

/** The types of a part; `null` where it is not known. */
function partOf(checker: TS.TypeChecker, type: TS.Type, step: string): TS.Type[] | null {
  if (type.isUnion()) {
    const parts = type.types.map((each) => partOf(checker, each, step));
    return parts.some((each) => each === null) ? null : parts.flatMap((each) => each ?? []);
  }
  const base = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : type;
  if (!base || base.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return null;
  if (base.isUnion()) return partOf(checker, base, step);
  if (!(base.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return [];
  if (step === "[]") {
    const element = checker.getIndexTypeOfType(base, ts.IndexKind.Number);
    return element ? [element] : null;
  }
  const property = base.getProperty(step);
  return property ? [checker.getTypeOfSymbol(property)] : null;
}

function mayBeObject(type: TS.Type): boolean {
  if (type.isUnion()) return type.types.some(mayBeObject);
  const { StringLike, NumberLike, BigIntLike, BooleanLike, ESSymbolLike, Null, Undefined, Void, Never } =
    ts.TypeFlags;
  const primitive =
    StringLike | NumberLike | BigIntLike | BooleanLike | ESSymbolLike | Null | Undefined | Void | Never;
  return (type.flags & primitive) === 0;
}

/**
 * Bodies of requests and responses. Bytes, texts and forms are copied before the call returns; a stream, or an object with an
 * asynchronous iterator such as a generator, is read later, piece by piece.
 */
import type TS from "typescript";
import { bufferTypes, type Effect } from "../ir/effect.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { libraryInterfaceOf } from "./lookup.js";

/** Library types whose objects are copied whole. */
const copied: ReadonlySet<string> = new Set([
  ...bufferTypes,
  ...["ArrayBufferView", "SharedArrayBuffer", "DataView", "Blob", "File", "FormData", "URLSearchParams"],
]);

/** What holds of this very call: a body that may be read later escapes, with the options that it comes in. */
export function refineBody(
  index: ProgramIndex,
  node: TS.CallExpression | TS.NewExpression,
  effect: Effect,
): Effect {
  if (!effect.body) return effect;
  const given: readonly TS.Expression[] = node.arguments ?? [];
  const { argument: position, isProperty } = effect.body;
  const argument = given[position];
  const isSpread = given.slice(0, position + 1).some(ts.isSpreadElement);
  const isPlain = !argument || (isProperty ? holdsCopied(index, argument) : isCopied(index, argument));
  if (isPlain && !isSpread) return effect;
  const before = Array.from({ length: position }, (_, i) => effect.arguments?.[i] ?? effect.rest);
  return { ...effect, arguments: [...before, "escaped"] };
}

/** Whether the options that are written out have no body, or one that is copied. */
function holdsCopied(index: ProgramIndex, options: TS.Expression): boolean {
  const literal = skipWrappers(options);
  if (!ts.isObjectLiteralExpression(literal)) return false;
  return literal.properties.every((each) => {
    if (!each.name || ts.isComputedPropertyName(each.name)) return false;
    if (each.name.text !== "body") return true;
    if (ts.isShorthandPropertyAssignment(each)) return isCopied(index, each.name);
    return ts.isPropertyAssignment(each) && isCopied(index, each.initializer);
  });
}

/** Whether a body is surely copied. An assertion is followed through, not believed. */
function isCopied(index: ProgramIndex, body: TS.Expression): boolean {
  return isCopiedType(index, index.checker.getTypeAtLocation(skipWrappers(body)));
}

function isCopiedType(index: ProgramIndex, type: TS.Type): boolean {
  const { StringLike, NumberLike, BooleanLike, Null, Undefined, Void } = ts.TypeFlags;
  if (type.flags & (StringLike | NumberLike | BooleanLike | Null | Undefined | Void)) return true;
  if (type.isUnion()) return type.types.every((each) => isCopiedType(index, each));
  const constraint = index.checker.getBaseConstraintOfType(type);
  if (constraint && constraint !== type) return isCopiedType(index, constraint);
  return copied.has(libraryInterfaceOf(index, type) ?? "");
}

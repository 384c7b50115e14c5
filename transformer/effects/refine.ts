/** What a call's own syntax and types say beyond the row of its function. */

import type TS from "typescript";
import type { Effect } from "../ir/effect.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { refineBody } from "./bodies.js";
import { isLibrary, isReader } from "./lookup.js";
import { bufferFrom } from "./node.js";
import { subclassesTypedArrays } from "./subclasses.js";
import { changesConstructors } from "./substitutes.js";

/** The rows that hold for this very call; `null` if there is none. */
export function refineEffects(
  index: ProgramIndex,
  node: TS.CallExpression,
  effects: readonly Effect[],
): readonly Effect[] | null {
  if (effects.some((effect) => !areAbsent(node, effect.absent ?? []))) return null;
  return effects.map((effect) => {
    const own = refineBody(index, node, effect);
    const compared = withLibraryCallback(index, node, withoutConversion(node, own));
    const ownConstructor = changesConstructors(index);
    if (ownConstructor) return { ...asOfSubclass(compared), ownConstructor };
    return subclassesTypedArrays(index) ? asOfSubclass(compared) : compared;
  });
}

/** Whether the arguments at `positions` are surely `null`, `undefined` or not there. */
function areAbsent(node: TS.CallExpression, positions: readonly number[]): boolean {
  if (positions.length === 0) return true;
  if (node.arguments.some(ts.isSpreadElement)) return false;
  return positions.every((position) => {
    const argument = node.arguments[position];
    if (!argument || argument.kind === ts.SyntaxKind.NullKeyword) return true;
    return ts.isIdentifier(argument) && argument.text === "undefined";
  });
}

/** `sort(compare)` converts no element if there surely is a comparison. */
function withoutConversion(node: TS.CallExpression, effect: Effect): Effect {
  const [first] = node.arguments;
  if (effect.receiver !== "converted" || !effect.callback || !first) return effect;
  const inner = skipWrappers(first);
  return ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)
    ? { ...effect, receiver: "borrowed" }
    : effect;
}

/** A callback that is a library function that only reads, such as `Number.isFinite`: it is known, and keeps nothing. */
function withLibraryCallback(index: ProgramIndex, node: TS.CallExpression, effect: Effect): Effect {
  const position = effect.arguments?.indexOf("callback") ?? -1;
  const callback = node.arguments[position];
  if (!callback || !isReader(index, callback)) return effect;
  const { callback: _, ...rest } = effect;
  const args = (effect.arguments ?? []).map((each) => (each === "callback" ? "inspected" : each));
  return { ...rest, arguments: args, receiver: effect.receiver === "escaped" ? "escaped" : "converted" };
}

/** Where a program subclasses arrays or typed arrays, a method may be the subclass's own or build its result. */
function asOfSubclass(effect: Effect): Effect {
  const { result } = effect;
  switch (result.kind) {
    case "fresh-buffer-like-receiver":
    case "fresh-buffer-or-node-view":
      return { ...effect, result: { kind: "fresh-buffer-or-view" } };
    case "fresh-container":
      return effect.bySpecies
        ? { ...effect, result: { ...result, kind: "container-like-receiver" } }
        : effect;
    default:
      return effect;
  }
}

/** Whether `X.from` is called on the library's own `X`, by that name: a variable might hold a subclass. */
export function namesConstructor(index: ProgramIndex, callee: TS.Expression, owner: string): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const receiver = skipWrappers(callee.expression);
  if (!ts.isIdentifier(receiver)) return false;
  const symbol = index.symbolOf(receiver);
  const isNamed = `${symbol?.name}Constructor` === owner;
  return isNamed && !!symbol?.valueDeclaration && isLibrary(index, symbol.valueDeclaration);
}

const storageTypes = new Set(["ArrayBuffer", "SharedArrayBuffer", "ArrayBufferLike"]);
const copiedTypes = /^(?:\w*Array|Buffer|String)$/;

/** The rows of `Buffer.from(x)`: a copy, a view, or either. */
export function bufferFromEffects(index: ProgramIndex, node: TS.CallExpression): readonly Effect[] {
  const [first] = node.arguments;
  if (!first || ts.isSpreadElement(first)) return [bufferFrom.view, bufferFrom.copy];
  const type = index.checker.getTypeAtLocation(skipWrappers(first));
  const kinds = new Set((type.isUnion() ? type.types : [type]).map((each) => sourceOf(index, each)));
  const [only] = kinds;
  return kinds.size === 1 && only === "copy" ? [bufferFrom.copy] : [bufferFrom.view, bufferFrom.copy];
}

function sourceOf(index: ProgramIndex, type: TS.Type): "copy" | "view" | "unclear" {
  if (type.flags & ts.TypeFlags.StringLike) return "copy";
  const symbol = type.symbol as TS.Symbol | undefined;
  const isLibraryType = symbol?.declarations?.some((each) => isLibrary(index, each));
  if (!symbol || !isLibraryType) return "unclear";
  if (storageTypes.has(symbol.name)) return "view";
  return copiedTypes.test(symbol.name) ? "copy" : "unclear";
}

/** Whether what the call gives is iterated right away, to the end, before any other code of the program runs. */
export function isUsedUp(index: ProgramIndex, node: TS.CallExpression): boolean {
  const { parent } = node;
  if (ts.isSpreadElement(parent)) return true;
  if (ts.isNewExpression(parent)) {
    const made = globalName(index, parent.expression);
    return (made === "Map" || made === "Set") && parent.arguments?.[0] === node;
  }
  if (!ts.isCallExpression(parent) || parent.arguments.length !== 1 || parent.arguments[0] !== node)
    return false;
  const { expression } = parent;
  if (!ts.isPropertyAccessExpression(expression)) return false;
  const name = `${globalName(index, expression.expression)}.${expression.name.text}`;
  return name === "Array.from" || name === "Object.fromEntries";
}

/** The name of a global of the library that `node` is. */
function globalName(index: ProgramIndex, node: TS.Expression): string | null {
  const declaration = ts.isIdentifier(node) ? index.symbolOf(node)?.valueDeclaration : undefined;
  return declaration && isLibrary(index, declaration) ? (node as TS.Identifier).text : null;
}

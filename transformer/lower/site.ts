/**
 * Recognises what `new X(…)` makes: a buffer over new storage, a view of storage that exists, another library
 * object, or something of the program's own.
 *
 * The type of `X` decides, found by symbol in the language's own library: a class of the user's that is called
 * `Float64Array` is not taken for the real one. For a typed array the type of the first argument decides
 * further: a number makes new storage, an array or typed array is copied, an ArrayBuffer is viewed, and what
 * might be any of these is unknown.
 */
import type TS from "typescript";
import { refineBody } from "../effects/bodies.js";
import { constructorEffects, isLibrary, libraryInterfaceOf } from "../effects/lookup.js";
import { ownerOf } from "../effects/owner.js";
import { subclassesTypedArrays } from "../effects/subclasses.js";
import { globalOwner } from "../effects/tables.js";
import { type BufferType, bufferTypes, type Effect } from "../ir/effect.js";
import type { BufferForm, Callee } from "../ir/ir.js";
import { ts } from "../typescript.js";
import type { ProgramIndex } from "./program-index.js";
import { skipWrappers } from "./syntax.js";

export type Construction =
  | { readonly kind: "buffer"; readonly type: BufferType; readonly form: BufferForm }
  | { readonly kind: "library"; readonly callee: Callee }
  | { readonly kind: "other" };

const viewOfArgument: Effect = {
  clause: "ECMA-262 23.2.5.1.3 InitializeTypedArrayFromArrayBuffer; 25.3.2.1 DataView",
  receiver: "borrowed",
  rest: "borrowed",
  result: { kind: "argument", index: 0 },
};
const unknownResult: Effect = {
  clause: "ECMA-262 23.2.5.1 TypedArray(...args)",
  receiver: "borrowed",
  rest: "escaped",
  result: { kind: "unknown" },
};

export function classifyConstruction(index: ProgramIndex, node: TS.NewExpression): Construction {
  const name = constructedType(index, node.expression);
  if (!name) return { kind: "other" };
  const args = node.arguments ?? [];
  if (args.some(ts.isSpreadElement)) return library(name, [unknownResult]);
  if (name === "DataView") return library(name, [viewOfArgument]);
  if (name === "ArrayBuffer") {
    // A second argument makes it resizable, which is never pooled.
    return args.length <= 1 ? { kind: "buffer", type: name, form: "length" } : library(name, [unknownResult]);
  }
  if (isTypedArray(name)) {
    return classifyTypedArray(index, name as BufferType, args);
  }
  const effects = constructorEffects(name);
  return effects
    ? library(
        name,
        effects.map((each) => refineBody(index, node, each)),
      )
    : { kind: "other" };
}

function library(name: string, effects: readonly Effect[]): Construction {
  return { kind: "library", callee: { kind: "library", name: `new ${name}`, effects, receiver: null } };
}

/** The library type that `new expression()` makes: `FooConstructor` declared by the language, for `Foo`. */
function constructedType(index: ProgramIndex, expression: TS.Expression): string | null {
  const callee = skipWrappers(expression);
  const type = index.checker.getTypeAtLocation(callee);
  const names = (type.isUnion() ? type.types : [type]).map((each) => libraryInterfaceOf(index, each));
  const made = names.map((name) =>
    name?.endsWith("Constructor") ? name.slice(0, -"Constructor".length) : null,
  );
  const [first] = made;
  // One of several typed arrays will do: they are all made the same way.
  const isUniform = made.every((name) => name === first || (isTypedArray(name) && isTypedArray(first)));
  const found = isUniform ? (first ?? globalName(index, callee)) : null;
  // A variable of that type may hold a subclass, whose constructor may keep what it is handed; the global itself may not.
  const isSure = isTypedArray(found) && !subclassesTypedArrays(index);
  return isSure || isLibraryName(index, callee) ? found : null;
}

/** The name of a global of the library's, whatever its type is made of: `Response`, with `@types/node`. */
function globalName(index: ProgramIndex, node: TS.Expression): string | null {
  const declaration = ts.isIdentifier(node) ? index.symbolOf(node)?.valueDeclaration : undefined;
  if (!declaration || !isLibrary(index, declaration) || ownerOf(declaration) !== globalOwner) return null;
  return (node as TS.Identifier).text;
}

/** A global of the library's, or a member of one: `Map`, `Intl.NumberFormat`. */
function isLibraryName(index: ProgramIndex, node: TS.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    const declaration = index.checker.getSymbolAtLocation(node.name)?.valueDeclaration;
    return !!declaration && isLibrary(index, declaration) && isLibraryName(index, node.expression);
  }
  const declaration = ts.isIdentifier(node) ? index.symbolOf(node)?.valueDeclaration : undefined;
  return declaration !== undefined && isLibrary(index, declaration);
}

function isTypedArray(name: string | null | undefined): name is BufferType {
  return (
    !!name && name !== "Buffer" && name !== "ArrayBuffer" && (bufferTypes as readonly string[]).includes(name)
  );
}

function classifyTypedArray(
  index: ProgramIndex,
  type: BufferType,
  args: readonly TS.Expression[],
): Construction {
  const [first] = args;
  if (!first) return { kind: "buffer", type, form: "length" };
  // An assertion is followed through, not believed.
  switch (classifySource(index, index.checker.getTypeAtLocation(skipWrappers(first)))) {
    // Further arguments are evaluated, then ignored: only the language's own call does that.
    case "length":
      return { kind: "buffer", type, form: args.length === 1 ? "length" : "other" };
    case "elements":
      return { kind: "buffer", type, form: args.length === 1 ? "copy" : "other" };
    case "storage":
      return library(type, [viewOfArgument]);
    case "unclear":
      return library(type, [viewOfArgument, unknownResult]);
  }
}

type Source = "length" | "elements" | "storage" | "unclear";

/** What a typed array's constructor takes its argument for. */
function classifySource(index: ProgramIndex, type: TS.Type): Source {
  if (type.flags & ts.TypeFlags.NumberLike) return "length";
  if (type.isUnion()) {
    const sources = new Set(type.types.map((each) => classifySource(index, each)));
    const [only] = sources;
    return sources.size === 1 && only ? only : "unclear";
  }
  if (type.flags & ts.TypeFlags.TypeParameter) {
    const constraint = index.checker.getBaseConstraintOfType(type);
    return constraint && constraint !== type ? classifySource(index, constraint) : "unclear";
  }
  const name = libraryInterfaceOf(index, type);
  if (name === "ArrayBuffer" || name === "SharedArrayBuffer") return "storage";
  if (name && (elementSources.has(name) || (bufferTypes as readonly string[]).includes(name)))
    return "elements";
  return "unclear";
}

const elementSources = new Set(["Array", "ReadonlyArray", "ArrayLike", "Set", "ReadonlySet"]);

/** The tables of library effects, put together. A function without a row escapes its arguments (S3). */
import type { BufferType, Effect } from "../ir/effect.js";
import { bufferTypes } from "../ir/effect.js";
import { arrayConstructor, arrayConstructorMembers, arrayMembers } from "./array.js";
import {
  arrayBufferConstructorMembers,
  arrayBufferMembers,
  atomicsMembers,
  dataViewMembers,
  sharedArrayBufferMembers,
} from "./array-buffer.js";
import {
  iteratorMembers,
  mapConstructor,
  mapMembers,
  setConstructor,
  setMembers,
  weakMapMembers,
  weakSetMembers,
} from "./collection.js";
import { errorConstructors, globalFunctions, mathMembers } from "./globals.js";
import { graphicsConstructors, graphicsMembers } from "./graphics.js";
import { nodeMembers } from "./node.js";
import { jsonMembers, objectConstructorMembers, objectMembers, reflectMembers } from "./object.js";
import { promiseConstructorMembers } from "./promise.js";
import { type Table, without } from "./rows.js";
import { textConstructors, textMembers } from "./text.js";
import { typedArrayConstructorMembers, typedArrayMembers, uint8ArrayMembers } from "./typed-array.js";
import { postMessage, requests, webConstructors, webMembers } from "./web.js";

/** The owner of global functions. */
export const globalOwner = "globalThis";

const typedArrayTypes: readonly BufferType[] = bufferTypes.filter(
  (name) => name !== "ArrayBuffer" && name !== "Buffer",
);

/** `new X(…)` for library types that are no buffers. */
export const constructors: ReadonlyMap<string, Effect> = new Map(
  Object.entries({
    Array: arrayConstructor,
    Map: mapConstructor,
    Set: setConstructor,
    ...textConstructors,
    ...errorConstructors,
    ...webConstructors,
    ...graphicsConstructors,
  }),
);

const callableConstructors: Table = { Array: arrayConstructor, ...errorConstructors };

/**
 * The tables by owner: an interface, a class, a namespace or a module of the library, `scope.name` for one that is
 * declared inside a module, `XConstructor` for what `X` itself has.
 */
export const memberTables: ReadonlyMap<string, Table> = new Map<string, Table>([
  ...typedArrayTypes.flatMap((type): [string, Table][] => [
    [type, type === "Uint8Array" ? uint8ArrayMembers : typedArrayMembers],
    [`${type}Constructor`, typedArrayConstructorMembers(type)],
  ]),
  ["ArrayBuffer", arrayBufferMembers],
  ["SharedArrayBuffer", sharedArrayBufferMembers],
  ["ArrayBufferConstructor", arrayBufferConstructorMembers],
  ["DataView", dataViewMembers],
  ["Atomics", atomicsMembers],
  ["Array", arrayMembers],
  ["ReadonlyArray", without(arrayMembers, "push unshift pop shift reverse copyWithin fill splice sort")],
  ["ArrayConstructor", arrayConstructorMembers],
  ["Map", mapMembers],
  ["ReadonlyMap", without(mapMembers, "set delete clear")],
  ["Set", setMembers],
  ["ReadonlySet", without(setMembers, "add delete clear")],
  ["WeakMap", weakMapMembers],
  ["WeakSet", weakSetMembers],
  ["IteratorObject", iteratorMembers],
  ["Math", mathMembers],
  ["Object", objectMembers],
  ["ObjectConstructor", objectConstructorMembers],
  ["Reflect", reflectMembers],
  ["JSON", jsonMembers],
  ["PromiseConstructor", promiseConstructorMembers],
  [globalOwner, { ...globalFunctions, ...callableConstructors, postMessage, fetch: requests("fetch") }],
  ...Object.entries(textMembers),
  ...Object.entries(webMembers),
  ...Object.entries(graphicsMembers),
  ...Object.entries(nodeMembers),
]);

/** The row of `member`, declared by the library in `owner`. */
export function memberEffects(owner: string, member: string): Effect | null {
  const table = memberTables.get(owner);
  return table && Object.hasOwn(table, member) ? (table[member] ?? null) : null;
}

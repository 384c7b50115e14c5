/** The tables of library effects, put together. A function without a row escapes its arguments (S3). */
import type { Effect } from "../ir/effect.js";
import { bufferTypes } from "../ir/effect.js";
import { arrayConstructorMembers, arrayMembers, collectionMembers } from "./array.js";
import { arrayBufferMembers, dataViewMembers } from "./array-buffer.js";
import { constructorRows, functions, namespaceMembers } from "./globals.js";
import { typedArrayConstructorMembers, typedArrayMembers } from "./typed-array.js";

const typedArrayTypes: ReadonlySet<string> = new Set(
  bufferTypes.filter((name) => name !== "ArrayBuffer" && name !== "Buffer"),
);

/** `new X(…)` for library types that are no buffers. */
export const constructors: ReadonlyMap<string, Effect> = new Map(Object.entries(constructorRows));

/** Global functions. */
export const functionEffects: ReadonlyMap<string, Effect> = new Map(Object.entries(functions));

/** The row of `member`, declared by the library in interface or namespace `owner`. */
export function memberEffects(owner: string, member: string): Effect | null {
  const table = memberTable(owner);
  return table && Object.hasOwn(table, member) ? (table[member] ?? null) : null;
}

function memberTable(owner: string): Readonly<Record<string, Effect>> | null {
  if (typedArrayTypes.has(owner)) return owner === "Uint8Array" ? uint8ArrayMembers : typedArrayMembers;
  if (owner.endsWith("Constructor") && typedArrayTypes.has(owner.slice(0, -"Constructor".length))) {
    return typedArrayConstructorMembers(owner.slice(0, -"Constructor".length));
  }
  switch (owner) {
    case "ArrayBuffer":
      return arrayBufferMembers;
    case "DataView":
      return dataViewMembers;
    case "Array":
    case "ReadonlyArray":
      return arrayMembers;
    case "ArrayConstructor":
      return arrayConstructorMembers;
    case "Map":
    case "ReadonlyMap":
    case "Set":
    case "ReadonlySet":
      return collectionMembers[owner.replace("Readonly", "") as "Map" | "Set"];
    default:
      return Object.hasOwn(namespaceMembers, owner) ? (namespaceMembers[owner] ?? null) : null;
  }
}

/** A Node Buffer is a Uint8Array whose own `slice` makes a view. */
const uint8ArrayMembers: Readonly<Record<string, Effect>> = {
  ...typedArrayMembers,
  slice: { ...(typedArrayMembers.slice as Effect), result: { kind: "fresh-buffer-or-view" } },
};

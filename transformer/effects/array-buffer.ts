/** Effects of `ArrayBuffer.prototype` (ECMA-262 §25.1) and `DataView.prototype` (§25.3). */
import type { Effect } from "../ir/effect.js";
import { each, gives, reads } from "./rows.js";

export const arrayBufferMembers: Readonly<Record<string, Effect>> = {
  slice: gives("ECMA-262 25.1.6.7 ArrayBuffer.prototype.slice", {
    kind: "fresh-buffer",
    type: "ArrayBuffer",
  }),
};

const accessors = "Int8 Uint8 Int16 Uint16 Int32 Uint32 Float16 Float32 Float64 BigInt64 BigUint64"
  .split(" ")
  .flatMap((type) => [`get${type}`, `set${type}`])
  .join(" ");

export const dataViewMembers: Readonly<Record<string, Effect>> = each(accessors, (name) =>
  reads(`ECMA-262 25.3.4 DataView.prototype.${name}`),
);

/**
 * Effects of `ArrayBuffer.prototype` (ECMA-262 §25.1), `DataView.prototype` (§25.3) and `Atomics` (§25.4).
 *
 * `resize`, `transfer` and `transferToFixedLength` have no row: they change or detach the storage.
 */
import { each, gives, inspects, reads, type Table } from "./rows.js";

export const arrayBufferMembers: Table = {
  slice: gives("ECMA-262 25.1.6.7 ArrayBuffer.prototype.slice", { kind: "fresh-buffer-like-receiver" }),
};

/** What is typed `ArrayBufferLike` may be shared. New shared storage is nobody's either; the runtime frees none. */
export const sharedArrayBufferMembers: Table = {
  slice: gives("ECMA-262 25.2.5.6 SharedArrayBuffer.prototype.slice", { kind: "fresh-buffer-like-receiver" }),
};

export const arrayBufferConstructorMembers: Table = {
  isView: inspects("ECMA-262 25.1.5.1 ArrayBuffer.isView"),
};

const accessors = "Int8 Uint8 Int16 Uint16 Int32 Uint32 Float16 Float32 Float64 BigInt64 BigUint64"
  .split(" ")
  .flatMap((type) => [`get${type}`, `set${type}`])
  .join(" ");

export const dataViewMembers: Table = each(accessors, (name) =>
  reads(`ECMA-262 25.3.4 DataView.prototype.${name}`),
);

/** A thread that `wait`s does so before the call returns; `waitAsync`, which does not, has no row. */
export const atomicsMembers: Table = each(
  "add and compareExchange exchange isLockFree load notify or pause store sub wait xor",
  (name) => reads(`ECMA-262 25.4 Atomics.${name}`),
);

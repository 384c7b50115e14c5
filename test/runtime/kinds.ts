/** What the runtime's tests share: the constructors that are recycled, and ways to look at storage. */
import type { LengthConstructor } from "../../runtime/index.js";

export type View = Uint8Array<ArrayBuffer>;

const names = [
  "Float64Array",
  "Float32Array",
  "Float16Array",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "ArrayBuffer",
];
const found = globalThis as unknown as Record<string, LengthConstructor<View | ArrayBuffer> | undefined>;

/** Every constructor that this engine has, the ArrayBuffer's included. */
export const constructors = names.flatMap((name) => found[name] ?? []);

/** The typed array constructors among them. */
export const typedArrays = constructors.filter(
  (C) => (C as unknown) !== ArrayBuffer,
) as LengthConstructor<View>[];

/** The storage of a buffer or view. */
export function storage(x: unknown): ArrayBuffer {
  return ArrayBuffer.isView(x) ? (x.buffer as ArrayBuffer) : (x as ArrayBuffer);
}

/** All bytes of a buffer or view. */
export function bytes(x: unknown): View {
  return new Uint8Array(storage(x));
}

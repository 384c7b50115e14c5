import { alloc, unsafeFree } from "ts-autofree/runtime";
const hold = new Function("b", "return () => new Uint8Array(b).fill(3)") as (b: ArrayBufferLike) => () => void;
const a = alloc(Float64Array, 20);
const write = hold(a.buffer);
write();
unsafeFree(a);

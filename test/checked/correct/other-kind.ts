import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const b = new Uint8Array(a.buffer, 8);
b[0] = 7;
unsafeFree(a);

import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const b = a.buffer;
console.log(new Uint8Array(b)[0]);
unsafeFree(a);

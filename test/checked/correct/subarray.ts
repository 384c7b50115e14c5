import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const b = a.subarray(4);
console.log(b[0]);
unsafeFree(a);

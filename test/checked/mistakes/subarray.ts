// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const b = a.subarray(4);
unsafeFree(a); // freed
console.log(b[0]); // used

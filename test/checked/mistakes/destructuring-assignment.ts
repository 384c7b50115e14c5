// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
let x: number | undefined;
unsafeFree(a); // freed
[x] = a; // used
console.log(x);

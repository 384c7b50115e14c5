// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const x: any = a;
unsafeFree(a); // freed
console.log(x[0]); // used

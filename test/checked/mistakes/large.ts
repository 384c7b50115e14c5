// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 3_000_000); // allocated
unsafeFree(a); // freed
console.log(a[1]); // used

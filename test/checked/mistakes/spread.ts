// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
unsafeFree(a); // freed
console.log(Math.max(...a)); // used

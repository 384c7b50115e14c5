// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const o: { a?: Float64Array } = { a };
unsafeFree(a); // freed
console.log(o.a?.[0]); // used

// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const cache = new Map([["a", a]]);
unsafeFree(a); // freed
console.log(cache.get("a")?.[0]); // used

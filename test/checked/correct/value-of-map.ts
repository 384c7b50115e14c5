import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const cache = new Map([["a", a]]);
console.log(cache.get("a")?.[0]);
unsafeFree(a);

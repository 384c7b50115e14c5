import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const b = Float64Array.from(a);
console.log(b.length);
unsafeFree(a);

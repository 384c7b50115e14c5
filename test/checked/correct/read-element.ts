import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
console.log(a[3]);
unsafeFree(a);

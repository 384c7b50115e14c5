import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
await null;
console.log(a[0]);
unsafeFree(a);

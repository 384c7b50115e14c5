import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 3_000_000);
console.log(a[1]);
unsafeFree(a);

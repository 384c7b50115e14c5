import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
let x: number | undefined;
[x] = a;
console.log(x);
unsafeFree(a);

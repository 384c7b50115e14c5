import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const x: any = a;
console.log(x[0]);
unsafeFree(a);

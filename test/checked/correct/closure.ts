import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const read = (i: number) => a[i];
console.log(read(3));
unsafeFree(a);

// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const read = (i: number) => a[i]; // used
unsafeFree(a); // freed
console.log(read(3));

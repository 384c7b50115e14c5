import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const [x, y] = a;
console.log(x, y);
unsafeFree(a);

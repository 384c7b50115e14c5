import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const b = new Float64Array(20);
b.set(a);
unsafeFree(a);

// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const b = new Float64Array(20);
unsafeFree(a); // freed
b.set(a); // used

// double-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const b = a.buffer;
unsafeFree(a); // freed
unsafeFree(b); // freed again

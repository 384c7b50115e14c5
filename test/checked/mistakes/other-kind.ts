// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const b = new Uint8Array(a.buffer, 8);
unsafeFree(a); // freed
b[0] = 7; // used

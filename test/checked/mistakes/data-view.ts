// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const b = new DataView(a.buffer);
unsafeFree(a); // freed
console.log(b.getFloat64(8)); // used

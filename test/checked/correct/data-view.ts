import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const b = new DataView(a.buffer);
console.log(b.getFloat64(8));
unsafeFree(a);

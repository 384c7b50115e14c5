import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const o: { a?: Float64Array } = { a };
console.log(o.a?.[0]);
unsafeFree(a);

import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
for (const x of a) console.log(x);
unsafeFree(a);

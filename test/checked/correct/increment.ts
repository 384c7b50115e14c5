import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
a[3]++;
unsafeFree(a);

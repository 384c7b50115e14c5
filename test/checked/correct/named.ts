import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
unsafeFree(a);

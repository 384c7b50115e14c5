import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Int8Array, 4);
unsafeFree(a);

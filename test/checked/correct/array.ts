import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 3);
unsafeFree(a);

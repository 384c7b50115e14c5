// free-of-unallocated
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 100);
unsafeFree(a.length); // freed

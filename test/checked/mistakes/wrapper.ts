// free-of-unallocated
import { alloc, unsafeFree } from "ts-autofree/runtime";
const image = { data: alloc(Uint8Array, 300) };
unsafeFree(image); // freed

// double-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Int8Array, 4); // allocated
unsafeFree(a); // freed
unsafeFree(a); // freed again

// free-of-unallocated
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = [1, 2, 3];
unsafeFree(a); // freed

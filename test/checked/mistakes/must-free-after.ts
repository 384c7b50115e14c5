// double-free
import { alloc, mustFree, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
unsafeFree(a); // freed
mustFree(a); // freed again

// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 3); // allocated
unsafeFree(a); // freed
console.log(a[1]); // used

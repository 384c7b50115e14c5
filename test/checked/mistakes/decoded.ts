// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 100); // allocated
unsafeFree(a); // freed
console.log(new TextDecoder().decode(a)); // used

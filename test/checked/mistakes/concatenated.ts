// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 100); // allocated
const b = Buffer.from(a.buffer);
unsafeFree(a); // freed
console.log(Buffer.concat([b, b]).length, b.length); // used

import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 100);
console.log(Buffer.from(a).length);
unsafeFree(a);

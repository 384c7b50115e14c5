import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 100);
const b = Buffer.from(a.buffer);
console.log(Buffer.concat([b, b]).length, b.length);
unsafeFree(a);

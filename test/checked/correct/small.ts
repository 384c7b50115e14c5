import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 3);
console.log(a[1]);
unsafeFree(a);

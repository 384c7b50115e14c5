import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Uint8Array, 100);
console.log(new TextDecoder().decode(a));
unsafeFree(a);

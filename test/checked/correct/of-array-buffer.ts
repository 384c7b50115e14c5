import { unsafeFree } from "ts-autofree/runtime";
const a = new ArrayBuffer(200);
console.log(new DataView(a).getInt8(0));
unsafeFree(a);

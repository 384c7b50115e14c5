// use-after-free
import { unsafeFree } from "ts-autofree/runtime";
const a = new ArrayBuffer(200); // allocated
unsafeFree(a); // freed
console.log(new DataView(a).getInt8(0)); // used

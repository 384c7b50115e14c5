import { unsafeFree } from "ts-autofree/runtime";
const a = new Float64Array(20).slice(2);
console.log(a[1]);
unsafeFree(a);

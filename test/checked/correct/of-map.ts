import { unsafeFree } from "ts-autofree/runtime";
const a = new Float64Array(20).map((x) => x + 1);
console.log(a[1]);
unsafeFree(a);

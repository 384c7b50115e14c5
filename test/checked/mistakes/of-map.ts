// use-after-free
import { unsafeFree } from "ts-autofree/runtime";
const a = new Float64Array(20).map((x) => x + 1); // allocated
unsafeFree(a); // freed
console.log(a[1]); // used

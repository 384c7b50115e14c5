// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const rows = [a, new Float64Array(3)];
unsafeFree(a); // freed
console.log(rows[0]![2]); // used

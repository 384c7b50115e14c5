import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const rows = [a, new Float64Array(3)];
console.log(rows[0]![2]);
unsafeFree(a);

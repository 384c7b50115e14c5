import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Float64Array, 20);
a[0] = 1;
console.log(a[0], a[0]);

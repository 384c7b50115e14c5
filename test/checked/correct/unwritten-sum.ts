import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Float64Array, 20);
for (let i = 0; i < 20; i++) a[i] = i;
console.log(a.reduce((x, y) => x + y));

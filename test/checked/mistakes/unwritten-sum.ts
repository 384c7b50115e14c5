// uninitialized-read
import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Float64Array, 20); // allocated
for (let i = 1; i < 20; i++) a[i] = i;
console.log(a.reduce((x, y) => x + y)); // used

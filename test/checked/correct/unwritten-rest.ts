import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Float64Array, 20);
a.fill(1, 0, 20);
let sum = 0;
for (const x of a) sum += x;
console.log(sum);

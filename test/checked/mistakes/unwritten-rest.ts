// uninitialized-read
import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Float64Array, 20); // allocated
a.fill(1, 0, 19);
let sum = 0;
for (const x of a) sum += x; // used
console.log(sum);

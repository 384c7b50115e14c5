// uninitialized-read
import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Float64Array, 20); // allocated
a[0] = 1;
console.log(a[0], a[1]); // used

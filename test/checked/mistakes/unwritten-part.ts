// uninitialized-read
import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Uint8Array, 20); // allocated
const b = a.subarray(5);
b.set([1, 2, 3]);
console.log(a[5], b[3]); // used

// uninitialized-read
import { alloc, allocUninitialized } from "ts-autofree/runtime";
const counts = allocUninitialized(Uint32Array, 20); // allocated
for (const x of [1, 2, 1]) counts[x]++; // used

// double-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
const rows = [a, a];
for (const row of rows) unsafeFree(row); // freed, freed again

import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
const rows = [a, alloc(Float64Array, 20)];
for (const row of rows) unsafeFree(row);

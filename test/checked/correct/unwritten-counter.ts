import { alloc } from "ts-autofree/runtime";
const counts = alloc(Uint32Array, 20);
for (const x of [1, 2, 1]) counts[x]++;

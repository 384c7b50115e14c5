// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
for (let i = 0; i < 2; i++) {
  a[i] = i; // used
  if (i === 0) unsafeFree(a); // freed
}

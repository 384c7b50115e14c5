// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
function last(): number {
  unsafeFree(a); // freed
  return 1;
}
a[3] = last(); // used

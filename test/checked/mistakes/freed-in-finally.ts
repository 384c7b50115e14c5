// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
try {
  a.fill(1);
} finally {
  unsafeFree(a); // freed
}
console.log(a[0]); // used

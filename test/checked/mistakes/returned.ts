// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
function make(n: number): Float64Array {
  const a = alloc(Float64Array, n); // allocated
  unsafeFree(a); // freed
  return a;
}
console.log(make(20)[2]); // used

// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
function first<T extends ArrayLike<number>>(values: T): number {
  return values[0]!; // used
}
const a = alloc(Float64Array, 20); // allocated
unsafeFree(a); // freed
console.log(first(a));

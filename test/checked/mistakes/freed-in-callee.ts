// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
function consume(values: Float64Array): number {
  const sum = values.reduce((x, y) => x + y, 0);
  unsafeFree(values); // freed
  return sum;
}
const a = alloc(Float64Array, 20); // allocated
console.log(consume(a));
console.log(a[0]); // used

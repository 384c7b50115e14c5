import { alloc, unsafeFree } from "ts-autofree/runtime";
function first<T extends ArrayLike<number>>(values: T): number {
  return values[0]!;
}
const a = alloc(Float64Array, 20);
console.log(first(a));
unsafeFree(a);

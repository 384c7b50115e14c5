import { alloc, unsafeFree } from "ts-autofree/runtime";
function sum(values: number[] | Float64Array): number {
  let total = 0;
  for (let i = 0; i < 3; i++) total += values[i]!;
  return total;
}
const a = alloc(Float64Array, 20);
console.log(sum(a));
unsafeFree(a);

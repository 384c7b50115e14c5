import { alloc } from "ts-autofree/runtime";
function make(n: number): Float64Array {
  const a = alloc(Float64Array, n);
  return a;
}
console.log(make(20)[2]);

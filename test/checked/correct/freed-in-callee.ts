import { alloc } from "ts-autofree/runtime";
function consume(values: Float64Array): number {
  const sum = values.reduce((x, y) => x + y, 0);
  return sum;
}
const a = alloc(Float64Array, 20);
console.log(consume(a));
console.log(a[0]);

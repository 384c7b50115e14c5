import { alloc, scope } from "ts-autofree/runtime";
const kept: Float64Array[] = [];
const n = scope(() => {
  const a = alloc(Float64Array, 20);
  return a.length;
});
console.log(n, kept[0]?.[1]);

// use-after-free
import { alloc, scope } from "ts-autofree/runtime";
const kept: Float64Array[] = [];
const n = scope(() => { // freed
  const a = alloc(Float64Array, 20); // allocated
  kept.push(a);
  return a.length;
});
console.log(n, kept[0]?.[1]); // used

import { alloc } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
try {
  a.fill(1);
} finally {
}
console.log(a[0]);

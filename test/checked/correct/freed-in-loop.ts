import { alloc } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
for (let i = 0; i < 2; i++) {
  a[i] = i;
}

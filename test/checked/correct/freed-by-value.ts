import { alloc } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
function last(): number {
  return 1;
}
a[3] = last();

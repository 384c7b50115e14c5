import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
function* read(): Generator<number> {
  yield 1;
  yield a[1]!;
}
const g = read();
g.next();
console.log(g.next().value);
unsafeFree(a);

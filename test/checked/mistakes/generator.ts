// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
function* read(): Generator<number> {
  yield 1;
  yield a[1]!; // used
}
const g = read();
g.next();
unsafeFree(a); // freed
console.log(g.next().value);

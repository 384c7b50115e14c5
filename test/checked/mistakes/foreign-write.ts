// stale-write
import { alloc, unsafeFree } from "ts-autofree/runtime";
const hold = new Function("a", "return () => { a[1] = 7; }") as (a: Float64Array) => () => void;
const a = alloc(Float64Array, 20); // allocated
const write = hold(a);
unsafeFree(a); // freed
write();

import { alloc, unsafeFree } from "ts-autofree/runtime";
const hold = new Function("a", "return () => { a[1] = 7; }") as (a: Float64Array) => () => void;
const a = alloc(Float64Array, 20);
const write = hold(a);
write();
unsafeFree(a);

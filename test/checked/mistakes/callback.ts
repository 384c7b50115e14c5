// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
unsafeFree(a); // freed
[1, 2].forEach((i) => console.log(a[i])); // used

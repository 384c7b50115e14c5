// use-after-free
import { alloc, mustFree } from "ts-autofree/runtime";
const re = alloc(Float64Array, 20); // allocated
const im = alloc(Float64Array, 20);
const signal = { re, im };
mustFree(signal, { recurse: true }); // freed
console.log(re[0]); // used

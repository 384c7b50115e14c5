import { alloc, mustFree } from "ts-autofree/runtime";
const re = alloc(Float64Array, 20);
const im = alloc(Float64Array, 20);
const signal = { re, im };
console.log(re[0]);
mustFree(signal, { recurse: true });

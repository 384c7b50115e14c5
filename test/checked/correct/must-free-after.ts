import { alloc, mustFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20);
mustFree(a);

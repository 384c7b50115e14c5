// own-properties
import { alloc, unsafeFree } from "ts-autofree/runtime";
const a = alloc(Float64Array, 20); // allocated
Object.assign(a, { title: "mine" });
unsafeFree(a); // freed

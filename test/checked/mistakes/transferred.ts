// free-of-unallocated
import { unsafeFree } from "ts-autofree/runtime";
const a = new ArrayBuffer(100);
const b = structuredClone(a, { transfer: [a] });
unsafeFree(a); // freed

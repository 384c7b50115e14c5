import { allocUninitialized } from "ts-autofree/runtime";
const a = new DataView(allocUninitialized(ArrayBuffer, 20));
a.setInt16(4, 7);
console.log(a.getInt16(4), a.getInt16(4));

// uninitialized-read
import { allocUninitialized } from "ts-autofree/runtime";
const a = new DataView(allocUninitialized(ArrayBuffer, 20)); // allocated
a.setInt16(4, 7);
console.log(a.getInt16(4), a.getInt32(4)); // used

import { allocUninitialized } from "ts-autofree/runtime";
const a = allocUninitialized(Float64Array, 20);
a.fill(2, 0, 5);
console.log(a.slice(0, 5).length, a.indexOf(2), a.find((x) => x === 2), a.at(1));
for (const x of a) {
  if (x === 2) break;
}
const bytes = allocUninitialized(Uint8Array, 30);
new DataView(bytes.buffer).setInt32(4, 7);
console.log(bytes[7], new TextEncoder().encodeInto("ab", bytes).written, bytes[0]);

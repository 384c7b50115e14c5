// use-after-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
class Image {
  constructor(readonly data: Float64Array) {}
  mean(): number {
    let sum = 0;
    for (let i = 0; i < 3; i++) sum += this.data[i]!; // used
    return sum / 3;
  }
}
const a = alloc(Float64Array, 20); // allocated
const image = new Image(a);
unsafeFree(a); // freed
console.log(image.mean());

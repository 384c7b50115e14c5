import { alloc, unsafeFree } from "ts-autofree/runtime";
class Image {
  constructor(readonly data: Float64Array) {}
  mean(): number {
    let sum = 0;
    for (let i = 0; i < 3; i++) sum += this.data[i]!;
    return sum / 3;
  }
}
const a = alloc(Float64Array, 20);
const image = new Image(a);
console.log(image.mean());
unsafeFree(a);

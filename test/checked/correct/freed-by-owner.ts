import { alloc, unsafeFree } from "ts-autofree/runtime";
class Owner {
  constructor(readonly data: Float64Array) {}
  close(): void {
    unsafeFree(this.data);
  }
}
const a = alloc(Float64Array, 20);
const owner = new Owner(a);
owner.close();

// double-free
import { alloc, unsafeFree } from "ts-autofree/runtime";
class Owner {
  constructor(readonly data: Float64Array) {}
  close(): void {
    unsafeFree(this.data); // freed, freed again
  }
}
const a = alloc(Float64Array, 20); // allocated
const owner = new Owner(a);
owner.close();
owner.close();

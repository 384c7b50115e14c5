/**
 * A runtime double for `ts-autofree/runtime` that makes a wrong free loud: freed storage is filled with garbage
 * at once, is watched for writes, and a second free of it is a fault.
 *
 * `reuse`: freed storage is handed out again by the next `make` of that constructor and length, so that a stale
 * reference reads and writes the new owner's elements; without it every stale read finds garbage.
 */
type View = ArrayBufferView & { readonly buffer: ArrayBufferLike; readonly length: number };
type Constructor = new (length: number) => View | ArrayBuffer;

const garbage = 0xa5;
/** What nobody has written yet: NaN in floats, so that no sum hides it. */
const unwritten = 0xff;

export interface PoisonLog {
  readonly frees: number;
  readonly faults: readonly string[];
}

type Elements = ArrayLike<number> & Iterable<number>;
type Sliceable = { slice(start?: number, end?: number): unknown };
type Mappable = { map(f: unknown): unknown };
type Copying = { new (source: Elements): View; from(source: Elements): View };

export class PoisonRuntime {
  /** Freed and not yet handed out again. */
  private readonly held = new Map<ArrayBufferLike, View | ArrayBuffer>();
  private readonly faults: string[] = [];
  private frees = 0;
  /** What the `freeEach` that is going on has freed. */
  private freedNow: Set<ArrayBufferLike> | null = null;

  constructor(private readonly reuse: boolean) {}

  /** What compiled programs import. */
  readonly module: Record<string, (...args: never[]) => unknown> = {
    make: (Ctor: Constructor, length: number): View | ArrayBuffer => {
      const found = this.reuse ? this.take(Ctor, length) : undefined;
      if (!found) return new Ctor(length);
      bytesOf(found).fill(0);
      return found;
    },
    makeUninitialized: (Ctor: Constructor, length: number): View | ArrayBuffer => {
      const made = (this.reuse ? this.take(Ctor, length) : undefined) ?? new Ctor(length);
      // Only whole lengths are ever recycled.
      if (Number.isInteger(length)) bytesOf(made).fill(unwritten);
      return made;
    },
    // What a loop reuses comes with garbage, or not at all.
    reuse: (x: View): View | undefined => {
      if (!this.reuse) return void this.free(x);
      bytesOf(x).fill(unwritten);
      this.frees++;
      return x;
    },
    zero: (x: View): View => {
      bytesOf(x).fill(0);
      return x;
    },
    // A slot's calls are those of the pool.
    slot: () => ({
      take: this.module.make,
      takeUninitialized: this.module.makeUninitialized,
      give: (x: unknown) => this.free(x),
    }),
    takeFrom: (_slot: unknown, Ctor: Constructor, length: number) =>
      this.module.make?.(...([Ctor, length] as never[])),
    takeUninitializedFrom: (_slot: unknown, Ctor: Constructor, length: number) =>
      this.module.makeUninitialized?.(...([Ctor, length] as never[])),
    sliceOf: (source: Sliceable, start?: number, end?: number): unknown =>
      this.again(source.slice(start, end)),
    mapOf: (source: Mappable, f: unknown): unknown => this.again(source.map(f)),
    copyOf: (Ctor: Copying, source: Elements): unknown => this.again(new Ctor(source)),
    fromOf: (Ctor: Copying, source: Elements): unknown => this.again(Ctor.from(source)),
    unsafeFree: (x: unknown): void => this.free(x),
    freeEach: (container: Iterable<unknown> | null | undefined, free?: (element: unknown) => void): void =>
      this.freeEach(container, free ?? ((x) => this.free(x))),
  };

  finish(): PoisonLog {
    for (const storage of this.held.keys()) this.checkUntouched(storage);
    return { frees: this.frees, faults: this.faults };
  }

  /** Moves a fresh copy into freed storage, if there is some. */
  private again(copy: unknown): unknown {
    if (!ArrayBuffer.isView(copy) || copy.byteLength !== copy.buffer.byteLength) return copy;
    const { length } = copy as unknown as Elements;
    const found = this.reuse ? this.take(copy.constructor as Constructor, length) : undefined;
    if (!found) return copy;
    bytesOf(found).set(bytesOf(copy as View));
    return found;
  }

  /** Containers in a container may hold the same buffer; between its frees nothing can be allocated, so the second does nothing. */
  private freeEach(container: Iterable<unknown> | null | undefined, free: (element: unknown) => void): void {
    const outer = this.freedNow;
    this.freedNow ??= new Set();
    for (const each of new Set(container ?? [])) free(each);
    this.freedNow = outer;
  }

  private free(x: unknown): void {
    // A Map's entries are freed whole, keys and all: what is no object has nothing to free.
    if (typeof x !== "object" || x === null) return;
    // A holder may have an array in place of a buffer, or what `slice` makes of a Node Buffer: no free takes them.
    if (Array.isArray(x) || x instanceof Map || x instanceof Set || Buffer.isBuffer(x)) return;
    if (!ArrayBuffer.isView(x) && !(x instanceof ArrayBuffer)) {
      this.faults.push(`free of ${String(x)}, which is no buffer`);
      return;
    }
    const storage = ArrayBuffer.isView(x) ? x.buffer : x;
    if (storage.byteLength === 0) return;
    if (this.freedNow?.has(storage)) return;
    this.freedNow?.add(storage);
    if (this.held.has(storage)) this.faults.push(`double free of ${describe(x as View)}`);
    this.frees++;
    new Uint8Array(storage).fill(garbage);
    this.held.set(storage, x as View);
  }

  private take(Ctor: Constructor, length: number): View | ArrayBuffer | undefined {
    for (const [storage, view] of [...this.held].reverse()) {
      const size = ArrayBuffer.isView(view) ? view.length : view.byteLength;
      if (view.constructor !== Ctor || size !== length || view.byteLength !== storage.byteLength) continue;
      this.checkUntouched(storage);
      this.held.delete(storage);
      return view;
    }
    return undefined;
  }

  private checkUntouched(storage: ArrayBufferLike): void {
    if (new Uint8Array(storage).some((byte) => byte !== garbage)) {
      this.faults.push(`write after free to ${describe(this.held.get(storage) as View)}`);
    }
  }
}

function bytesOf(x: View | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(x) ? new Uint8Array(x.buffer, x.byteOffset, x.byteLength) : new Uint8Array(x);
}

function describe(x: View | ArrayBuffer): string {
  return `${x.constructor.name} of ${x.byteLength} bytes`;
}

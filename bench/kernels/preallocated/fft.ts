/** A radix-2 transform of real input, into buffers that the transform owns. */
export class Fft {
  readonly re: Float64Array;
  readonly im: Float64Array;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;

  /** @param size a power of two */
  constructor(readonly size: number) {
    this.re = new Float64Array(size);
    this.im = new Float64Array(size);
    this.cos = new Float64Array(size / 2);
    this.sin = new Float64Array(size / 2);
    for (let i = 0; i < size / 2; i++) {
      this.cos[i] = Math.cos((2 * Math.PI * i) / size);
      this.sin[i] = Math.sin((2 * Math.PI * i) / size);
    }
  }

  /** Leaves the spectrum of `input` in `re` and `im`. */
  transform(input: Float64Array): void {
    reorder(input, this.re);
    this.im.fill(0);
    for (let half = 1; half < this.size; half *= 2) this.butterflies(this.re, this.im, half);
  }

  private butterflies(re: Float64Array, im: Float64Array, half: number): void {
    const step = this.size / (2 * half);
    for (let start = 0; start < this.size; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const cos = this.cos[k * step];
        const sin = this.sin[k * step];
        const x = re[b] * cos + im[b] * sin;
        const y = im[b] * cos - re[b] * sin;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/** Writes the elements of `input` by the reversed bits of their indices. */
function reorder(input: Float64Array, output: Float64Array): void {
  for (let i = 0, j = 0; i < input.length; i++) {
    output[j] = input[i];
    let bit = input.length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
  }
}

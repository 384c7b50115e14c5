/** Counts of the grey values of a picture, and what is made of them, in the place of what was there. */
export function histogram(pixels: Uint8Array, counts: Uint32Array): void {
  counts.fill(0);
  for (let i = 0; i < pixels.length; i++) counts[pixels[i]]++;
}

/** Replaces each count by its sum with those before it. */
export function accumulate(counts: Uint32Array): void {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i];
    counts[i] = sum;
  }
}

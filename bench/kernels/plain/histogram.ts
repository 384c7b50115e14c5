/** Counts of the grey values of a picture, and what is made of them. */
export function histogram(pixels: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (let i = 0; i < pixels.length; i++) counts[pixels[i]]++;
  return counts;
}

export function cumulative(counts: Uint32Array): Uint32Array {
  const sums = new Uint32Array(counts.length);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i];
    sums[i] = sum;
  }
  return sums;
}

import { noiseLevel, smooth } from "./smooth.js";

export interface Peak {
  readonly index: number;
  readonly height: number;
}

/** The tops of a signal that stand clear of its noise, highest first. */
export function findPeaks(signal: Float64Array, radius: number): Peak[] {
  const n = signal.length;
  const level = smooth(signal, radius);
  const threshold = 16 * noiseLevel(signal);
  const slope = new Int8Array(n);
  for (let i = 1; i < n; i++) slope[i] = Math.sign(level[i] - level[i - 1]);
  const peaks: Peak[] = [];
  for (let i = 1; i + 1 < n; i++) {
    const top = slope[i] === 1 && slope[i + 1] !== 1;
    if (top && level[i] > threshold) peaks.push({ index: i, height: level[i] });
  }
  return peaks.sort((a, b) => b.height - a.height);
}

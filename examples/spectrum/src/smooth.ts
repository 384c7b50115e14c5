/** Multiplies a signal by a Hann window, which damps its ends. */
export function taper(signal: Float64Array): Float64Array {
  const n = signal.length;
  const window = new Float64Array(n);
  for (let i = 0; i < n; i++) window[i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (n - 1));
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = signal[i] * window[i];
  return out;
}

/** The mean over `2 * radius + 1` points around each point, by running sums. */
export function smooth(signal: Float64Array, radius: number): Float64Array {
  const n = signal.length;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i] + signal[i];
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const from = Math.max(0, i - radius);
    const to = Math.min(n, i + radius + 1);
    out[i] = (sums[to] - sums[from]) / (to - from);
  }
  return out;
}

/** Half the noise of a signal lies below this: the median of its absolute differences. */
export function noiseLevel(signal: Float64Array): number {
  if (signal.length < 2) return 0;
  const steps = new Float64Array(signal.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = Math.abs(signal[i + 1] - signal[i]);
  steps.sort();
  return steps[steps.length >> 1];
}

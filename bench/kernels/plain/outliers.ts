/** Hampel's filter: values far from the median of the window around them are replaced by it. */
function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted[sorted.length >> 1];
}

export function removeOutliers(signal: Float64Array, radius: number): Float64Array {
  const result = signal.slice();
  for (let i = radius; i < signal.length - radius; i++) {
    const window = signal.slice(i - radius, i + radius + 1);
    const centre = median(window);
    const deviations = window.map((x) => Math.abs(x - centre));
    if (Math.abs(signal[i] - centre) > 4.5 * median(deviations)) result[i] = centre;
  }
  return result;
}

/** Hampel's filter, with a window and its deviations that are made once. */
let window = new Float64Array(0);
let deviations = new Float64Array(0);

/** Sorts the values. */
function median(values: Float64Array): number {
  values.sort();
  return values[values.length >> 1];
}

export function removeOutliers(signal: Float64Array, radius: number): Float64Array {
  const width = 2 * radius + 1;
  if (window.length !== width) {
    window = new Float64Array(width);
    deviations = new Float64Array(width);
  }
  const result = signal.slice();
  for (let i = radius; i < signal.length - radius; i++) {
    for (let k = 0; k < width; k++) window[k] = signal[i - radius + k];
    const centre = median(window);
    for (let k = 0; k < width; k++) deviations[k] = Math.abs(signal[i - radius + k] - centre);
    if (Math.abs(signal[i] - centre) > 4.5 * median(deviations)) result[i] = centre;
  }
  return result;
}

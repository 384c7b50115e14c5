import { findPeaks } from "./peaks.js";
import { taper } from "./smooth.js";

/** A spectrum of a few Lorentz lines in noise that is the same in every run. */
function spectrum(n: number, centres: readonly number[]): Float64Array {
  const out = new Float64Array(n);
  let state = 1;
  for (let i = 0; i < n; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    out[i] = (state / 0x7fffffff - 0.5) * 0.02;
    for (const centre of centres) out[i] += 1 / (1 + ((i - centre) / 6) ** 2);
  }
  return out;
}

let found = 0;
for (let round = 0; round < 50; round++) {
  const centres = [700 + round, 1500, 2900 - round];
  const peaks = findPeaks(taper(spectrum(4096, centres)), 4);
  found += peaks.length;
  if (round === 0) {
    for (const { index, height } of peaks) console.log(`peak at ${index}, height ${height.toFixed(3)}`);
  }
}
console.log(`${found} peaks in 50 spectra`);

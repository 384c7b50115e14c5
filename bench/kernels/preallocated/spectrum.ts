/** The average power spectrum of a signal, in scratch that is made once. */
import { Fft } from "./fft.js";

const size = 512;
const fft = new Fft(size);
const hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
const windowed = new Float64Array(size);
const power = new Float64Array(size / 2);

function readPowers({ re, im }: Fft): void {
  for (let i = 0; i < power.length; i++) power[i] = re[i] * re[i] + im[i] * im[i];
}

export function averageSpectrum(signal: Float64Array): Float64Array {
  const average = new Float64Array(size / 2);
  const hop = size / 2;
  const frames = Math.floor((signal.length - size) / hop) + 1;
  for (let k = 0; k < frames; k++) {
    for (let i = 0; i < size; i++) windowed[i] = signal[k * hop + i] * hann[i];
    fft.transform(windowed);
    readPowers(fft);
    for (let i = 0; i < average.length; i++) average[i] += power[i] / frames;
  }
  return average;
}

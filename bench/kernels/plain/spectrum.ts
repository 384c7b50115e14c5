/** The average power spectrum of a signal, from a Fourier transform of each of its frames. */
import { Fft, type Spectrum } from "./fft.js";

const size = 512;
const fft = new Fft(size);
const hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));

function powers({ re, im }: Spectrum): Float64Array {
  const result = new Float64Array(re.length / 2);
  for (let i = 0; i < result.length; i++) result[i] = re[i] * re[i] + im[i] * im[i];
  return result;
}

export function averageSpectrum(signal: Float64Array): Float64Array {
  const average = new Float64Array(size / 2);
  const hop = size / 2;
  const frames = Math.floor((signal.length - size) / hop) + 1;
  for (let k = 0; k < frames; k++) {
    const frame = signal.slice(k * hop, k * hop + size);
    const windowed = frame.map((x, i) => x * hann[i]);
    const power = powers(fft.transform(windowed));
    for (let i = 0; i < average.length; i++) average[i] += power[i] / frames;
  }
  return average;
}

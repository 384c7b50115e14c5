/** Generated input data: the same on every run, from a seed. */

/**
 * A generator of uniform numbers in [0, 1) (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {() => number} random */
function gaussian(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Peaks over a drifting baseline, with noise: what a baseline is fitted to.
 *
 * @param {number} seed
 * @param {number} length
 * @returns {Float64Array}
 */
export function intensitySpectrum(seed, length) {
  const random = randomFrom(seed);
  const y = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const t = i / length;
    y[i] = 20 + 12 * Math.sin(3 * t) + 6 * t * t + 0.3 * gaussian(random);
  }
  for (let peak = 0; peak < 40; peak++) {
    const center = random() * length;
    const width = 4 + random() * 20;
    const height = 5 + random() * 80;
    const from = Math.max(0, Math.floor(center - 8 * width));
    const to = Math.min(length, Math.ceil(center + 8 * width));
    for (let i = from; i < to; i++) y[i] += height * Math.exp(-(((i - center) / width) ** 2));
  }
  return y;
}

/**
 * A free induction decay: decaying complex oscillations with one phase error, and noise.
 *
 * @param {number} seed
 * @param {number} length a power of two
 * @returns {{ re: Float64Array, im: Float64Array }}
 */
export function inductionDecay(seed, length) {
  const random = randomFrom(seed);
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const phase = (random() - 0.5) * Math.PI;
  for (let line = 0; line < 12; line++) {
    const frequency = (random() - 0.5) * 0.8 * 2 * Math.PI;
    const decay = 1 / (length * (0.03 + 0.07 * random()));
    const amplitude = 50 + 500 * random();
    for (let i = 0; i < length; i++) {
      const envelope = amplitude * Math.exp(-i * decay);
      re[i] += envelope * Math.cos(frequency * i + phase);
      im[i] += envelope * Math.sin(frequency * i + phase);
    }
  }
  for (let i = 0; i < length; i++) {
    re[i] += gaussian(random);
    im[i] += gaussian(random);
  }
  return { re, im };
}

/**
 * Centroided peaks of several measurements of one sample: the same positions, each a little off,
 * some of them missing.
 *
 * @param {number} seed
 * @param {number} count of spectra
 * @param {number} length of each, about
 * @returns {{ x: Float64Array, y: Float64Array }[]}
 */
export function peakLists(seed, count, length) {
  const random = randomFrom(seed);
  const positions = Float64Array.from({ length }, (_, i) => i + 0.6 * random());
  return Array.from({ length: count }, () => {
    const x = positions.filter(() => random() < 0.9).map((position) => position + 0.05 * random());
    const y = x.map(() => 1 + 1000 * random() ** 4);
    return { x, y };
  });
}

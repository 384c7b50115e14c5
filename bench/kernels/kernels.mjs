/**
 * The kernels, as data: which function is run, on which inputs, and in which files of `plain` its buffers are made.
 */

/**
 * @typedef {object} Kernel
 * @property {string} name
 * @property {string} module that exports `function`, in `plain` and in `preallocated`
 * @property {string} function
 * @property {readonly string[]} files of `plain` whose allocation sites are counted
 * @property {(seed: number) => any[]} input arguments made from a seed
 */

/** Numbers from -1 to 1. @param {number} seed */
function randomNumbers(seed) {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** @param {number} length @param {number} seed */
function signal(length, seed) {
  const next = randomNumbers(seed);
  return Float64Array.from({ length }, (_, i) => Math.sin(i / (3 + seed)) + 0.3 * next());
}

/** Grey values with flat parts, as in a drawing. @param {number} width @param {number} height @param {number} seed */
function drawing(width, height, seed) {
  const next = randomNumbers(seed);
  const data = new Uint8Array(width * height);
  let grey = 128;
  for (let i = 0; i < data.length; i++) {
    if (next() > 0.8) grey = Math.floor(128 + 127 * next());
    data[i] = grey;
  }
  return { width, height, data };
}

/** A grid of triangles over hills. @param {number} side @param {number} seed */
function hills(side, seed) {
  const next = randomNumbers(seed);
  const positions = new Float64Array(3 * side * side);
  const triangles = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const i = y * side + x;
      positions.set([x, y, next()], 3 * i);
      if (x + 1 < side && y + 1 < side) triangles.push(i, i + 1, i + side, i + 1, i + side + 1, i + side);
    }
  }
  return { positions, triangles: Uint32Array.from(triangles) };
}

/** Texts of some hundred letters, not all of them ASCII. @param {number} count @param {number} seed */
function texts(count, seed) {
  const next = randomNumbers(seed);
  const letters = "etaoin shrdlu ETAOIN äöüé€ 0123456789.,";
  return Array.from({ length: count }, () => {
    let text = "";
    const length = 300 + Math.floor(200 * next());
    while (text.length < length) text += letters[Math.floor(((next() + 1) / 2) * letters.length)];
    return text;
  });
}

/** @type {readonly Kernel[]} */
export const kernels = [
  {
    name: "biquad filter over frames",
    module: "biquad",
    function: "loudness",
    files: ["biquad.ts", "frames.ts"],
    input: (seed) => [
      Float32Array.from(signal(16_384, seed)),
      [
        { b0: 0.25, b1: 0.5, b2: 0.25, a1: -0.3, a2: 0.1 },
        { b0: 0.9, b1: -1.8, b2: 0.9, a1: -1.7, a2: 0.8 },
        { b0: 0.1, b1: 0, b2: -0.1, a1: -1.2, a2: 0.7 },
      ],
      128,
    ],
  },
  {
    name: "FFT per frame",
    module: "spectrum",
    function: "averageSpectrum",
    files: ["spectrum.ts", "fft.ts"],
    input: (seed) => [signal(16_384, seed)],
  },
  {
    name: "convolution of rows",
    module: "convolution",
    function: "blur",
    files: ["convolution.ts"],
    input(seed) {
      const { width, height, data } = drawing(256, 128, seed);
      const kernel = Float32Array.of(1, 6, 15, 20, 15, 6, 1).map((x) => x / 64);
      return [{ width, height, data: Float32Array.from(data) }, kernel];
    },
  },
  {
    name: "products of 4 × 4 matrices",
    module: "kinematics",
    function: "handPositions",
    files: ["kinematics.ts", "matrix.ts"],
    input: (seed) => [
      Array.from({ length: 6 }, (_, i) => ({ offset: 0.1 * i, length: 0.5, twist: (i % 3) * 0.7 })),
      signal(600, seed),
    ],
  },
  {
    name: "k-means distances",
    module: "k-means",
    function: "cluster",
    files: ["k-means.ts"],
    input(seed) {
      const points = signal(4_000, seed);
      return [points, points.slice(0, 64), 4];
    },
  },
  {
    name: "run-length packer",
    module: "run-length",
    function: "pack",
    files: ["run-length.ts", "concatenate.ts"],
    input: (seed) => [drawing(512, 64, seed).data, 512],
  },
  {
    name: "vectors of 3 elements",
    module: "mesh",
    function: "vertexNormals",
    files: ["mesh.ts", "vector.ts"],
    input: (seed) => [hills(24, seed)],
  },
  {
    name: "Base64 and UTF-8",
    module: "messages",
    function: "exchange",
    files: ["messages.ts", "base64.ts"],
    input: (seed) => [texts(40, seed)],
  },
  {
    name: "sliding windows",
    module: "outliers",
    function: "removeOutliers",
    files: ["outliers.ts"],
    input: (seed) => [signal(1_000, seed), 15],
  },
  {
    name: "histogram per tile",
    module: "tiles",
    function: "equaliseTiles",
    files: ["tiles.ts", "histogram.ts"],
    input: (seed) => [drawing(256, 128, seed), 32],
  },
];

/** Several inputs of one shape, so that nothing is remembered from one run to the next. @param {Kernel} kernel */
export const inputsOf = (kernel) => [1, 2, 3, 4].map((seed) => kernel.input(seed));

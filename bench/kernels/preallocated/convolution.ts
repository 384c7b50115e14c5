/** A separable blur: each row is padded and convolved, then each column. The padded row and the picture between are scratch. */
export interface Picture {
  width: number;
  height: number;
  data: Float32Array;
}

let padded = new Float32Array(0);
let convolved = new Float32Array(0);
let turned = new Float32Array(0);

/** Fills `padded` with a row, its first and last value repeated `radius` times. */
function padRow({ data, width }: Picture, y: number, radius: number): void {
  if (padded.length !== width + 2 * radius) padded = new Float32Array(width + 2 * radius);
  for (let i = 0; i < padded.length; i++) {
    const x = Math.min(Math.max(i - radius, 0), width - 1);
    padded[i] = data[y * width + x];
  }
}

function convolve(values: Float32Array, kernel: Float32Array, result: Float32Array, at: number): void {
  const length = values.length - kernel.length + 1;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) sum += values[i + k] * kernel[k];
    result[at + i] = sum;
  }
}

function convolveRows(picture: Picture, kernel: Float32Array, data: Float32Array): void {
  const { width, height } = picture;
  for (let y = 0; y < height; y++) {
    padRow(picture, y, (kernel.length - 1) / 2);
    convolve(padded, kernel, data, y * width);
  }
}

function transpose(data: Float32Array, width: number, height: number, result: Float32Array): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x];
  }
}

export function blur(picture: Picture, kernel: Float32Array): Picture {
  const { width, height } = picture;
  if (convolved.length !== width * height) {
    convolved = new Float32Array(width * height);
    turned = new Float32Array(width * height);
  }
  convolveRows(picture, kernel, convolved);
  transpose(convolved, width, height, turned);
  convolveRows({ width: height, height: width, data: turned }, kernel, convolved);
  const data = new Float32Array(width * height);
  transpose(convolved, height, width, data);
  return { width, height, data };
}

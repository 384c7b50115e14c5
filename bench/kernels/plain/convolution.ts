/** A separable blur: each row is padded and convolved, then each column. */
export interface Picture {
  width: number;
  height: number;
  data: Float32Array;
}

/** A row with its first and last value repeated `radius` times. */
function paddedRow({ data, width }: Picture, y: number, radius: number): Float32Array {
  const padded = new Float32Array(width + 2 * radius);
  for (let i = 0; i < padded.length; i++) {
    const x = Math.min(Math.max(i - radius, 0), width - 1);
    padded[i] = data[y * width + x];
  }
  return padded;
}

function convolve(values: Float32Array, kernel: Float32Array): Float32Array {
  const result = new Float32Array(values.length - kernel.length + 1);
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) sum += values[i + k] * kernel[k];
    result[i] = sum;
  }
  return result;
}

function convolveRows(picture: Picture, kernel: Float32Array): Picture {
  const { width, height } = picture;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const padded = paddedRow(picture, y, (kernel.length - 1) / 2);
    data.set(convolve(padded, kernel), y * width);
  }
  return { width, height, data };
}

function transpose({ data, width, height }: Picture): Picture {
  const result = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x];
  }
  return { width: height, height: width, data: result };
}

export function blur(picture: Picture, kernel: Float32Array): Picture {
  const across = convolveRows(picture, kernel);
  const down = convolveRows(transpose(across), kernel);
  return transpose(down);
}

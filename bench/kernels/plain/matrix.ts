/** Matrices of 4 × 4, row by row. */
export function identity(): Float64Array {
  const result = new Float64Array(16);
  for (let i = 0; i < 4; i++) result[5 * i] = 1;
  return result;
}

export function rotationZ(angle: number): Float64Array {
  const result = identity();
  result[0] = Math.cos(angle);
  result[1] = -Math.sin(angle);
  result[4] = Math.sin(angle);
  result[5] = Math.cos(angle);
  return result;
}

export function rotationX(angle: number): Float64Array {
  const result = identity();
  result[5] = Math.cos(angle);
  result[6] = -Math.sin(angle);
  result[9] = Math.sin(angle);
  result[10] = Math.cos(angle);
  return result;
}

export function translation(x: number, y: number, z: number): Float64Array {
  const result = identity();
  result[3] = x;
  result[7] = y;
  result[11] = z;
  return result;
}

export function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(16);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[4 * i + k] * b[4 * k + j];
      result[4 * i + j] = sum;
    }
  }
  return result;
}

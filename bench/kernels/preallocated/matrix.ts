/** Matrices of 4 × 4, row by row. The result of each function goes to its last argument. */
export function setIdentity(result: Float64Array): void {
  result.fill(0);
  for (let i = 0; i < 4; i++) result[5 * i] = 1;
}

export function setRotationZ(angle: number, result: Float64Array): void {
  setIdentity(result);
  result[0] = Math.cos(angle);
  result[1] = -Math.sin(angle);
  result[4] = Math.sin(angle);
  result[5] = Math.cos(angle);
}

export function setRotationX(angle: number, result: Float64Array): void {
  setIdentity(result);
  result[5] = Math.cos(angle);
  result[6] = -Math.sin(angle);
  result[9] = Math.sin(angle);
  result[10] = Math.cos(angle);
}

export function setTranslation(x: number, y: number, z: number, result: Float64Array): void {
  setIdentity(result);
  result[3] = x;
  result[7] = y;
  result[11] = z;
}

/** `result` is neither `a` nor `b`. */
export function multiply(a: Float64Array, b: Float64Array, result: Float64Array): void {
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[4 * i + k] * b[4 * k + j];
      result[4 * i + j] = sum;
    }
  }
}

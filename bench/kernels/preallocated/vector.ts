/** Vectors of three elements. The result of each function goes to its last argument. */
export function subtract(a: Float64Array, b: Float64Array, result: Float64Array): void {
  result[0] = a[0] - b[0];
  result[1] = a[1] - b[1];
  result[2] = a[2] - b[2];
}

/** `result` is neither `a` nor `b`. */
export function cross(a: Float64Array, b: Float64Array, result: Float64Array): void {
  result[0] = a[1] * b[2] - a[2] * b[1];
  result[1] = a[2] * b[0] - a[0] * b[2];
  result[2] = a[0] * b[1] - a[1] * b[0];
}

export function scale(a: Float64Array, factor: number, result: Float64Array): void {
  result[0] = a[0] * factor;
  result[1] = a[1] * factor;
  result[2] = a[2] * factor;
}

export function length(a: Float64Array): number {
  return Math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
}
